"""Blobs that a reader takes away: what was delivered does not come again, also behind a death."""

from __future__ import annotations

import itertools
from typing import Callable, Dict

import pytest
from azure.storage.blob import ContainerClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.azure.mirror import Mirror
from tests.examples_of import examples

MakeMirror = Callable[..., Mirror]
Blobs = Callable[[], Dict[str, bytes]]


def line(number: int) -> bytes:
    return b'{"n": %d}\n' % number


class Reader:
    """Takes all blobs away, and remembers what it has read."""

    def __init__(self, container: ContainerClient) -> None:
        self._container = container
        self.lines: list[bytes] = []

    def take(self) -> None:
        if self._container.exists():
            for name in [blob.name for blob in self._container.list_blobs()]:
                self.lines += self._container.download_blob(name).readall().splitlines(True)
                self._container.delete_blob(name)


@pytest.mark.parametrize("what", ["blob", "container"])
@pytest.mark.parametrize("waits", [0, 3])
@pytest.mark.parametrize("death", [True, False])
def test_only_what_waited_is_delivered_by_the_next_process(
    make_mirror: MakeMirror, container: ContainerClient, what: str, waits: int, death: bool
) -> None:
    """The blob is gone, its lines were read: a kill or an exit makes none of them come twice."""
    first, reader = make_mirror(), Reader(container)
    for number in range(5):
        first.append(line(number))
        first.deliver()
    reader.take()
    if what == "container":
        container.delete_container()
    first.append(b"".join(map(line, range(5, 5 + waits))))
    if death:
        first.die()
    else:
        first.spool.close()
    second = make_mirror()
    second.append(line(99))
    second.deliver()
    reader.take()
    assert sorted(reader.lines) == sorted(map(line, [*range(5 + waits), 99]))


def test_a_blob_in_the_place_of_the_taken_one_is_left_alone(
    make_mirror: MakeMirror, container: ContainerClient, blobs: Blobs
) -> None:
    """An empty one, too, is somebody else's when more was delivered before."""
    first = make_mirror()
    first.append(line(0))
    first.deliver()
    (name,) = blobs()
    container.delete_blob(name)
    container.get_blob_client(name).create_append_blob()
    first.append(line(1))
    first.die()
    make_mirror().deliver()
    assert sorted(blobs().values()) == [b"", line(1)]


_STEP = st.sampled_from(["collect", "collect", "deliver", "take", "die", "close"])


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, max_size=15))
def test_every_line_is_read_once_whatever_comes_when(
    make_mirror: MakeMirror,
    container: ContainerClient,
    steps: list[str],
) -> None:
    """Collecting, delivering, reading, deaths and exits in any order."""
    reader = Reader(container)
    numbers = itertools.count()
    mirror = make_mirror()
    for step in steps:
        if step == "collect":
            mirror.append(line(next(numbers)))
        elif step == "deliver":
            mirror.deliver()
        elif step == "take":
            reader.take()
        else:
            if step == "die":
                mirror.die()
            else:
                mirror.spool.close()
            mirror = make_mirror()
    mirror.deliver()
    reader.take()
    mirror.close()
    assert sorted(reader.lines) == sorted(map(line, range(next(numbers))))
