"""What lies in the spools of other destinations is found, and said to be theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_core.spool.other_spools import Waiting, destination_of, left_beside
from mdc_core.spool.owners import Owners
from mdc_core.spool.tree import Tree

INSTANCE = "0123456789abcdef" * 2


def leave(root: Path, content: bytes) -> None:
    path = root / "folder" / f"{INSTANCE}000000.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def owned(root: Path, destination: str = "") -> Owners:
    owners = Owners(Tree(root), INSTANCE, destination)
    owners.hold()
    return owners


def test_what_dead_processes_left_beside_is_found(tmp_path: Path) -> None:
    """With its destination, where that is known; not what is one's own, or empty."""
    for name in ("mine", "named", "nameless", "empty"):
        leave(tmp_path / name, b"" if name == "empty" else b"12345\n")
    owned(tmp_path / "named", "container c of acc").close(unfinished=True)
    assert list(left_beside(tmp_path / "mine")) == [
        Waiting(tmp_path / "named", "container c of acc", 6),
        Waiting(tmp_path / "nameless", "", 6),
    ]


def test_what_a_living_process_has_is_its_own(tmp_path: Path) -> None:
    """It delivers that by itself."""
    leave(tmp_path / "other", b"12345\n")
    owners = owned(tmp_path / "other")
    assert list(left_beside(tmp_path / "mine")) == []
    owners.close(unfinished=True)
    assert [each.bytes for each in left_beside(tmp_path / "mine")] == [6]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"process 1\na\x1b[2J\n", "a?[2J"),
        (b"process 1\n\xff\n", "\ufffd"),
        (b"\n" + b"x" * 5000, "x" * 999),
        (b"process 1", ""),
        (b"", ""),
    ],
)
def test_what_lies_there_never_commands_a_terminal(
    tmp_path: Path, content: bytes, shown: str
) -> None:
    """Whatever it is, it is shown as a short line of text."""
    owned(tmp_path, "x").close(unfinished=True)
    assert destination_of(tmp_path) == "x"
    (tmp_path / f".mdc-bridge/open/{INSTANCE}").write_bytes(content)
    assert destination_of(tmp_path) == shown


def test_nothing_beside_is_nothing(tmp_path: Path) -> None:
    """Also where the folder of all spools is gone."""
    assert list(left_beside(tmp_path / "none" / "mine")) == []
