"""The rest of a file moves to a new name, and the files outlive their spool."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from tests.core.spool.opened import Opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "segments"


def test_the_rest_of_a_file_moves_to_a_new_name(root: Path) -> None:
    """The new file holds what was not acknowledged, and survives a death right after."""
    opened = Opened(root)
    opened.append(b"1\n2\n3\n")
    opened.spool.seal_all()
    old = opened.acknowledge(2)
    opened.spool.move_rest(old)
    (new,) = opened.waiting()
    assert new.path != old.path
    assert opened.content(new) == b"2\n3\n"
    opened.spool.abandon()
    after = Opened(root)
    after.spool.adopt()
    assert [(file.path, after.content(file)) for file in after.waiting()] == [(new.path, b"2\n3\n")]
    after.spool.close()


def test_the_rest_of_an_adopted_file_moves_too(root: Path) -> None:
    """Its journal ends with the new file, not before."""
    dead = Opened(root)
    dead.append(b"1\n2\n")
    dead.spool.abandon()
    opened = Opened(root)
    opened.spool.adopt()
    opened.spool.move_rest(opened.acknowledge(2))
    assert len(opened.journals()) == 2  # its own, and that of the dead
    opened.acknowledge()
    assert len(opened.journals()) == 1
    opened.spool.close()


@pytest.mark.parametrize("call", range(1, 40))
def test_a_move_is_whole_wherever_it_ends(
    root: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death at any step of it leaves each line once, in the old file or in the new one."""
    opened = Opened(root)
    opened.append(b"1\n2\n3\n")
    opened.spool.seal_all()
    old = opened.acknowledge(2)
    opened.spool.notes.write(old.path, "2")
    calls = 0

    class Dead(BaseException):
        """The process is gone."""

    def counted(name: str) -> None:
        real = getattr(os, name)

        def step(*what: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == call:
                raise Dead
            return real(*what, **more)

        monkeypatch.setattr(os, name, step)

    for name in ("open", "write", "pwrite", "fsync", "rename", "unlink", "rmdir", "mkdir"):
        counted(name)
    with contextlib.suppress(Dead):
        opened.spool.move_rest(old)
    monkeypatch.undo()
    opened.spool.abandon()
    after = Opened(root)
    after.spool.adopt()
    (file,) = after.waiting()
    delivered = after.spool.notes.delivered_bytes(file.path)
    assert after.spool.read(file.path, delivered, file.size) == b"2\n3\n"
    after.spool.close()


def test_a_delivery_that_outlives_the_spool_leaves_the_files_to_the_next(root: Path) -> None:
    """An upload that ends after `close` must not touch the journal of what waits still."""
    opened = Opened(root)
    opened.append(b"1\n", folder="a")
    opened.append(b"2\n", folder="b")
    opened.spool.close()
    opened.acknowledge()
    after = Opened(root)
    after.spool.adopt()
    assert sorted(after.content(file) for file in after.waiting()) == [b"1\n", b"2\n"]
    after.spool.close()
