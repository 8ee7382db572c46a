"""Rules are switched off on the command line, on a line, in a file; a wrong id is reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_bridge.check import Report, check
from mdc_core.errors import SettingsError

SCRIPT = """\
from azureml.monitoring import ModelDataCollector
dc = ModelDataCollector("m", "inputs"){made}
dc.collect("text"){first}
dc.collect(
    1.5,
){second}
"""

Checked = Callable[..., Report]


def _lines(report: Report) -> list[tuple[int, str]]:
    return [(one.place.line, one.rule) for one in report.findings]


ALL = [(1, "MDC101"), (2, "MDC201"), (3, "MDC303"), (4, "MDC303")]


@pytest.mark.parametrize(
    ("comments", "missing"),
    [
        ({}, []),
        ({"first": "  # mdc-bridge: ignore"}, [ALL[2]]),
        ({"first": "  # mdc-bridge: ignore=MDC303"}, [ALL[2]]),
        ({"first": "  # noqa  # mdc-bridge:ignore = mdc304, MDC303"}, [ALL[2]]),
        ({"first": "  # mdc-bridge: ignore=MDC304"}, []),
        ({"second": "  # mdc-bridge: ignore=MDC3"}, [ALL[3]]),
        ({"made": "\n# mdc-bridge: ignore=MDC303"}, []),
        ({"second": "\n# mdc-bridge: ignore-file=MDC303"}, ALL[2:]),
        ({"second": "\n# mdc-bridge: ignore-file"}, ALL),
        ({"second": "\n'# mdc-bridge: ignore-file'"}, []),
    ],
)
def test_comments(
    checked: Checked, comments: dict[str, str], missing: list[tuple[int, str]]
) -> None:
    text = SCRIPT.format(**{"made": "", "first": "", "second": "", **comments})
    report = checked(text)
    shift = 1 if comments.get("made") else 0
    expected = [one for one in ALL if one not in missing]
    assert [(line - (shift if line > 2 else 0), rule) for line, rule in _lines(report)] == expected
    assert report.ignored == len(missing)


@pytest.mark.parametrize("ignore", [("MDC303",), ("mdc3",), ("MDC3", "MDC9")])
def test_the_argument_ignores_rules_and_groups(checked: Checked, ignore: tuple[str, ...]) -> None:
    report = checked(SCRIPT.format(made="", first="", second=""), ignore)
    assert _lines(report) == ALL[:2]
    assert report.ignored == 2


@pytest.mark.parametrize("name", ["MDC999", "MDC", "", "F401"])
def test_an_unknown_rule_is_an_error(checked: Checked, name: str) -> None:
    with pytest.raises(SettingsError, match=r"is not a rule; valid: an id that .* --list-rules"):
        checked("x = 1", (name,))


def test_a_cell_is_a_file_of_its_own(tmp_path: Path) -> None:
    cell = "from azureml.monitoring import *"
    cells = [f"{cell}  # mdc-bridge: ignore-file", cell, f"%%writefile a.py\n{cell}"]
    made = [{"cell_type": "code", "source": text} for text in cells]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": made}))
    places = [(one.place.cell, one.place.line) for one in check([path]).findings]
    assert places == [(2, 1), (3, 2)]
