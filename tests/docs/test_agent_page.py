"""docs/agent.md has the settings that the agent reads and the JSON that it prints, no others."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.cli.json_samples import fields_of
from tests.docs.service import make_agent_files

pytest.importorskip("aiohttp")

from mdc_agent.assets import DataAsset, Registration
from mdc_agent.cli.app import run
from mdc_agent.destinations.settings_file import AGENT_KEYS, PAYLOAD_KEYS, ROW_KEYS

PAGE = Path(__file__).parents[2] / "docs/agent.md"


def section(title: str) -> str:
    """Return what the page says below a title, or a line, up to the next."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n{title}\n")[2]
    return re.split(r"^(?:##|`mdc-agent)", text, maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[tuple[list[str], str]]:
    """Return the names in the first column of a table, and the second column."""
    found = re.findall(r"^\| (`.+?) \| (.*?) ?\|", section(title), re.MULTILINE)
    return [(re.findall(r"`([^`]+)`", names), second) for names, second in found]


def test_every_setting() -> None:
    """Names in the first column of the table are the keys of the settings file."""
    listed = {name for names, _ in rows("### The settings file") for name in names}
    expected = {*AGENT_KEYS, "datastores"}
    expected |= {f"payload.{key}" for key in PAYLOAD_KEYS} | {f"rows.{key}" for key in ROW_KEYS}
    assert listed == expected


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    run([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", ["check", "config", "assets"])
def test_json(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each field is on the page with its types; nothing is there that is not printed."""
    make_agent_files(tmp_path)
    types = {
        name: set(second.split(" or "))
        for names, second in rows(f"`mdc-agent {command} --json`")
        for name in names
    }
    samples = [printed(capsys, command, str(tmp_path / "deployment.yaml"))]
    if command == "check":
        samples.append(printed(capsys, command, str(tmp_path / "fraud.yaml")))
        for text in ("datastores: {workspaceblobstore: /x, production: /y}", ""):
            (tmp_path / "agent.yaml").write_text(text)
            settings = ("--settings", str(tmp_path / "agent.yaml"))
            samples.append(printed(capsys, command, str(tmp_path / "deployment.yaml"), *settings))
    if command == "assets":
        asset = DataAsset("a", "e-d-a", "1", "azureml://datastores/d/paths/p")
        samples[0]["registered"] = [asdict(Registration(asset, "there", "p"))]
    seen: dict[str, set[str]] = {}
    for sample in samples:
        for name, found in fields_of(sample, types).items():
            seen.setdefault(name, set()).update(found)
    assert seen.keys() == types.keys()
    for name, found in seen.items():
        assert found <= types[name] | ({"integer"} if "number" in types[name] else set()), name
