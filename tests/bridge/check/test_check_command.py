"""The command prints what was found for people and machines, and its exit code says which."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mdc_bridge.check import RULES, check
from mdc_bridge.check.listing import tables
from mdc_bridge.check.sarif import sarif
from mdc_bridge.cli.app import run

FINE = "from azureml.monitoring import ModelDataCollector\ndc = ModelDataCollector('m', 'inputs')\n"
SCRIPT = FINE + "é = 1; dc.collect('text')\n"
PYTHON_2 = "print 'text'\n"
COUNTS = {"unchanged": 0, "not followed": 0, "differs": 0, "change": 2}
BOTH = (
    "1 script: under the bridge 4 places work unchanged, 0 differ, 0 must be changed; "
    "on an endpoint 2 places work unchanged, 0 differ, 2 must be changed"
)
V1 = FINE + "from azureml.core import Model\nModel.get_model_path('m')\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "score.py").write_text(SCRIPT, encoding="utf-8")
    cells = [FINE, "%%writefile other.py\n" + FINE + "dc(1)\n", PYTHON_2]
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    (tmp_path / "deploy.ipynb").write_text(json.dumps({"cells": made}))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "code"),
    [("x = 1", 0), (FINE, 0), (SCRIPT, 1), (FINE + "dc.collect([[1]])", 1), (PYTHON_2, 2)],
)
def test_exit_codes(tmp_path: Path, text: str, code: int) -> None:
    path = tmp_path / "score.py"
    path.write_text(text, encoding="utf-8")
    for options in ([], ["--json"], ["--sarif"], ["--hide-unchanged"]):
        assert run(["check", str(path), *options]) == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "PATH is missing"),
        (["nowhere"], "nowhere does not exist"),
        (["."], "nothing to check below"),
        (["--json", "--sarif", "."], "--json and --sarif cannot be used together"),
        (["--ignore", "MDC999", "."], "is not a rule"),
        (["--explain", "MDC999"], "is not a rule; valid: an id that mdc-bridge check --list-rules"),
        (["--explain", "MDC"], "is not a rule; valid: an id that mdc-bridge check --list-rules"),
    ],
)
def test_what_cannot_be_done(
    tmp_path: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["check", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_all_others_are_checked_when_a_path_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "score.py").write_text(SCRIPT, encoding="utf-8")
    assert run(["check", str(tmp_path / "score.py"), str(tmp_path / "nope.py")]) == 2
    printed = capsys.readouterr()
    assert "score.py:3:8: change MDC303" in printed.out
    assert "nope.py: unreadable does not exist; valid: a script" in printed.out
    assert "1 could not be read" in printed.err


def test_lines_when_not_on_a_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(folder), "--hide-unchanged"]) == 2
    printed = capsys.readouterr()
    expected = [
        "deploy.ipynb:cell 2:4:1: change MDC302 a collector is not callable: TypeError -> .co",
        "score.py:3:8: change MDC303 a str is never collected: only a warning is logged -> ",
        "deploy.ipynb:cell 3:1: unreadable is Python 2: Missing parentheses in call to 'print'",
    ]
    lines = printed.out.splitlines()
    assert len(lines) == len(expected)
    for line, beginning in zip(lines, expected):
        assert line.startswith(f"{folder}/{beginning}")
    assert printed.err == (
        "2 scripts: 6 places work unchanged, 0 differ, 2 must be changed, 1 could not be read\n"
    )


def test_line_100_is_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Consoles may know `:100:` as the name of an emoji."""
    (tmp_path / "score.py").write_text(FINE + "\n" * 97 + "dc.collect('text')\n")
    (tmp_path / "text.py").write_text("\n" * 99 + PYTHON_2)
    assert run(["check", str(tmp_path), "--hide-unchanged"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{tmp_path}/score.py:100:1: change MDC303 ")
    assert lines[1].startswith(f"{tmp_path}/text.py:100: unreadable is Python 2")


@pytest.mark.parametrize("width", [80, 140])
def test_tables_on_a_terminal(folder: Path, width: int) -> None:
    report = check([folder])
    console = Console(width=width, force_terminal=True, no_color=True, record=True, quiet=False)
    with console.capture() as captured:
        for part in tables(report.findings, report.unreadable):
            console.print(part)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", captured.get())
    assert max(map(len, shown.splitlines())) <= width
    for piece in ("score.py", "3:8  change     MDC303", "cell 2 4:1", "could not be read"):
        assert piece in shown


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--json", str(folder), "--ignore", "MDC1,MDC2"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["findings"][1] == {
        "rule": "MDC303",
        "verdict": "change",
        "bridge": "change",
        "endpoint": "change",
        "message": "a str is never collected: only a warning is logged",
        "advice": "collect([data], or the data it was made of)",
        "path": f"{folder}/score.py",
        "cell": None,
        "line": 3,
        "column": 8,
        "end_line": 3,
        "end_column": 26,
    }
    assert [(one["cell"], one["line"]) for one in report["unreadable"]] == [(3, 1)]
    assert report["summary"] == {
        "files": 2,
        "environments": 0,
        **COUNTS,
        "bridge": COUNTS,
        "endpoint": COUNTS,
        "unreadable": 1,
        "ignored": 6,
    }


def test_sarif_has_what_the_standard_requires(folder: Path) -> None:
    log = sarif(check([folder]))
    (made,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = made["tool"]["driver"]["rules"]
    assert {rule.id for rule in RULES} <= {rule["id"] for rule in rules}
    assert made["invocations"][0]["executionSuccessful"] is False
    notification = made["invocations"][0]["toolExecutionNotifications"][0]
    assert notification["message"]["text"].startswith("is Python 2")
    assert len(made["results"]) == 8
    for result in made["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert len(result["locations"]) == 1
    region = made["results"][-1]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 26}


@pytest.mark.parametrize("ensure_ascii", [False, True])
def test_sarif_names_the_lines_that_a_notebook_has_as_a_file(
    tmp_path: Path, ensure_ascii: bool
) -> None:
    cells = ["# Überschrift\ndc(1)\n", FINE, "é = 1\ndc(1)\n", "dc(1)", FINE]
    made = [
        {"cell_type": "code", "outputs": [{"text": ["x\n"]}], "source": cell.splitlines(True)}
        for cell in cells
    ]
    made[0]["cell_type"] = "markdown"
    text = json.dumps({"cells": made}, indent=1, ensure_ascii=ensure_ascii)
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    (run_made,) = sarif(check([tmp_path]))["runs"]
    shown = {}
    for result in run_made["results"]:
        (location,) = result["locations"]
        line = location["physicalLocation"]["region"]["startLine"]
        name = location["logicalLocations"][0]["name"]
        shown[name] = json.loads(text.splitlines()[line - 1].strip().rstrip(","))
    assert shown == {
        "cell 2, line 1": FINE.splitlines(True)[0],
        "cell 2, line 2": FINE.splitlines(True)[1],
        "cell 3, line 2": "dc(1)\n",
        "cell 4, line 1": "dc(1)",
        "cell 5, line 1": FINE.splitlines(True)[0],
        "cell 5, line 2": FINE.splitlines(True)[1],
    }


@pytest.mark.newest_only
def test_sarif_has_nothing_that_the_standard_does_not_know(folder: Path) -> None:
    models = pytest.importorskip("sarif_pydantic")  # needs Python 3.10
    parsed = models.Sarif.model_validate_json(json.dumps(sarif(check([folder]))))
    # The standard has these two in 3.14.17 and 3.20.21, the models leave them out.
    assert set(_unknown(parsed)) == {"columnKind", "toolExecutionNotifications"}


def _unknown(model: Any) -> Any:
    """Yield the properties that no class of the standard has."""
    if isinstance(model, list):
        for one in model:
            yield from _unknown(one)
    elif hasattr(model, "model_fields_set"):
        yield from model.model_extra or ()
        for name in model.model_fields_set - set(model.model_extra or ()) - {"properties"}:
            yield from _unknown(getattr(model, name))


def test_sarif_names_files_relative_to_where_it_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def uris() -> set[str]:
        (made,) = sarif(check([folder]))["runs"]
        places = [result["locations"][0]["physicalLocation"] for result in made["results"]]
        return {place["artifactLocation"]["uri"] for place in places}

    assert uris() == {f"file://{folder}/score.py", f"file://{folder}/deploy.ipynb"}
    monkeypatch.chdir(folder.parent)
    assert uris() == {f"{folder.name}/score.py", f"{folder.name}/deploy.ipynb"}


def test_names_that_are_no_utf_8_and_codes_for_terminals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = tmp_path / "a\x1b[31m\udcff.py"
    name.write_text(FINE + "ModelDataCollector('\x1b]0;x\x07')\n")
    for options in ([], ["--json"], ["--sarif"]):
        assert run(["check", str(tmp_path), *options]) == 1
        printed = capsys.readouterr().out
        assert "\x1b" not in printed
        printed.encode("utf-8")
    assert "a%1B%5B31m%FF.py" in printed


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--list-rules"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == "MDC101  unchanged         the old SDK is imported"
    assert len(listed) == len(RULES)
    assert run(["check", "--list-rules", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(RULES)
    assert run(["check", "--explain", "mdc304"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(
        "MDC304: one value for each row, collected as one row\nworks, but differs\n"
    )
    assert max(map(len, shown.splitlines())) <= 80
    assert run(["check", "--explain", "mdc4"]) == 0
    group = [f"{rule.id}: {rule.title}" for rule in RULES if rule.id.startswith("MDC4")]
    assert [line for line in capsys.readouterr().out.splitlines() if line in group] == group


def test_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One rule, a group and all of them have one form."""
    listed = {}
    for option in (["--explain", "MDC304"], ["--explain", "MDC3"], ["--list-rules"]):
        assert run(["check", *option, "--json"]) == 0
        listed[option[-1]] = json.loads(capsys.readouterr().out)
    assert [rule["rule"] for rule in listed["MDC304"]] == ["MDC304"]
    assert listed["MDC304"][0] in listed["MDC3"]
    assert all(rule in listed["--list-rules"] for rule in listed["MDC3"])
    assert all(rule["explanation"] for rule in listed["--list-rules"])


@pytest.mark.parametrize("options", [["--json", "--sarif", "x"], ["--explain", "MDC3", "--sarif"]])
def test_formats_that_contradict(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """None of them is chosen in silence."""
    assert run(["check", *options]) == 2
    assert "--sarif" in capsys.readouterr().err


def test_one_place_is_not_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary counts in words."""
    (tmp_path / "score.py").write_text("from azureml.monitoring import ModelDataCollector\n")
    run(["check", str(tmp_path)])
    assert "1 script: 1 place works unchanged, 0 differ" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "word", "told"),
    [
        (
            [],
            1,
            "unchanged/change",
            BOTH,
        ),
        (["--for", "bridge"], 0, "unchanged", "4 places work unchanged, 0 differ, 0 must be"),
        (["--for", "endpoint"], 1, "change", "2 places work unchanged, 0 differ, 2 must be"),
    ],
)
def test_two_verdicts(
    tmp_path: Path,
    options: list[str],
    code: int,
    word: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A script that runs on in its old container need not be one for an endpoint."""
    path = tmp_path / "score.py"
    path.write_text(V1)
    assert run(["check", str(path), *options]) == code
    printed = capsys.readouterr()
    assert f"{path}:4:1: {word} MDC401 " in printed.out
    assert told in printed.err
    assert run(["check", str(path), *options, "--json"]) == code
    report = json.loads(capsys.readouterr().out)
    shown = report["findings"][-1]
    assert (shown["bridge"], shown["endpoint"]) == ("unchanged", "change")
    assert shown["verdict"] == word.split("/")[-1]
    assert report["summary"]["bridge"]["change"] == 0
    assert report["summary"]["endpoint"]["change"] == 2
    assert run(["check", str(path), *options, "--sarif"]) == code
    log = json.loads(capsys.readouterr().out)
    level = "note" if word == "unchanged" else "error"
    assert log["runs"][0]["results"][-1]["level"] == level
    assert run(["check", str(path), *options, "--hide-unchanged"]) == code
    assert ("MDC401" in capsys.readouterr().out) is (word != "unchanged")


def test_for_what_there_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what can be judged for."""
    assert run(["check", str(tmp_path), "--for", "aks"]) == 2
    assert "--for is 'aks'; valid: bridge, endpoint" in capsys.readouterr().err
