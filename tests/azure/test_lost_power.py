"""Delivery to an account through losses of power, on a disk that keeps what was synced."""

from __future__ import annotations

import contextlib
import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Set, Union

import pytest
from azure.storage.blob import ContainerClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_core.delivery.errors import DeliveryError
from mdc_core.spool.spool import Spool
from tests.azure.azurite import Place
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, FaultProxy, Request
from tests.azure.mirror import Mirror
from tests.azure.replica import Blob, Replica
from tests.examples_of import examples
from tests.reliability.losing_disk import LosingDisk

Process = Union[Mirror, Replica]
_NUMBERS = itertools.count()
_STEP = st.sampled_from(
    [*["collect"] * 4, *["deliver"] * 2, "unheard", "sync", "end the file", *["lose power"] * 2]
)


class Way(NamedTuple):
    """How numbers go to an account.

    Attributes:
        start: begins a process on a spool.
        append: has a process write a number, of a spool of some name.
        try_once: delivers some of what waits, if that is possible now.
        lines: returns what is in the account of the spool of some name.
    """

    start: Callable[[Path], Process]
    append: Callable[[Any, int, str], object]
    try_once: Callable[[Any], object]
    lines: Callable[[str], list[bytes]]


@pytest.fixture
def json_lines(make_mirror: Callable[..., Mirror], container: ContainerClient) -> Way:
    """Lines in append blobs."""

    def append(mirror: Mirror, number: int, name: str) -> None:
        mirror.append(b'{"n": %d}\n' % number, folder=name)

    def lines(name: str) -> list[bytes]:
        if not container.exists():
            return []
        blobs = container.list_blobs(name_starts_with=f"{name}/")
        contents = [container.download_blob(each.name).readall() for each in blobs]
        return b"".join(contents).splitlines(keepends=True)

    return Way(lambda root: make_mirror(root=root), append, Mirror.step, lines)


@pytest.fixture
def csv_rows(make_replica: Callable[..., Replica], blob: Blob, through_proxy: Place) -> Way:
    """Rows in a shared block blob."""

    def append(replica: Replica, number: int, _name: str) -> None:
        replica.append(b"%d,x\r\n" % number)

    def try_once(replica: Replica) -> None:
        with contextlib.suppress(DeliveryError):
            replica.upload()

    return Way(
        lambda root: make_replica(root=root, connection=through_proxy.connection_string),
        append,
        try_once,
        lambda _: blob.rows() if blob.client.exists() else [],
    )


@pytest.mark.parametrize("way", ["json_lines", "csv_rows"])
@settings(
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(steps=st.lists(_STEP, min_size=3, max_size=12), seed=st.integers(0, 1 << 32))
def test_nothing_synced_or_delivered_is_lost_or_doubled(
    request: pytest.FixtureRequest,
    proxy: FaultProxy,
    tmp_path: Path,
    way: str,
    steps: list[str],
    seed: int,
) -> None:
    """What was on the disk and what was in the account are there once, whatever else was lost."""
    start, append, try_once, lines = request.getfixturevalue(way)
    root = tmp_path / str(next(_NUMBERS))
    root.mkdir(mode=0o700)
    chance = random.Random(seed)
    mine: Set[int] = set()
    # Those that a loss of power may take, and those that nothing may.
    fresh: Set[int] = set()
    kept: Set[int] = set()
    with pytest.MonkeyPatch.context() as monkeypatch:
        disk = LosingDisk(root, monkeypatch)
        process = start(root)
        for step in [*steps, "lose power", "deliver"]:
            if step == "collect":
                number = next(_NUMBERS)
                mine.add(number)
                fresh.add(number)
                append(process, number, root.name)
            elif step == "sync":
                process.spool.sync()
                kept |= fresh
            elif step == "deliver":
                process.deliver()
                kept |= _found(lines(root.name)) & mine
            elif step == "unheard":
                proxy.choose = _no_answer_to_a_commit()
                try_once(process)
                proxy.choose = lambda _: PASS
                kept |= _found(lines(root.name)) & mine
            elif step == "end the file":
                process.spool.seal_all()
                kept |= fresh
            else:
                process.die()
                fresh.clear()
                disk.lose_power(lambda most: chance.randint(0, most))
                process = start(root)
                _adopt_all(process.spool)
            disk.look()
    stored = [each for each in map(_number, lines(root.name)) if each in mine]
    assert len(stored) == len(set(stored))
    assert kept <= set(stored)


def _no_answer_to_a_commit() -> Callable[[Request], Any]:
    left = [DROP_RESPONSE]

    def choose(request: Request) -> Any:
        is_commit = request.is_append or "comp=blocklist" in request.path
        return left.pop() if left and request.method == "PUT" and is_commit else PASS

    return choose


def _found(lines: list[bytes]) -> Set[int]:
    return set(map(_number, lines))


def _number(line: bytes) -> int:
    return int("".join(filter(str.isdigit, line.decode())))


def _adopt_all(spool: Spool) -> None:
    """Take over what is left, also of those who may be alive until some time has passed."""
    seconds = itertools.count(int(time.monotonic()) + 10, 10)
    spool._owners._clock = lambda: next(seconds)
    while True:
        spool.adopt()
        if not spool.has_more_to_adopt():
            return
