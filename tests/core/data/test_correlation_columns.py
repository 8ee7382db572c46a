"""The eight `$aml_*` cells: read from mappings, from the ends of rows, and times of any type."""

from __future__ import annotations

import datetime
from typing import Any, Optional

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.correlation_columns import HEADERS, NO_REQUEST_ID, Correlation, parse_time
from tests.core.made import microseconds

UUID = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
CELLS = [UUID, "2026-11-21T02:58:33.082063", 1440, "s/g/w", "svc", "m", 3, NO_REQUEST_ID]
TIME_US = microseconds("2026-11-21T02:58:33.082063+00:00")


def test_the_cells_of_a_row_say_all() -> None:
    """Id, time, folder and version are taken from the last eight cells."""
    assert Correlation.of_cells([1.5, "x", *CELLS]) == Correlation(
        id=UUID,
        time_us=TIME_US,
        hourly=False,
        workspace="s/g/w",
        service="svc",
        model="m",
        version="3",
        request_id=None,
    )


@pytest.mark.parametrize("boundary", [60, "60", 60.0, numpy.int64(60)])
def test_an_hourly_boundary_is_seen_in_every_type(boundary: Any) -> None:
    """CSV readers make text or floats of the boundary."""
    made = Correlation.of_mapping(dict(zip(HEADERS, [*CELLS[:2], boundary, *CELLS[3:]])))
    assert made.hourly


def test_a_request_id_is_kept_unless_it_is_all_zero() -> None:
    """The all-zero id means that there was no HTTP request."""
    known = Correlation.of_cells([*CELLS[:7], UUID])
    assert known is not None
    assert known.request_id == UUID
    unknown = Correlation.of_cells(CELLS)
    assert unknown is not None
    assert unknown.request_id is None


def test_a_user_correlation_id_stays_before_the_uuid() -> None:
    """`{user correlation id}-{uuid4}` is one id."""
    made = Correlation.of_cells([f"loan-7-{UUID}", *CELLS[1:]])
    assert made is not None
    assert made.id == f"loan-7-{UUID}"


@pytest.mark.parametrize(
    "cells",
    [
        [],
        CELLS[1:],
        ["no uuid", *CELLS[1:]],
        [UUID, "no time", *CELLS[2:]],
        [*CELLS[:2], 7, *CELLS[3:]],
        list("abcdefgh"),
    ],
)
def test_other_cells_are_no_correlation(cells: list[Any]) -> None:
    """Data whose last eight cells are not plausible stay data."""
    assert Correlation.of_cells(cells) is None


@pytest.mark.parametrize("nothing", [None, "", float("nan"), pandas.NA, pandas.NaT])
def test_missing_cells_are_none(nothing: Any) -> None:
    """Empty and missing cells, as CSV readers and joins leave them, say nothing."""
    made = Correlation.of_mapping(dict.fromkeys(HEADERS, nothing))
    assert made == Correlation.of_mapping({})
    assert (made.id, made.time_us, made.workspace, made.request_id) == (None,) * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T02:58:33.082063", TIME_US),
        ("2026-11-21 02:58:33.082063", TIME_US),
        ("2026-11-21T02:58:33.082063Z", TIME_US),
        ("2026-11-21T03:58:33.082063+01:00", TIME_US),
        (datetime.datetime(2026, 11, 21, 2, 58, 33, 82063), TIME_US),  # noqa: DTZ001
        (pandas.Timestamp("2026-11-21T11:58:33.082063", tz="Asia/Tokyo"), TIME_US),
        (numpy.datetime64("2026-11-21T02:58:33.082063999", "ns"), TIME_US),
        ("1970-01-01", 0),
        ("1969-12-31T23:59:59.999999", -1),
        (None, None),
        (pandas.NaT, None),
        (pandas.NA, None),
        (float("nan"), None),
        (1_600_000_000, None),
        (1.6e9, None),
        (True, None),
        ("", None),
        ("now", None),
        ("today", None),
        ("2026-13-45", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:00:00-02:00", None),
        (b"2026-11-21", None),
        ([1], None),
    ],
)
def test_times_of_every_type(value: Any, expected: Optional[int]) -> None:
    """Text and time types are read as UTC microseconds; what is not a time is None."""
    assert parse_time(value) == expected


@given(st.datetimes())
def test_every_time_the_original_wrote_is_read_back(moment: datetime.datetime) -> None:
    """`datetime.isoformat` and `parse_time` are inverse, to the microsecond."""
    assert parse_time(moment.isoformat()) == microseconds(f"{moment.isoformat()}+00:00")


@given(st.lists(st.none() | st.integers() | st.floats() | st.text() | st.binary(), max_size=10))
def test_no_row_makes_it_fail(cells: list[Any]) -> None:
    """Rows of any cells are a correlation or none, and never an error."""
    assert Correlation.of_cells(cells) is None
