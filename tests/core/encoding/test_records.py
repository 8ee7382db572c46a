"""Records: the rows of one correlation id, without the `$aml_*` columns that carried it."""

from __future__ import annotations

from typing import Any, Optional

import numpy
import pandas
import pytest

from mdc_core.data.correlation_columns import (
    CORRELATION_HEADER,
    HEADERS,
    MODEL_VERSION_HEADER,
    NO_REQUEST_ID,
)
from mdc_core.encoding.jsonl import encode_tables
from mdc_core.encoding.records import Record, records_of
from tests.core.made import TIME_US, event, microseconds, strict_json

ONE = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
TWO = "loan-7-cacc5d31-fbcc-4c2e-8e79-104a80d294f5"
REQUEST = "01234567-89ab-cdef-0123-456789abcdef"


def _cells(
    identifier: str = ONE,
    time: str = "2026-11-18T23:59:59.000001",
    version: Any = 3,
    request: str = NO_REQUEST_ID,
) -> list[Any]:
    return [identifier, time, 1440, "s/g/w", "svc", "m", version, request]


def _frame(*tails: list[Any], **columns: list[Any]) -> pandas.DataFrame:
    frame = pandas.DataFrame(columns)
    for at, header in enumerate(HEADERS):
        frame[header] = [tail[at] for tail in tails]
    return frame


def _array(*rows: list[Any]) -> numpy.ndarray:
    array = numpy.empty((len(rows), len(rows[0])), dtype=object)
    for at, row in enumerate(rows):
        array[at] = row
    return array


def _records(
    data: Any, names: tuple[str, ...] = (), input_rows: Optional[int] = None
) -> list[Record]:
    made = event(data, carries_correlations=True, feature_names=names, input_rows=input_rows)
    return records_of(made)


def _data(record: Record) -> Any:
    table, _ = record
    return strict_json(encode_tables([table])[0])


def test_an_event_without_correlations_is_one_record() -> None:
    """The record's id, time and version are those of the call."""
    (record,) = records_of(event([1, 2], request_id="r"))
    assert (record[1].correlation_id, record[1].time_us, record[1].model_version) == (
        "id-1",
        TIME_US,
        "1",
    )
    assert record[1].request_id == "r"
    assert _data(record) == [{"column_0": 1, "column_1": 2}]


def test_columns_stay_data_in_events_that_carry_no_correlations() -> None:
    """Inputs that happen to have such columns stay together."""
    (record,) = records_of(event(_frame(_cells(), p=[1])))
    assert list(_data(record)[0]) == ["p", *HEADERS]
    assert record[1].correlation_id == "id-1"


def test_rows_of_several_ids_become_a_record_each() -> None:
    """Labels of many requests, collected in one call, go back to their requests."""
    frame = _frame(
        _cells(ONE),
        _cells(TWO, "2026-11-20T00:00:00", 4, REQUEST),
        _cells(ONE),
        p=[0.1, 0.2, 0.3],
        q=["a", "b", "c"],
    )
    one, two = _records(frame)
    assert _data(one) == [{"p": 0.1, "q": "a"}, {"p": 0.3, "q": "c"}]
    assert _data(two) == [{"p": 0.2, "q": "b"}]
    assert (one[1].correlation_id, one[1].model_version, one[1].request_id) == (ONE, "3", None)
    assert one[1].time_us == microseconds("2026-11-18T23:59:59.000001+00:00")
    assert (two[1].correlation_id, two[1].model_version, two[1].request_id) == (TWO, "4", REQUEST)
    assert two[1].time_us == microseconds("2026-11-20T00:00:00+00:00")


def test_rows_of_one_id_and_two_times_are_two_records() -> None:
    """Nothing of what the cells say is lost where they differ for one id."""
    frame = _frame(_cells(time="2026-11-18T01:00:00"), _cells(time="2026-11-18T02:00:00"), p=[1, 2])
    assert [_data(record) for record in _records(frame)] == [[{"p": 1}], [{"p": 2}]]


def test_a_column_alone_carries_what_it_says() -> None:
    """Where only the id and the version are there, the rest is the call's own."""
    frame = pandas.DataFrame({CORRELATION_HEADER: [ONE], "p": [1], MODEL_VERSION_HEADER: [None]})
    (record,) = _records(frame)
    assert (record[1].correlation_id, record[1].time_us, record[1].model_version) == (
        ONE,
        TIME_US,
        "1",
    )
    assert _data(record) == [{"p": 1}]


def test_rows_without_an_id_keep_that_of_the_call() -> None:
    """Missing cells, as a join leaves them, do not lose their rows."""
    frame = _frame(_cells(), [None] * 8, p=[1, 2])
    first, second = _records(frame)
    assert (first[1].correlation_id, second[1].correlation_id) == (ONE, "id-1")
    assert _data(second) == [{"p": 2}]


def test_a_frame_without_rows_is_one_record_without_rows() -> None:
    """An empty frame is an empty line, with correlations as without."""
    (record,) = _records(_frame(_cells(), p=[1]).iloc[:0])
    assert _data(record) == []
    assert record[0].names == ("p",)
    assert record[1].correlation_id == "id-1"


def test_rows_of_an_array_become_a_record_each() -> None:
    """The last eight cells of an array's rows leave the data."""
    array = _array([0.1, 1, *_cells(ONE)], [0.2, 2, *_cells(TWO)])
    one, two = _records(array, ("p",))
    assert (one[1].correlation_id, two[1].correlation_id) == (ONE, TWO)
    assert _data(one) == [{"p": 0.1, "column_1": 1}]
    assert _data(two) == [{"p": 0.2, "column_1": 2}]


@pytest.mark.parametrize("make", [list, lambda cells: numpy.array(cells, dtype=object)])
def test_a_one_row_value_loses_its_last_cells(make: Any) -> None:
    """`add_correlations` on a list or a 1-D array makes one row of it."""
    (record,) = _records(make([0.1, 0.2, *_cells(request=REQUEST)]), ("a", "b"))
    assert _data(record) == [{"a": 0.1, "b": 0.2}]
    assert (record[1].correlation_id, record[1].request_id) == (ONE, REQUEST)


def test_many_predictions_before_the_cells_are_rows_of_their_inputs() -> None:
    """The row rule holds for what is left when the cells are gone."""
    (record,) = _records([0.1, 0.2, *_cells()], (), 2)
    assert _data(record) == [{"column_0": 0.1}, {"column_0": 0.2}]


def test_nested_rows_before_the_cells_are_rows() -> None:
    """A list of rows keeps its rows when the cells were appended to the list."""
    (record,) = _records([[1, 2], [3, 4], *_cells()], ("a", "b"))
    assert _data(record) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


@pytest.mark.parametrize(
    "data",
    [
        [1, 2, 3],
        list(range(8)),
        numpy.arange(16).reshape(2, 8),
        numpy.array(5),
        numpy.empty((0, 9)),
        [],
        pandas.DataFrame({"p": [1]}),
    ],
    ids=str,
)
def test_data_without_correlations_are_the_call_s_own(data: Any) -> None:
    """Only correlations are cut off."""
    (record,) = _records(data)
    (plain,) = records_of(event(data))
    assert _data(record) == _data(plain)
    assert record[1][2:8] == plain[1][2:8]
