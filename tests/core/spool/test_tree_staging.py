"""Raw files: whole under their name, or not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mdc_core.spool.tree import Tree

PATH = "modelDataCollector/e/d/2026/ef484bd292bc4cd4ad462efc33ddbbbe000000.jsonl"


def test_a_raw_file_is_found_when_it_is_published(tmp_path: Path) -> None:
    """The chunks of a large event become one file, which nobody finds before it is whole."""
    tree = Tree(tmp_path)
    raw = tree.stage(PATH, iter([b"[1", b",2", b"]"]))
    assert raw.size == 5
    assert not (tmp_path / raw.path).exists()
    for _ in range(2):  # who is interrupted in between does it again
        tree.publish(raw.path)
    assert (tmp_path / raw.path).read_bytes() == b"[1,2]"


def test_a_raw_file_that_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    """No line refers to it any more."""
    tree = Tree(tmp_path)
    tree.discard(tree.stage(PATH, [b"[]"]).path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_raw_file_that_failed_leaves_nothing(tmp_path: Path, disk: Any) -> None:
    """Without room for a large event neither a part of it nor a staged file stays."""
    tree = Tree(tmp_path)
    disk.room = 3
    with pytest.raises(OSError, match="No space left"):
        tree.stage(PATH, [b"01", b"23", b"45"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_raw_file_whose_encoding_failed_leaves_nothing(tmp_path: Path) -> None:
    """An error in the middle of the chunks does not leave a staged file."""

    def chunks() -> Iterator[bytes]:
        yield b"["
        raise ZeroDivisionError

    tree = Tree(tmp_path)
    with pytest.raises(ZeroDivisionError):
        tree.stage(PATH, chunks())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
