"""Correlation cells: what is one, and the fast way over them against the slow one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mdc_bridge.migrate.correlation_cells import CorrelationCells, CorrelationReader
from mdc_core.errors import StoreError
from tests.bridge.migrate.archive_model import NO_REQUEST, Call, uuid_of

TIME = "2019-06-01T12:30:00.123456"


def read(*correlations: Sequence[str], zone: str = "UTC") -> CorrelationCells | None:
    """Read correlations as one block."""
    columns = [[cell.encode() for cell in column] for column in zip(*correlations)]
    return CorrelationReader(zone, "3").read(columns)


def time_of(text: str, zone: str = "UTC") -> str | None:
    """Return what a scoring time becomes."""
    correlations = read(Call(1, text).tail, zone=zone)
    return None if correlations is None else correlations.times[0].decode()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        (TIME, TIME),
        ("2019-06-01T12:30:00", "2019-06-01T12:30:00"),
        ("2019-06-01T12:30:00.000000", "2019-06-01T12:30:00"),
        ("2019-06-01 12:30:00.5", "2019-06-01T12:30:00.500000"),
        ("2019-06-01T12:30:00Z", "2019-06-01T12:30:00"),
        ("2019-06-01T12:30:00+02:00", "2019-06-01T10:30:00"),
        ("2019-06-01T12:30:00.123456789", "2019-06-01T12:30:00.123456"),
        ("2020-02-29T00:00:00.000001", "2020-02-29T00:00:00.000001"),
        ("2019-02-29T00:00:00.000001", None),
        ("2019-06-01T24:00:00.000001", None),
        ("2019-06-01T12:60:00.000001", None),
        ("2019-06-01T12:30:60.000001", None),
        ("2019-13-01T12:30:00.000001", None),
        ("0000-01-01T00:00:00.000001", None),
        ("now", None),
        ("", None),
        ("1559392200", None),
        ("nan", None),
    ],
)
def test_times(text: str, time: str | None) -> None:
    """ISO 8601 as the original and pandas write it, and nothing else."""
    assert time_of(text) == time
    # Next to a plain one, and to one that has to be looked at.
    for other in (TIME, "2019-06-01T12:30:01"):
        correlations = read(Call(1, text).tail, Call(2, other).tail)
        found = None if correlations is None else correlations.times[0].decode()
        assert found == time


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_times_at_the_ends_of_the_calendar(text: str, zone: str) -> None:
    """Beyond them there is none."""
    assert time_of(text) == text
    moved = time_of(text, zone)
    assert moved is None or moved[:4] in ("0001", "9999")
    begin = text[:10].replace("-", "/")
    if zone == "Europe/Berlin" and begin == "0001/01/01":
        with pytest.raises(StoreError, match="a folder is named 0001/01/01"):
            CorrelationReader(zone, "3").of_folder(begin)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
@example(datetime(2019, 10, 27, 2, 30))  # noqa: DTZ001
def test_times_of_a_zone(moment: datetime) -> None:
    """They are those of the zone's clock."""
    from zoneinfo import ZoneInfo

    moment = moment.replace(fold=0)  # the text does not say which of two equal times it is
    aware = moment.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(timezone.utc)
    assert time_of(moment.isoformat(), "Europe/Berlin") == aware.replace(tzinfo=None).isoformat()


@pytest.mark.parametrize(
    ("at", "cell"),
    [
        (0, ""),
        (0, "1"),
        (0, uuid_of(1)[:-1]),
        (0, uuid_of(1) + "x"),
        (2, "2"),
        (2, ""),
        (2, "1441"),
    ],
)
def test_cells_that_are_no_correlation(at: int, cell: str) -> None:
    """One of them, and the block is to be looked at row by row."""
    tail = Call(1).tail
    tail[at] = cell
    assert read(tail) is None
    assert read(Call(2).tail, tail) is None


@pytest.mark.parametrize(
    ("request_id", "becomes"),
    [(NO_REQUEST, None), ("", None), (uuid_of(5), uuid_of(5)), ('a"b', 'a\\"b'), ("é", "é")],
)
def test_request_ids(request_id: str, becomes: str | None) -> None:
    """Those that are none become the correlation id; others are JSON texts."""
    call = Call(1, request=request_id)
    for others in ([], [Call(2, request=uuid_of(9)).tail], [Call(2).tail]):
        correlations = read(call.tail, *others)
        assert correlations is not None
        assert correlations.requests[0].decode() == (becomes or call.id)


def test_versions() -> None:
    """A row without one is of its folder's."""
    correlations = read(
        Call(1, version="").tail, Call(2, version='v"2').tail, Call(3, version="7").tail
    )
    assert correlations is not None
    assert list(correlations.versions) == [b"3", b'v\\"2', b"7"]
