"""Lines: the envelope's fields, the range of the data, groups, and data too large for a line."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy
import orjson
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import MAX_DATA_BYTES, Event, RawFile, Stream
from mdc_core.encoding.lines import encode_records, time_text
from mdc_core.encoding.records import Record, records_of
from tests.core.made import STREAM, TIME_US, encoded, event, microseconds, strict_json

MICROSECOND = datetime.timedelta(microseconds=1)

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID4_BYTES = re.compile(UUID4.pattern.encode())
ANY_TEXT = st.text(st.characters(blacklist_categories=()))


class RawFiles:
    """Raw files by folder, as a destination would store them."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, bytes]] = []

    def put(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        """Store the chunks as one file."""
        data = b"".join(chunks)
        self.stored.append((folder, data))
        return RawFile(f"memory://raw/{len(self.stored)}", len(data))


class Line(NamedTuple):
    """A line as a whole."""

    folder: str
    content: bytes


def _made(records: list[Record], raw: RawFiles, **options: Any) -> list[Line]:
    lines = encode_records(records, raw.put, **options)
    return [Line(folder, b"".join(pieces)) for folder, pieces in lines]


def _lines(*events: Event) -> tuple[list[Line], RawFiles]:
    raw = RawFiles()
    return _made([record for one in events for record in records_of(one)], raw), raw


def _line(made: Event) -> Any:
    (line,), _ = _lines(made)
    return strict_json(line.content)


def test_a_line_has_the_documented_fields() -> None:
    """Names and values are those of the documents, and one line feed ends the line."""
    made = event(pandas.DataFrame({"a": [1, 2]}), request_id="request-7", model_version="3")
    (line,), raw = _lines(made)
    content = strict_json(line.content)
    assert UUID4.fullmatch(content.pop("id"))
    assert content.pop("agent").startswith("mdc-bridge/")
    assert content == {
        "specversion": "1.0",
        "source": "/subscriptions/sub/resourceGroups/group/providers"
        "/Microsoft.MachineLearningServices/workspaces/space"
        "/onlineEndpoints/loans/deployments/credit",
        "type": "azureml.inference.model_inputs",
        "datacontenttype": "application/json",
        "time": "2026-11-21T09:15:00Z",
        "data": [{"a": 1}, {"a": 2}],
        "contentrange": "bytes 0-16/17",
        "correlationid": "id-1",
        "xrequestid": "request-7",
        "modelversion": "3",
        "collectdatatype": "pandas.core.frame.DataFrame",
    }
    assert line.folder == "modelDataCollector/loans/credit/model_inputs/2026/11/21/09"
    assert line.content.endswith(b"}\n")
    assert line.content.count(b"\n") == 1
    assert raw.stored == []


def test_without_a_request_id_the_correlation_id_stands_for_it() -> None:
    """As the real collector writes it."""
    assert _line(event([1]))["xrequestid"] == "id-1"


def test_every_line_has_an_id_of_its_own() -> None:
    """Lines of one group differ by their ids."""
    lines, _ = _lines(*[event([number]) for number in range(100)])
    assert len({strict_json(line.content)["id"] for line in lines}) == 100


@given(st.lists(st.text() | st.floats() | st.none() | st.integers(-(2**70), 2**70)))
def test_the_range_is_the_length_of_the_data(cells: list[Any]) -> None:
    """`bytes 0-{n-1}/{n}`, n being the bytes of the data's JSON in the line."""
    (line,), _ = _lines(event(cells))
    data = line.content.partition(b'"data":')[2].rpartition(b',"contentrange"')[0]
    size = len(data)
    assert data == encoded(cells)
    assert strict_json(line.content)["contentrange"] == f"bytes 0-{size - 1}/{size}"


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_any_text_makes_a_valid_line(
    identifier: str, version: str, request: str, name: str, headers: dict[str, str]
) -> None:
    """Ids, versions, headers and names of the stream may hold anything, also no Unicode."""
    made = event(
        [name],
        correlation_id=identifier,
        model_version=version,
        request_id=request,
        headers=headers,
        stream=Stream(name, name, name, f"{name}/{name}/{name}"),
    )
    line = _line(made)
    visible = name.encode("utf-8", "backslashreplace").decode()
    assert line["type"] == f"azureml.inference.{visible}"
    assert line["data"] == [{"column_0": visible}]


def test_headers_are_attributes() -> None:
    """Headers of a context are attributes named as CloudEvents allows; none replaces another."""
    headers = {"X-Tenant": "t", "x_tenant": "later", "data": "no", "Time": "no", "--": "no", 5: 6}
    line = _line(event([1], headers=headers))
    assert (line["xtenant"], line["5"]) == ("t", "6")
    assert line["data"] == [{"column_0": 1}]
    assert line["time"] == "2026-11-21T09:15:00Z"
    assert "" not in line


def test_headers_may_be_kept_by_their_own_names() -> None:
    """For a destination that sends them on, headers stand apart from the line's fields."""
    made = event([1], headers={"X-Tenant": "t", "data": 5})
    (line,) = _made(records_of(made), RawFiles(), keeps_headers=True)
    content = strict_json(line.content)
    assert content["headers"] == {"X-Tenant": "t", "data": "5"}
    assert content["data"] == [{"column_0": 1}]
    assert "xtenant" not in content


@pytest.mark.parametrize("rows", [3, 300_000])
def test_a_destination_may_take_data_of_any_size(rows: int) -> None:
    """The bound of a line is the destination's: more than it goes to `put_raw`, nothing else."""
    frame = pandas.DataFrame({"n": numpy.arange(rows)})
    records = records_of(event(frame))
    size = len(encoded(frame))
    for bound, expected in ((float("inf"), 0), (size, 0), (size - 1, 1)):
        raw = RawFiles()
        (line,) = _made(records, raw, max_data_bytes=bound)
        assert len(raw.stored) == expected
        assert (b'"dataref"' in line.content) == bool(expected)


def test_lines_stand_in_the_order_of_their_events() -> None:
    """Grouping by schema does not reorder, and gives each event its own data and folder."""
    events = [
        event(data, correlation_id=f"id-{at}", time_us=TIME_US + at * 3_600_000_000)
        for at, data in enumerate([[1], ["x"], [2], [1.5, 2], ["y"], [3]] * 3)
    ]
    lines, _ = _lines(*events)
    for at, (line, one) in enumerate(zip(lines, events)):
        content = strict_json(line.content)
        assert content["correlationid"] == f"id-{at}"
        assert content["data"] == strict_json(encoded(one.snapshot.items))
        assert line.folder.endswith(f"/{content['time'][8:10]}/{content['time'][11:13]}")


STREAMS = [STREAM, replace(STREAM), replace(STREAM, collection="model_outputs")]


@given(
    st.lists(
        st.builds(
            event,
            st.sampled_from([[1], [2.5], ["x"], [1, 2], []]),
            time_us=st.sampled_from([TIME_US, TIME_US + 1, TIME_US + 3_600_000_000]),
            stream=st.sampled_from(STREAMS),
            correlation_id=st.sampled_from(["one", 'a "name"', "\ud800"]),
            request_id=st.sampled_from([None, "", "request"]),
            model_version=st.sampled_from(["1", "2"]),
            headers=st.sampled_from([None, {}, {"tenant": "t"}]),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_a_line_of_many_is_that_of_its_event_alone(events: list[Event], keeps: bool) -> None:
    """Whatever the lines of a group have in common, and in what they differ."""
    records = [record for one in events for record in records_of(one)]
    alone = [line for one in records for line in _made([one], RawFiles(), keeps_headers=keeps)]
    together = _made(records, RawFiles(), keeps_headers=keeps)
    assert list(map(_without_id, together)) == list(map(_without_id, alone))


def _without_id(line: Line) -> Line:
    return line._replace(content=UUID4_BYTES.sub(b"", line.content, count=1))


def test_a_group_beyond_its_bound_is_divided() -> None:
    """More cells than are encoded at once are still one line each, in order."""
    events = [
        event(numpy.full((30_000, 1), at, dtype="i1"), correlation_id=f"id-{at}") for at in range(9)
    ]
    lines, raw = _lines(*events)
    contents = [orjson.loads(line.content) for line in lines]
    assert [content["data"][-1]["column_0"] for content in contents] == list(range(9))
    assert {len(content["data"]) for content in contents} == {30_000}
    assert raw.stored == []


@pytest.mark.parametrize("surplus", [0, 1])
def test_data_over_4_mb_go_to_a_raw_file(surplus: int) -> None:
    """At 4 MB the data are in the line, one byte more and the line refers to them."""
    frame = '[{"column_0":""}]'
    text = "x" * (MAX_DATA_BYTES - len(frame) + surplus)
    (line,), raw = _lines(event([text]))
    content = strict_json(line.content)
    size = MAX_DATA_BYTES + surplus
    assert content["contentrange"] == f"bytes 0-{size - 1}/{size}"
    assert line.folder == "modelDataCollector/loans/credit/model_inputs/2026/11/21/09"
    if surplus:
        ((folder, data),) = raw.stored
        assert folder == "modelDataCollector/loans/credit/2026/11/21/09"
        assert strict_json(data) == [{"column_0": text}]
        assert content["dataref"] == "memory://raw/1"
        assert "data" not in content
    else:
        assert content["data"] == [{"column_0": text}]
        assert "dataref" not in content
        assert raw.stored == []


def test_a_large_table_goes_to_a_raw_file_in_pieces() -> None:
    """A frame of more cells than are encoded at once is whole in its raw file."""
    frame = pandas.DataFrame({"n": numpy.arange(400_000)})
    (line,), raw = _lines(event(frame))
    ((_, data),) = raw.stored
    assert orjson.loads(data) == [{"n": number} for number in range(400_000)]
    assert strict_json(line.content)["contentrange"] == f"bytes 0-{len(data) - 1}/{len(data)}"


def test_a_large_table_below_4_mb_stays_in_its_line() -> None:
    """Many small cells are encoded in pieces and still are one line's data."""
    frame = pandas.DataFrame({"n": numpy.ones(150_000, dtype="i1")})
    (line,), raw = _lines(event(frame))
    content = json.loads(line.content)
    assert len(content["data"]) == 150_000
    size = len(encoded(frame))
    assert content["contentrange"] == f"bytes 0-{size - 1}/{size}"
    assert raw.stored == []


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("2022-12-01T08:51:30+00:00", "2022-12-01T08:51:30Z"),
        ("2022-12-01T08:51:30.000250+00:00", "2022-12-01T08:51:30.000250Z"),
        ("2024-02-29T23:59:59.999999+00:00", "2024-02-29T23:59:59.999999Z"),
        ("0999-01-01T00:00:00+00:00", "0999-01-01T00:00:00Z"),
    ],
)
def test_times_are_utc_with_a_z(time: str, text: str) -> None:
    """The suffix of the documents, and a fraction only where there is one."""
    assert time_text(microseconds(time)) == text


@given(st.datetimes(), st.sampled_from([1, 1_000_000]))
def test_times_are_as_isoformat_has_them(moment: datetime.datetime, unit: int) -> None:
    """In any year, with microseconds and without."""
    time_us = (moment - datetime.datetime(1970, 1, 1)) // MICROSECOND // unit * unit  # noqa: DTZ001
    shown = datetime.datetime(1970, 1, 1) + time_us * MICROSECOND  # noqa: DTZ001
    assert time_text(time_us) == shown.isoformat() + "Z"
