"""`mdc-bridge status`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from freezegun import freeze_time

from mdc_bridge.cli.app import run
from tests.bridge.status.shop import NOW, Service


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs at the moment of these tests."""
    monkeypatch.setattr("mdc_bridge.status.surveying.utc_now", lambda: NOW)


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 all done, 1 something left, 2 something could not be read, with all else printed."""
    Service(tmp_path / "churn").finish()
    assert run(["status", str(tmp_path)]) == 0
    assert "1 service, 1 done" in capsys.readouterr().out
    other = Service(tmp_path / "credit")
    other.old()
    assert run(["status", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "churn    xxxxxxxx  done" in shown
    assert "credit   x-??--?-  2 environment" in shown
    other.write("score.py", "def (")
    assert run(["status", str(tmp_path)]) == 2
    assert "churn    xxxxxxxx  done" in capsys.readouterr().out
    assert run(["status", str(tmp_path / "nowhere")]) == 2


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same, as values."""
    service = Service(tmp_path / "churn")
    service.finish()
    service.migrate()
    capsys.readouterr()
    assert run(["status", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["made"] == "2026-11-23T12:00:00Z"
    (churn,) = found["services"]
    assert (churn["name"], churn["at"], churn["left"]) == ("churn", None, [])
    assert churn["last_comparison"]["made"] == "2026-11-22T23:00:00Z"
    assert [step["state"] for step in churn["steps"]] == ["done"] * 8
    assert found["summary"] == {"services": 1, "done": 1, "unreadable": 0}


def test_names_that_a_terminal_would_obey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are shown escaped; a name that is not UTF-8 ends neither the table nor the JSON."""
    Service(tmp_path / "a\x1b[2Jb")
    Service(tmp_path / "c\udcff")
    assert run(["status", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert r"a\x1b[2Jb" in shown
    assert run(["status", str(tmp_path), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["services"]) == 2


def test_compare_says_when_it_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In UTC, to the second: when it began, since data that came later were not read."""
    service = Service(tmp_path / "churn")
    service.collect("dual", "2026-11-22T09:00:00")
    place = str(service.collected)
    capsys.readouterr()
    with freeze_time("2026-11-23T10:20:30.9"):
        assert run(["compare", place, place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["made"] == "2026-11-23T10:20:30Z"
