"""What of an id is known after a death at each point between its note and its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_agent.store.ids import FolderAppend, IdMemory
from mdc_agent.store.lookup import key_of

IDS = [f"id-{at}" for at in range(5)]
KEYS = [key_of(each) for each in IDS]
LINES = [b'{"id":"%s","data":[%d]}\n' % (each.encode(), at) for at, each in enumerate(IDS)]
FOLDER = "modelDataCollector/ep/blue/model_inputs/2026/11/29/00"


def _memory(tmp_path: Path, at_least: int = 100) -> IdMemory:
    memory = IdMemory(tmp_path / "ids", at_least)
    memory.open()
    return memory


def _part(first: int, last: int) -> FolderAppend:
    lines = LINES[first:last]
    return FolderAppend(FOLDER, len(b"".join(lines)), [[key] for key in KEYS[first:last]])


def _append(tmp_path: Path, content: bytes, name: str = "a.jsonl") -> None:
    folder = tmp_path / "out" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("ab") as file:
        file.write(content)


def _known(tmp_path: Path) -> list[bool]:
    """Return which ids the next process knows; a second look gives the same."""
    memory = _memory(tmp_path)
    known = [key in memory for key in KEYS]
    memory.close()
    again = _memory(tmp_path)
    assert [key in again for key in KEYS] == known
    again.close()
    return known


@pytest.mark.parametrize("cut", range(sum(map(len, LINES)) + 1))
def test_death_within_an_append(tmp_path: Path, cut: int) -> None:
    """However many bytes of a batch were appended, the ids of its whole lines are known."""
    _append(tmp_path, b'{"id":"older","data":[]}\n')
    _append(tmp_path, b'{"id":"of another process","data":[]}\n' * 10, "b.jsonl")
    _memory(tmp_path).note("lane", tmp_path / "out", [_part(0, 5)])
    content = b"".join(LINES)
    _append(tmp_path, content[:cut])
    whole = content[:cut].count(b"\n")
    assert _known(tmp_path) == [at < whole for at in range(5)]


def test_death_within_a_note(tmp_path: Path) -> None:
    """A torn note stands for nothing, and what comes behind it is read."""
    memory = _memory(tmp_path)
    memory.note("lane", tmp_path / "out", [_part(0, 2)])
    _append(tmp_path, b"".join(LINES[:2]))
    journal = tmp_path / "ids" / "1"
    whole = journal.read_bytes()
    memory.note("lane", tmp_path / "out", [_part(2, 4)])
    noted = journal.read_bytes()
    for cut in range(len(whole), len(noted)):
        journal.write_bytes(noted[:cut])
        assert _known(tmp_path) == [True, True, False, False, False]
        journal.write_bytes(noted[:cut])
        after = _memory(tmp_path)
        after.note("another", tmp_path / "out", [_part(4, 5)])
        after.note("another", tmp_path / "out", [])
        after.close()
        assert _known(tmp_path) == [True, True, False, False, True]


def test_a_later_note_of_the_lane_settles_the_one_before(tmp_path: Path) -> None:
    """Delivered and removed files need not be there; what failed is forgotten in the same note."""
    memory = _memory(tmp_path)
    memory.note("lane", tmp_path / "out", [_part(0, 3)])
    memory.note("other lane", tmp_path / "out", [_part(3, 4)])
    memory.note("lane", tmp_path / "out", [], forget=[KEYS[1]])
    assert _known(tmp_path) == [True, False, True, False, False]


def test_one_line_for_several_ids(tmp_path: Path) -> None:
    """A batched line stands for all ids that went into it."""
    part = FolderAppend(FOLDER, len(LINES[0]) + len(LINES[3]), [KEYS[:3], KEYS[3:]])
    _memory(tmp_path).note("lane", tmp_path / "out", [part])
    _append(tmp_path, LINES[0])
    assert _known(tmp_path) == [True, True, True, False, False]


def test_doubt_outlives_a_journal(tmp_path: Path) -> None:
    """The last note of a lane is in doubt in the journal before the last as well."""
    memory = _memory(tmp_path, at_least=2)
    memory.note("lane", tmp_path / "out", [_part(0, 2)])
    memory.note("other lane", tmp_path / "out", [_part(2, 3)])
    memory.note("other lane", tmp_path / "out", [])
    assert len(list((tmp_path / "ids").iterdir())) == 2
    _append(tmp_path, LINES[0])
    assert _known(tmp_path) == [True, False, True, False, False]
