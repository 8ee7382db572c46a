"""Identifiers: valid, never twice, in threads and after a fork."""

from __future__ import annotations

import os
import random
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from mdc_core.ids import UuidPool, new_instance_id, new_uuid


def test_ids_are_random_uuids() -> None:
    """Canonical text, version 4 and the variant of the standard, over more than one pool."""
    for _ in range(1000):
        text = new_uuid()
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)


def test_no_id_is_given_twice_to_threads() -> None:
    """Threads that race for the end of a pool get different ids."""
    pool = UuidPool()
    with ThreadPoolExecutor(8) as threads:
        batches = threads.map(lambda _: [pool.take() for _ in range(2000)], range(8))
        taken = [identifier for batch in batches for identifier in batch]
    assert len(set(taken)) == len(taken) == 16_000


def test_no_id_is_given_twice_while_the_pool_is_replenished() -> None:
    """One thread replenishes, as the writer's does, and others take."""
    pool = UuidPool()
    done = threading.Event()

    def replenish() -> None:
        while not done.is_set():
            pool.replenish()

    with ThreadPoolExecutor(5) as threads:
        replenishing = threads.submit(replenish)
        batches = threads.map(lambda _: [pool.take() for _ in range(2000)], range(4))
        taken = [identifier for batch in batches for identifier in batch]
        done.set()
        replenishing.result()
    assert len(set(taken)) == len(taken) == 8_000


def test_a_replenished_pool_makes_none_for_a_while() -> None:
    """A hundred calls ask for no random number, because their ids are there."""
    numbers = random.Random()
    pool = UuidPool(numbers)
    pool.replenish()
    state = numbers.getstate()
    assert len({pool.take() for _ in range(100)}) == 100
    assert numbers.getstate() == state


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_has_other_ids() -> None:
    """Parent and child do not share the rest of a pool."""
    new_uuid()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, "".join(new_uuid() for _ in range(50)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    taken = {text[start : start + 36] for start in range(0, len(text), 36)}
    assert len(taken) == 50
    assert taken.isdisjoint({new_uuid() for _ in range(300)})


def test_instance_ids_are_hex() -> None:
    """32 hex digits, as in the file names of the real collector."""
    made = {new_instance_id() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}", identifier) for identifier in made)
