"""Events with a number in them, a clock that stands still, a destination that fails on demand."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable, Sequence
from typing import Callable, Optional

import numpy
import pytest

from mdc_core.data.events import CsvTarget, Event, RawFile, Stream
from mdc_core.data.snapshot import snapshot_array
from mdc_core.destinations import MemoryDestination

STREAM = Stream("endpoint", "deployment", "numbers", "sub/group/workspace")
TARGET = CsvTarget(
    "sub/group/workspace", "svc", "model", "1", "numbers", "data.csv", False, (), False, ["n"]
)
TIME_US = 1_700_000_000_000_000


class Clock:
    """Monotonic seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Place(MemoryDestination):
    """An in-memory destination that fails, waits and remembers what it was asked.

    Attributes:
        broken: names of methods that raise OSError.
        open: cleared, appends wait until it is set again.
        entered: set when an append waits.
        calls: names of the methods called.
        torn: what `recover` and `append_rows` report.
        full: nothing more can be taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self.broken: set[str] = set()
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.calls: list[str] = []
        self.torn = 0
        self.full = False

    def is_full(self, size: int) -> bool:
        return self.full

    def recover(self) -> int:
        self._called("recover")
        return self.torn

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        self._called("append_lines")
        if not self.open.is_set():
            self.entered.set()
            self.open.wait()
        super().append_lines(folder, lines, raws)

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        self._called("append_rows")
        super().append_rows(path, header, rows)
        return self.torn

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        self._called("put_raw")
        return super().put_raw(folder, chunks)

    def sync(self) -> None:
        self._called("sync")

    def close(self, timeout: float = 0.0) -> None:
        self._called("close")

    def numbers(self) -> list[int]:
        """Return the numbers in the lines, in their order."""
        return [line["data"][0]["n"] for line in self.lines("numbers")]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.broken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _event(number: int, size: Optional[int] = None, csv: bool = False) -> Event:
    snapshot, actual = snapshot_array(numpy.array([[number]]))
    return Event(
        snapshot,
        actual if size is None else size,
        TIME_US,
        str(number),
        "1",
        STREAM,
        TARGET if csv else None,
        feature_names=("n",),
    )


@pytest.fixture(scope="session")
def event() -> Callable[..., Event]:
    """Makes an event: `event(number, size=bytes, csv=False)`."""
    return _event


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def place() -> Place:
    """A destination that works until told otherwise."""
    return Place()


@pytest.fixture(scope="session")
def make_parts() -> Callable[[], tuple[Clock, Place]]:
    """Makes a clock and a destination, for tests that need new ones many times."""
    return lambda: (Clock(), Place())
