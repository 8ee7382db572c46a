"""Somebody removes what waits in a spool while nothing can be delivered: counted, and said once."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple

import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from mdc_core.spool import removed
from mdc_core.spool.notes import Notes
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.spool import Spool
from mdc_core.spool.tree import Tree
from tests.azure.azurite import ACCOUNT, Place
from tests.ports import free_port

Eventually = Callable[[Callable[[], object], str], None]
_BEFORE, _AFTER = 3, 2


class _Way(NamedTuple):
    """What somebody does.

    Attributes:
        do: it, to the folder of a spool.
        lost: events that are gone by it.
        goes_on: what is collected later is written.
    """

    do: Callable[[Path], object]
    lost: int
    goes_on: bool = True


def _each(root: Path, pattern: str, do: Callable[[Path], object]) -> None:
    found = [path for path in root.rglob(pattern) if path.is_file()]
    assert found
    for path in found:
        do(path)


def _replace(root: Path) -> None:
    shutil.rmtree(root)
    root.write_bytes(b"")


_WAYS: Dict[str, _Way] = {
    "files removed": _Way(lambda root: _each(root, "*.jsonl", Path.unlink), _BEFORE),
    "files cut": _Way(
        lambda root: _each(root, "*.jsonl", lambda path: os.truncate(path, 1)), _BEFORE
    ),
    "files moved": _Way(
        lambda root: _each(root, "*.jsonl", lambda path: path.rename(path.with_suffix(".kept"))),
        _BEFORE,
    ),
    "their folder removed": _Way(lambda root: shutil.rmtree(root / "modelDataCollector"), _BEFORE),
    "all but the folder removed": _Way(
        lambda root: [shutil.rmtree(path) for path in root.iterdir()], _BEFORE
    ),
    "the spool removed": _Way(shutil.rmtree, _BEFORE),
    "the spool moved": _Way(lambda root: root.rename(root.with_name("moved")), _BEFORE),
    "the spool a file": _Way(_replace, _BEFORE, goes_on=False),
    "the lock removed": _Way(lambda root: _each(root / ".mdc-bridge/open", "*", Path.unlink), 0),
    "all of the state removed": _Way(lambda root: shutil.rmtree(root / ".mdc-bridge"), 0),
}


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account that does not answer, and looks without waiting."""
    away = Place(f"http://127.0.0.1:{free_port()}/{ACCOUNT}")
    monkeypatch.setenv("MDC_STORAGE", away.connection_string)
    monkeypatch.setenv("MDC_SPOOL_DIR", str(tmp_path / "spools"))
    monkeypatch.setenv("MDC_DELIVERY_INTERVAL", "0.02")
    monkeypatch.setattr(removed, "LOOK_SECONDS", 0.02)
    yield
    mdc_core.shutdown()


def _counts() -> mdc_core.Counts:
    (counts,) = mdc_core.counts()
    return counts


def _messages(caplog: pytest.LogCaptureFixture, part: str) -> List[str]:
    return [each.getMessage() for each in caplog.records if part in each.getMessage()]


@pytest.mark.parametrize("name", _WAYS)
def test_what_is_gone_is_counted_and_the_rest_goes_on(
    name: str, tmp_path: Path, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    """As lost, never as damaged or as waiting; the account is never reached."""
    caplog.set_level(logging.INFO, "mdc_core")
    way = _WAYS[name]
    collector = Collector(name="model_inputs", on_error=lambda error: None)

    def collect(events: int) -> None:
        for number in range(events):
            collector.collect(pandas.DataFrame({"n": [number]}))

    collect(_BEFORE)
    eventually(lambda: _counts().written == _BEFORE, "written")
    (root,) = (path for path in (tmp_path / "spools").iterdir() if path.is_dir())
    way.do(root)
    lost = {"spool_removed": way.lost} if way.lost else {}
    eventually(lambda: dict(_counts().dropped) == lost, "counted")
    collect(_AFTER)
    if way.goes_on:
        eventually(lambda: _counts().written == _BEFORE + _AFTER, "written again")
        lines = sum(path.read_bytes().count(b"\n") for path in root.rglob("*.jsonl"))
        assert lines == _BEFORE + _AFTER - way.lost
        assert _counts().undelivered_bytes == sum(
            path.stat().st_size for path in root.rglob("*.jsonl") if path.stat().st_size > 1
        )
    assert dict(_counts().dropped) == lost
    assert _counts().damaged == 0
    said = "somebody removed or cut"
    eventually(lambda: len(_messages(caplog, said)) == bool(way.lost), "said once")


def test_the_data_of_a_large_event_count_as_the_event(
    tmp_path: Path, eventually: Eventually
) -> None:
    """Its line is there, and refers to nothing."""
    collector = Collector(name="model_inputs")
    collector.collect(pandas.DataFrame({"n": [1]}))
    collector.collect(pandas.DataFrame({"n": ["x" * (5 << 20)]}))
    eventually(lambda: _counts().written == 2, "written")
    (raw,) = (path for path in tmp_path.rglob("raw/**/*") if path.is_file())
    raw.unlink()
    eventually(lambda: dict(_counts().dropped) == {"spool_removed": 1}, "counted")


def test_a_place_that_cannot_be_read_is_no_damage(tmp_path: Path) -> None:
    """A note is damaged by what it says, once; not by where it cannot be looked for."""
    damaged: List[str] = []
    notes = Notes(Tree(tmp_path / "spool"), damaged.append)
    path = "a/ef484bd292bc4cd4ad462efc33ddbbbe000000.jsonl"
    (tmp_path / "spool").write_bytes(b"")  # a file where the folder belongs
    assert notes.read(path) == ""
    (tmp_path / "spool").unlink()
    notes.write(path, "1")
    (note,) = (each for each in tmp_path.rglob("notes/*"))
    note.unlink()
    note.symlink_to(note)
    with pytest.raises(OSError, match="symbolic links"):
        notes.read(path)
    assert damaged == []
    note.unlink()
    note.mkdir()
    assert [notes.read(path) for _ in range(3)] == [""] * 3
    assert len(damaged) == 1
    notes.write(path, "2")
    assert notes.read(path) == "2"


def test_a_note_that_is_gone_loses_no_file(tmp_path: Path) -> None:
    """What a note names and nobody finds is not mistaken for its file."""
    outbox = Outbox()
    spool = Spool(tmp_path, outbox, 1 << 30)
    spool.append("a", b"1\n", b"", ".jsonl")
    (file,) = outbox.unfinished()
    with pytest.raises(FileNotFoundError):
        spool.notes.sync(file.path)
    assert spool.read(file.path, 0, 2) == b"1\n"
    spool.close()
