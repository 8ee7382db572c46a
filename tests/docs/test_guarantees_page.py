"""docs/guarantees.md lists the reasons under which lost events are counted."""

from __future__ import annotations

import re
from pathlib import Path

from mdc_core import errors

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8").partition("## Reasons")[2]
LISTED = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
ROOMS = ("core/mdc_core", "legacy/mdc_legacy", "modern/mdc_modern")


def test_the_errors_of_collect() -> None:
    """Each exception that loses an event is counted under a reason of the page."""
    raised = {each.reason for each in vars(errors).values() if hasattr(each, "reason")}
    assert raised <= set(LISTED)


def test_the_sources_have_each_reason() -> None:
    """The page names no reason that is gone, each once and in order."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert [each for each in LISTED if f'"{each}"' in sources] == LISTED == sorted(set(LISTED))
