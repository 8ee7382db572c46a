"""`mdc-bridge doctor`: the table, the plain lines and the JSON of the command."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest
from rich.console import Console

from mdc_bridge.cli.app import run
from mdc_bridge.doctor import Report, doctor
from mdc_bridge.doctor.report import ok

GOOD = ok("mode", "ModelDataCollector writes CSV and JSONL: MDC_BRIDGE_MODE=dual")


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
    report = doctor()
    monkeypatch.setattr("mdc_bridge.doctor.doctor", lambda: report)  # it prints the time
    assert run(["doctor"]) == 2
    text = capsys.readouterr().out
    assert text == report.as_text(100)
    assert any(line.startswith("fail  destination of JSONL:") for line in text.splitlines())


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--help"]) == 0
    assert "Exit codes: 0 ok, 1 warnings, 2 failures." in capsys.readouterr().out
