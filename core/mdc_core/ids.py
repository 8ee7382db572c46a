"""Identifiers: random UUIDs at the price of a slice, and the instance id of a writer."""

from __future__ import annotations

import os

from . import forks

_POOL_BYTES = 16 * 256


class UuidPool:
    """Version 4 UUIDs cut from one larger read of the system's random source.

    A thread that loses a race for the last bytes of a pool takes them from a fresh one:
    popping from a list is atomic, so no bytes are ever handed out twice.
    """

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def take(self) -> str:
        """Return a new UUID in its canonical 36 characters."""
        try:
            digits = self._waiting.pop()
        except IndexError:
            random = os.urandom(_POOL_BYTES).hex()
            fresh = [random[start : start + 32] for start in range(0, len(random), 32)]
            digits = fresh.pop()
            self._waiting = fresh
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def forget(self) -> None:
        """Drop the pooled bytes, so that a forked child does not repeat its parent's ids."""
        self._waiting = []


_pool = UuidPool()


def _take_after_fork() -> str:
    forks.notice()
    return _pool.take()


new_uuid = _pool.take if forks.are_noticed() else _take_after_fork

forks.call_in_child(_pool.forget)


def new_instance_id() -> str:
    """Return the 32 hex digits under which one writer names its segment files."""
    return os.urandom(16).hex()
