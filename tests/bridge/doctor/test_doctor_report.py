"""The report as text, as JSON, as exit code, from the command line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console

from mdc_bridge.cli.app import run
from mdc_bridge.doctor import Report, doctor
from mdc_bridge.doctor.report import fail, ok, warn

GOOD = ok("mode", "ModelDataCollector writes CSV and JSONL: MDC_BRIDGE_MODE=dual")
ODD = warn("clock", "200 s behind that of the account", "set the clock of the machine")
BAD = fail("spool", "/tmp/mdc-spool-0 is shared by all users", "name another folder")


@pytest.mark.parametrize(
    ("checks", "status", "code"),
    [
        ((), "ok", 0),
        ((GOOD, GOOD), "ok", 0),
        ((GOOD, ODD), "warn", 1),
        ((BAD, ODD, GOOD), "fail", 2),
    ],
)
def test_the_worst_check_decides(checks: tuple, status: str, code: int) -> None:
    report = Report(checks)
    assert (report.status.value, report.exit_code) == (status, code)


def test_text_fits_the_width() -> None:
    """Nothing is cut, and what to do stands below what was found."""
    text = Report((GOOD, ODD, BAD)).as_text(40)
    assert max(map(len, text.splitlines())) <= 40
    assert text.splitlines()[-1] == "1 ok, 1 warn, 1 fail"
    assert " ".join(text.split()).startswith(
        "ok mode: ModelDataCollector writes CSV and JSONL: MDC_BRIDGE_MODE=dual warn clock: 200 s"
    )
    assert "      -> set the clock of the machine" in text


def test_what_no_terminal_shows_is_escaped() -> None:
    """A variable may hold any bytes: some are no text, some move the cursor."""
    check = warn("variable MDC_\udcff", "x\x1b[2Jy\nz", "größer")
    assert (check.name, check.found, check.todo) == (
        "variable MDC_\\udcff",
        "x\\x1b[2Jy\\nz",
        "größer",
    )


def test_json_has_every_check() -> None:
    report = Report((GOOD, BAD)).as_dict()
    assert report["status"] == "fail"
    assert report["checks"][1] == {
        "check": "spool",
        "status": "fail",
        "found": BAD.found,
        "todo": BAD.todo,
    }
    assert json.loads(json.dumps(report)) == report


def test_all_is_well(tmp_path: Path) -> None:
    """With nothing but a folder and a mode there is nothing to say against."""
    report = doctor({"MDC_STORAGE": str(tmp_path / "root"), "MDC_BRIDGE_MODE": "dual"})
    assert report.exit_code == 0, report.as_text()
    assert list(tmp_path.iterdir()) == []


def test_command_prints_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("mdc_bridge.doctor.examination.check_packages", lambda: ())
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "file" / "below"))
    assert run(["doctor", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert {each["check"]: each["status"] for each in report["checks"]}[
        "destination of JSONL"
    ] == "fail"


@pytest.mark.parametrize("width", ["80", "140"])
def test_command_prints_a_table(
    width: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("mdc_bridge.doctor.examination.check_packages", lambda: ())
    terminal = Console(force_terminal=True, color_system=None, width=int(width))
    monkeypatch.setattr("mdc_bridge.cli.doctor.out", terminal)
    monkeypatch.setenv("MDC_BRIDGE_MODE", "modern")
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "root"))
    assert run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "┃" in lines[0]
    assert max(map(len, lines)) <= int(width)
    assert "MDC_BRIDGE_MODE=modern" in " ".join(" ".join(lines).split())
    assert lines[-1].endswith("0 warn, 0 fail")


class _Terminal(io.StringIO):
    """Knows when it was sent a text."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def write(self, text: str) -> int:
        if "examining" in text:
            self.told.set()
        return super().write(text)


def test_command_shows_a_terminal_that_it_is_at_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also while it waits for one answer; not in the report, nor where nobody watches."""
    terminal = _Terminal()
    notes = Console(file=terminal, force_terminal=True, width=80, _environ={})
    monkeypatch.setattr("mdc_bridge.cli.console.notes", notes)
    monkeypatch.setattr("mdc_bridge.cli.console._SHOWN_AFTER_SECONDS", 0.0)
    waited: list[bool] = []

    def examine() -> Report:
        waited.append(terminal.told.wait(10))
        return Report((GOOD,))

    monkeypatch.setattr("mdc_bridge.doctor.doctor", examine)
    assert run(["doctor"]) == 0
    assert waited == [True]
    assert capsys.readouterr() == (Report((GOOD,)).as_text(80), "")


def test_command_prints_plain_lines_through_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `grep fail` finds begins with it and names the check, as the module prints it."""
    (tmp_path / "file").touch()
    monkeypatch.setattr("mdc_bridge.doctor.examination.check_packages", lambda: ())
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["doctor"]) == 2
    text = capsys.readouterr().out
    assert text == doctor().as_text(100)
    assert any(line.startswith("fail  destination of JSONL:") for line in text.splitlines())


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--help"]) == 0
    assert "Exit codes: 0 ok, 1 warnings, 2 failures." in capsys.readouterr().out


def test_module_prints_text_without_the_tools(tmp_path: Path) -> None:
    """`python -m mdc_bridge.doctor` imports no package of the extra."""
    program = (
        "import runpy, sys\n"
        "sys.modules.update(dict.fromkeys(['typer', 'rich', 'yaml', 'libcst']))\n"
        "sys.argv = ['doctor']\n"
        "runpy.run_module('mdc_bridge.doctor', run_name='__main__')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path), "MDC_STORAGE": str(tmp_path / "x")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert "written, read and removed" in " ".join(ended.stdout.split())
