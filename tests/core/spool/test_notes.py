"""Notes: twice there, so that one damaged byte costs nothing, and more than that no other file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_core.spool.files import STATE_FOLDER
from mdc_core.spool.notes import Notes
from mdc_core.spool.tree import Tree

PATH = "csv/a/ef484bd292bc4cd4ad462efc33ddbbbe000000.9.csv"
NAME = PATH.rpartition("/")[2]
TEXT = '{"delivered": 123456, "intended": 234567}'


class Noted:
    """Notes of a tree, and what was found damaged."""

    def __init__(self, root: Path) -> None:
        self.damaged: list[str] = []
        self.file = root / STATE_FOLDER / "notes" / NAME
        self.aside = root / STATE_FOLDER / "torn" / f"{NAME}.note"
        self.notes = Notes(Tree(root), self.damaged.append)


@pytest.fixture
def noted(tmp_path: Path) -> Noted:
    return Noted(tmp_path)


def test_the_last_note_counts(noted: Noted) -> None:
    """Of one file, whatever was noted of others."""
    assert noted.notes.read(PATH) == ""
    noted.notes.write(PATH, TEXT)
    noted.notes.write("b/other", "2")
    noted.notes.write(PATH, "1")
    assert noted.notes.read(PATH) == "1"
    assert sorted(noted.notes.names()) == [NAME, "other"]
    noted.notes.remove(PATH)
    noted.notes.remove(PATH)
    assert noted.notes.read(PATH) == ""
    assert noted.damaged == []


def test_a_note_is_written_over_without_room(noted: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk a delivery has to go on; only the first note needs room."""
    noted.notes.write(PATH, "1")

    def full(_: int, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    noted.notes.write(PATH, "2")
    assert noted.notes.read(PATH) == "2"
    with pytest.raises(OSError, match="No space left"):
        noted.notes.write("other", "1")
    assert noted.notes.read("other") == ""


@pytest.mark.parametrize("bit", range(8))
def test_one_damaged_byte_costs_nothing(noted: Noted, bit: int) -> None:
    """Anywhere in the note."""
    noted.notes.write(PATH, TEXT)
    whole = noted.file.read_bytes()
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << bit
        noted.file.write_bytes(bytes(damaged))
        assert noted.notes.read(PATH) == TEXT
    assert noted.damaged == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_what_is_no_note_is_set_aside(noted: Noted, content: bytes) -> None:
    """Whatever lies there: nothing is noted, it is kept for who looks at it, and said once."""
    noted.notes.write(PATH, TEXT)
    noted.file.write_bytes(content)
    if noted.aside.exists():
        noted.aside.unlink()
    noted.damaged.clear()
    assert noted.notes.read(PATH) == ""
    assert noted.notes.read(PATH) == ""
    assert len(noted.damaged) == 1
    assert NAME in noted.damaged[0]
    assert noted.aside.read_bytes() == content
    noted.notes.write(PATH, "1")
    assert noted.notes.read(PATH) == "1"


@pytest.mark.parametrize("length", range(0, 257, 16))
def test_a_note_that_was_cut_is_whole_or_none(noted: Noted, length: int) -> None:
    """Half of it is a note."""
    noted.notes.write(PATH, TEXT)
    os.truncate(noted.file, length)
    assert noted.notes.read(PATH) == (TEXT if length >= 64 else "")


def test_a_folder_in_its_place_stops_nobody(noted: Noted) -> None:
    """It cannot be set aside, and is not a note."""
    noted.file.mkdir(parents=True)
    assert noted.notes.read(PATH) == ""
    assert len(noted.damaged) == 1


def test_a_note_is_brought_to_the_disk_when_that_matters(
    noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new one, so that it is never found empty; a later one when asked for, with its name."""
    noted.notes.write(PATH, "0")
    flushed: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda each: flushed.append(os.path.realpath(f"/proc/self/fd/{each}"))
    )
    noted.notes.write(PATH, "1")
    assert flushed == []
    noted.notes.sync(PATH)
    assert flushed[0] == str(noted.file)
    assert str(noted.file.parent) in flushed
