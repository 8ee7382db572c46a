"""CSV rows: byte for byte as the original wrote them, each row in its own folder."""

from __future__ import annotations

import csv
import datetime
import io
import sys
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.correlation_columns import HEADERS
from mdc_core.encoding.csv_lines import CsvPiece, csv_lines
from mdc_core.encoding.csv_rows import csv_pieces
from tests.core.made import csv_target, event

UUID = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
ROOT = "modeldata/sub/group/space/svc/m/1"
TIMES = "2026-11-18T23:59:59"
CELLS: tuple[Any, ...] = (UUID, TIMES, 1440, "s/g/w", "old", "n", 3, "0-0")
TAIL = b"," + ",".join(map(str, CELLS)).encode()
HEADER_TAIL = b"," + ",".join(HEADERS).encode()


def _pieces(data: Any, names: tuple[str, ...] = (), **target: Any) -> list[CsvPiece]:
    return csv_pieces(event(data), csv_target(**{"names": names or None, **target}))


def _piece(data: Any, names: tuple[str, ...] = (), **target: Any) -> CsvPiece:
    (piece,) = _pieces(data, names, **target)
    return piece


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ([1, "x,y", None, 'q"t'], b'1,"x,y",,"q""t"\r\n'),
        ([[1, 2], [3, 4]], b'"[1, 2]","[3, 4]"\r\n'),
        ([], b"\r\n"),
        (["é\n", b"\xff"], "é\n".encode().join([b'"', b'"']) + b",b'\\xff'\r\n"),
        (["\ud800"], b"\\ud800\r\n"),
        (numpy.array([[1.5, 2.0], [3, 4]]), b"1.5,2.0\r\n3.0,4.0\r\n"),
        (numpy.array([0.1, 0.2]), b"0.1,0.2\r\n"),
        (numpy.array([1, 2], dtype="i1"), b"1,2\r\n"),
        (numpy.array([0.1], dtype="f4"), b"0.1\r\n"),
        (numpy.array(5), b"5\r\n"),
        (numpy.array([]), b"\r\n"),
        (numpy.empty((0, 3)), b""),
        (numpy.array([["a", "b,c"]]), b'a,"b,c"\r\n'),
        (
            numpy.array([[True, None, float("nan"), -0.0, 10**20]], dtype=object),
            b"True,,nan,-0.0,100000000000000000000\r\n",
        ),
        (numpy.array([["2024-02-29"]], "M8[D]"), b"2024-02-29\r\n"),
        (numpy.array([[[1, 2], [3, 4]]]), b"[1 2],[3 4]\r\n"),
        (numpy.ma.array([[1, 2]], mask=[[True, False]]), b",2\r\n"),
        (pandas.DataFrame({"a": [1, 2], "b": [0.1, None]}), b"1,0.1\n2,\n"),
        (pandas.DataFrame({"a": ['q"t', "l\nf"]}), b'"q""t"\n"l\nf"\n'),
        (pandas.DataFrame({"a": [1]}).iloc[:0], b""),
        (pandas.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]), b"1,2,3\n"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else type(value).__name__,
)
def test_values_have_these_rows(data: Any, rows: bytes) -> None:
    """Lists and arrays end in CRLF, frames in LF, cells as `csv.writer` and pandas write them."""
    assert _piece(data).rows == rows


@pytest.mark.parametrize(
    ("frame", "header"),
    [
        (pandas.DataFrame({"a": [1], "b,c": [2]}), b'a,"b,c"\r\n'),
        (pandas.DataFrame([[1, 2]]), b"0,1\r\n"),
        (pandas.DataFrame([[1, 2]], columns=["a", "a"]), b"a,a\r\n"),
        (
            pandas.DataFrame([[1]], columns=pandas.MultiIndex.from_tuples([("a", 1)])),
            b"\"('a', 1)\"\r\n",
        ),
    ],
)
def test_the_header_of_a_frame_is_its_own(frame: pandas.DataFrame, header: bytes) -> None:
    """A frame's labels take precedence over feature names, repeats included."""
    piece = _piece(frame, ("ignored",))
    assert (piece.header, piece.names_columns) == (header, True)


def test_the_header_of_an_array_is_the_feature_names() -> None:
    """Without feature names there is no header."""
    assert _piece([1], ("a", "b")).header == b"a,b\r\n"
    assert _piece([1], ("a", "b")).names_columns is False
    assert _piece([1]).header == b""


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        ([1, 2], b"\r\n"),
        (numpy.array([[1, 2]]), b"\r\n"),
        (pandas.DataFrame({"a": [1], "b": [2]}), b"\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_inputs_end_in_their_correlation(data: Any, ending: bytes) -> None:
    """Eight cells behind each row, eight names behind the header."""
    piece = _piece(data, ("a", "b"), correlation=CELLS)
    assert piece.rows == b"1,2" + TAIL + ending
    assert piece.header == b"a,b" + HEADER_TAIL + b"\r\n"


def test_wide_frames_are_extended_at_once() -> None:
    """Hundreds of columns of many dtypes take correlations without a warning of pandas."""
    frame = pandas.DataFrame({f"c{at}": [at] if at % 2 else [f"{at}"] for at in range(300)})
    row = ",".join(str(at) for at in range(300)).encode()
    assert _piece(frame, correlation=CELLS).rows == row + TAIL + b"\n"


def test_rows_are_written_below_the_call_s_folder() -> None:
    """Workspace in lower case, the other names as given, the date of the call."""
    target = {"workspace": "Sub/Group/Space", "service": "My Service", "model": "M"}
    assert _piece([1], **target).path == (
        "modeldata/sub/group/space/My Service/M/1/inputs/2026/11/21/data.csv"
    )
    assert _piece([1], hourly=True).path == f"{ROOT}/inputs/2026/11/21/09/data.csv"


@pytest.mark.parametrize("base", ["a/b", "modeldata/a/b", "modeldata/a//b/"])
def test_a_base_replaces_the_names(base: str) -> None:
    """A storage path of the model's own stands before designation and date."""
    piece = _piece([1], folders={("m", "1"): base})
    assert piece.path == "modeldata/a/b/inputs/2026/11/21/data.csv"


FOLLOWED = "modeldata/s/g/w/old/n/3/labels/2026/11/18/data.csv"


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ([0.5, *CELLS], b"0.5" + TAIL + b"\r\n"),
        (numpy.array([[0.5, *CELLS]], dtype=object), b"0.5" + TAIL + b"\r\n"),
        (pandas.DataFrame([[0.5, *CELLS]], columns=["p", *HEADERS]), b"0.5" + TAIL + b"\r\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_rows_follow_the_correlation_they_carry(data: Any, rows: bytes) -> None:
    """A label that arrives days later lies in the folder of the day it was scored."""
    piece = _piece(data, ("p", *HEADERS), designation="labels", follows_rows=True)
    assert (piece.path, piece.rows) == (FOLLOWED, rows)
    assert piece.header == b"p" + HEADER_TAIL + b"\r\n"


@pytest.mark.parametrize(
    "boundary", [60, 59, 0, -5, "60", " 60", 60.0, 60.9, True, 61, 1440, "x", None]
)
def test_a_boundary_of_an_hour_or_less_adds_the_hour(boundary: Any) -> None:
    """Whatever its type; what is not a number is a day."""
    cells = {**dict(zip(HEADERS, CELLS)), "$aml_dc_boundary": boundary}
    frame = pandas.DataFrame([{"p": 1, **cells}], dtype=object)
    piece = _piece(frame, designation="labels", follows_rows=True)
    has_hour = boundary not in (61, 1440, "x", None)
    assert (piece.path == FOLLOWED.replace("/data", "/23/data")) == has_hour


@pytest.mark.parametrize(
    ("names", "row", "service"),
    [
        (("$aml_service_name", "p"), ["other", 0.5], "other"),
        (("p", "$aml_service_name"), [0.5, "other"], "other"),
        (("p", "$aml_service_name"), [0.5], "svc"),
        (("p", "$aml_request_id"), [0.5, "r"], "svc"),
        (HEADERS, [1, 2, *CELLS], "svc"),
        (("p", *HEADERS), [0.5], "svc"),
        (("p", *HEADERS), list(range(9)), "svc"),
        (("p", *HEADERS), [1, 2, *CELLS], "old"),
        (("p",), [0.5, *CELLS], "svc"),
    ],
)
def test_rows_of_lists_follow_what_the_header_names(
    names: tuple[str, ...], row: list[Any], service: str
) -> None:
    """The original knew correlations by the header; behind the eight names stands a whole one."""
    for data in (row, numpy.array([row], dtype=object)):
        piece = _piece(data, names, designation="labels", follows_rows=True)
        assert piece.path.split("/")[4] == service
        assert piece.header == csv_lines([names])


def test_a_frame_s_rows_have_the_one_type_of_its_values() -> None:
    """Beside a version that is a number, as numpy has them together."""
    frame = pandas.DataFrame({"y": numpy.array([0.1], "f4"), "$aml_model_version": [3]})
    frame["$aml_model_version"] = frame["$aml_model_version"].astype("i1")
    piece = _piece(frame, designation="labels", follows_rows=True)
    assert piece.rows == b"0.10000000149011612,3.0\r\n"
    assert piece.path == f"{ROOT[:-1]}3/labels/2026/11/21/data.csv"


def test_a_frame_of_no_rows_that_would_choose_a_folder_leaves_nothing() -> None:
    """There is none to write a header to."""
    frame = pandas.DataFrame(columns=["y", *HEADERS])
    assert _pieces(frame, designation="labels", follows_rows=True) == []


def test_rows_stay_where_correlations_are_not_followed() -> None:
    """Inputs and general data go to the folder of the call whatever they hold."""
    assert _piece([0.5, *CELLS]).path == f"{ROOT}/inputs/2026/11/21/data.csv"


def test_rows_of_many_days_are_divided() -> None:
    """Each row of one call follows its own cells; order is kept within a file."""
    days = ["2024-02-29T12:00:00", "2024-03-01T12:00:00", "2024-02-29T13:00:00"]
    rows = [[at, UUID, day, 60, *CELLS[3:]] for at, day in enumerate(days)]
    frame = pandas.DataFrame(rows, columns=["p", *HEADERS])
    array = numpy.array(rows, dtype=object)
    for data in (frame, array):
        pieces = {
            piece.path.partition("/labels/")[2]: piece.rows.split(b",")[0]
            for piece in _pieces(data, ("p", *HEADERS), designation="labels", follows_rows=True)
        }
        assert pieces == {
            "2024/02/29/12/data.csv": b"0",
            "2024/03/01/12/data.csv": b"1",
            "2024/02/29/13/data.csv": b"2",
        }


def test_missing_cells_leave_a_row_with_its_call() -> None:
    """What a row does not say, its call says."""
    frame = pandas.DataFrame([[0.5, *([None] * 8)]], columns=["p", *HEADERS])
    piece = _piece(frame, designation="labels", follows_rows=True)
    assert piece.path == f"{ROOT}/labels/2026/11/21/data.csv"
    assert piece.rows == b"0.5,,,,,,,,\r\n"


LONG = 16**5000


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python writes integers of any length")
@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ([LONG, 1, "x"], f"{hex(LONG)},1,x\r\n"),
        ([-LONG, [1], None], f"{hex(-LONG)},[1],\r\n"),
        ([[LONG], 2], "<list>,2\r\n"),
        (numpy.array([[LONG, 0.5]], dtype=object), f"{hex(LONG)},0.5\r\n"),
        (
            # Made in the test: older releases of pandas take no such integer.
            lambda: pandas.DataFrame({"a": numpy.array([LONG], object), "b": [0.1], "c": [[1]]}),
            f"{hex(LONG)},0.1,[1]\n",
        ),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_integers_of_more_digits_than_python_writes(data: Any, rows: str) -> None:
    """As in the JSONL: the other cells of the row, and the event, are there."""
    data = data() if callable(data) else data
    assert _piece(data).rows.decode() == rows


# The csv module reads NUL since Python 3.11.
READABLE = st.text() if sys.version_info >= (3, 11) else st.text().filter(lambda t: "\0" not in t)


@given(st.lists(st.lists(READABLE, min_size=2, max_size=2)))
def test_texts_are_read_back(cells: list[list[str]]) -> None:
    """Commas, quotes and line ends of every kind survive the writing."""
    text = csv_lines(cells).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == cells


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_floats_are_read_back(values: list[float]) -> None:
    """The text of a float is the shortest that reads back as the same float."""
    (row,) = csv.reader(io.StringIO(_piece(numpy.array([values])).rows.decode()))
    assert [float(cell).hex() for cell in row] == [value.hex() for value in values]


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)))  # noqa: DTZ001
def test_rows_of_any_time_have_a_folder(moment: datetime.datetime) -> None:
    """The date in the path is the one in the row, padded with zeros."""
    cells = [UUID, moment.isoformat(), *CELLS[2:]]
    piece = _piece([1, *cells], ("p", *HEADERS), designation="labels", follows_rows=True)
    assert piece.path.endswith(f"/labels/{moment.year:04d}/{moment:%m/%d}/data.csv")
