"""The shared CSV blob under leases: what is lost, outlived or taken over, and what is renewed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mdc_core.delivery.errors import BusyError
from tests.azure.original_writer import OriginalWriter
from tests.azure.replica import HEADER, Blob, Replica, joined, numbered


class Clock:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_taken_by_another_writer_stops_the_commit(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Rows committed while ours was held up between list and commit stay, and ours follow."""
    replica = make_replica()
    replica.write(joined("ours", range(1)))

    def taken() -> None:
        replica.spool.on_read = lambda: None
        blob.take_lease_away()
        OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))

    replica.append(joined("ours", range(1, 2)))
    replica.spool.on_read = taken
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    expected = [*numbered("ours", range(1)), *numbered("theirs", range(2))]
    assert blob.rows() == expected
    replica.upload()
    assert blob.rows() == [*expected, *numbered("ours", range(1, 2))]


def test_a_lease_that_may_have_run_out_is_not_used(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """By our own clock alone: after 24 s nothing is sent, though the server would take it."""
    clock = Clock()
    replica = make_replica(clock=clock)
    replica.append(joined("ours", range(1)))

    def held_up() -> None:
        clock.now += 25.0

    replica.spool.on_read = held_up
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    assert blob.content() == b""
    replica.spool.on_read = lambda: None
    replica.upload()
    assert blob.rows() == list(numbered("ours", range(1)))


def test_a_slow_delivery_renews_its_lease(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """Large rows over a slow line take longer than a lease, and keep it by renewing."""
    clock = Clock()
    replica = make_replica(clock=clock)
    large = b'7,"' + b"x" * (20 * 1024 * 1024) + b'"\r\n'
    replica.append(large)

    def slowly() -> None:
        clock.now += 9.0

    replica.spool.on_read = slowly
    replica.upload()
    assert clock.now > 100 + 45
    assert blob.content() == HEADER + large


def test_a_renewal_after_another_writers_turn_is_refused(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """A lease that was broken in between cannot be renewed; the delivery starts over."""
    clock = Clock()
    replica = make_replica(clock=clock)
    replica.append(joined("ours", range(1)))

    def taken() -> None:
        replica.spool.on_read = lambda: None
        clock.now += 9.0
        blob.take_lease_away()

    replica.spool.on_read = taken
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    replica.upload()
    assert blob.rows() == list(numbered("ours", range(1)))
