"""The report as text, as JSON, as exit code, from the module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
    """A variable may hold any bytes: some are not text, some move the cursor."""
    check = warn("variable MDC_\udcff", "x\x1b[2Jy\nz", "größer")
    assert (check.name, check.found, check.todo) == (
        "variable MDC_\\udcff",
        "x\\x1b[2Jy\\nz",
        "größer",
    )


def test_json_has_every_check() -> None:
    report = Report((GOOD, BAD)).to_json()
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
