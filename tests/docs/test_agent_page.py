"""docs/agent.md has the settings that the agent reads, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("aiohttp")

PAGE = Path(__file__).parents[2] / "docs/agent.md"


@pytest.mark.newest_only
def test_every_setting() -> None:
    """Names in the first column of the table are the keys of the settings file."""
    from mdc_agent.destinations.settings_file import AGENT_KEYS, PAYLOAD_KEYS, ROW_KEYS

    section = PAGE.read_text(encoding="utf-8").partition("### The settings file")[2]
    rows = re.findall(r"^\| (`.+?) \|", section.partition("\n### ")[0], re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}
    expected = {*AGENT_KEYS, "datastores"}
    expected |= {f"payload.{key}" for key in PAYLOAD_KEYS} | {f"rows.{key}" for key in ROW_KEYS}
    assert listed == expected
