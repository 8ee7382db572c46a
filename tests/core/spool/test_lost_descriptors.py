"""A script closes descriptors that are not its own: what has their numbers next is not touched."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import List, NamedTuple

import pytest

from mdc_core.destinations.folder import FolderDestination
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.spool import Spool

_MINE = b"the user's own bytes"


class _Place(NamedTuple):
    """A folder destination or a spool.

    Attributes:
        append: a line to a folder.
        others: what it does without an append.
        close: the end.
        abandon: what a forked child does with what it inherits.
    """

    append: Callable[[str, bytes], object]
    others: List[Callable[[], object]]
    close: Callable[[], object]
    abandon: Callable[[], object]


def _folder(root: Path) -> _Place:
    made = FolderDestination(root)
    made.recover()
    return _Place(made.append_lines, [made.sync, made.tidy], lambda: made.close(1.0), made.abandon)


def _spool(root: Path) -> _Place:
    made = Spool(root, Outbox(), 1 << 30)
    made.adopt()
    return _Place(
        lambda folder, line: made.append(folder, line, b"", ".jsonl"),
        [made.sync, made.tidy],
        made.close,
        made.abandon,
    )


_PLACES = {"folder": _folder, "spool": _spool}
_KINDS = {"segment": ".jsonl", "lock": "/open/", "all": ""}
_WAYS = ("closed", "a file", "a pipe")
_NEXT = ("append", "append elsewhere", "others", "close", "abandon")
_CELLS = list(itertools.product(_PLACES, _KINDS, _WAYS, _NEXT))


class _Users:
    """What the script has opened under numbers that were ours."""

    def __init__(self, root: Path, way: str) -> None:
        self.path = root / "users"
        self.path.write_bytes(_MINE)
        self.way = way
        self.numbers: List[int] = []
        self.read_end = -1

    def take(self, number: int) -> None:
        if self.way == "closed":
            os.close(number)
            return
        if self.way == "a file":
            opened = os.open(self.path, os.O_RDWR | os.O_APPEND)
        else:
            self.read_end, opened = os.pipe()
            os.set_blocking(self.read_end, False)
        os.dup2(opened, number)
        os.close(opened)
        self.numbers.append(number)

    def are_untouched(self) -> bool:
        found = [os.fstat(number) for number in self.numbers]  # raises where one is closed
        unread = b""
        if self.read_end >= 0:
            try:
                unread = os.read(self.read_end, 1)
            except BlockingIOError:
                unread = b""
        return self.path.read_bytes() == _MINE and not unread and len(found) == len(self.numbers)

    def close(self) -> None:
        for number in [*self.numbers, self.read_end]:
            if number >= 0:
                os.close(number)


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("then", _NEXT)
def test_a_number_that_somebody_else_has_is_not_used(
    tmp_path: Path, place: str, kind: str, way: str, then: str
) -> None:
    """Whatever comes next, users' files stay as they are, and no line is lost or held back."""
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    made = _PLACES[place](root)
    for folder in ("a", "b"):
        made.append(folder, b"1\n")
    users = _Users(tmp_path, way if kind != "all" else "closed")
    lost = list(_opened(root, _KINDS[kind]))
    assert lost
    for number in lost:
        users.take(number)

    lines = 2
    if then.startswith("append"):
        made.append("c" if then == "append elsewhere" else "a", b"2\n")
        lines += 1
    elif then == "others":
        for each in made.others:
            each()
    if then == "abandon":
        made.abandon()
    else:
        if then != "close":
            for each in made.others:
                each()
            assert not _is_free(next((root / ".mdc-bridge" / "open").iterdir()))
            made.append("b", b"3\n")
            lines += 1
        made.close()

    assert users.are_untouched()
    assert sum(path.read_bytes().count(b"\n") for path in root.rglob("*.jsonl")) == lines
    assert not list(_opened(root, ""))
    users.close()


def test_all_cells_are_run() -> None:
    """The matrix has as many cells as its dimensions say."""
    assert len(_CELLS) == 2 * 3 * 3 * 5


def _opened(root: Path, part: str) -> Iterator[int]:
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            continue
        if target.startswith(str(root)) and part in target:
            yield int(name)


def _is_free(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
