"""Tables as JSON arrays: read back equal, in groups as alone, in chunks as whole."""

from __future__ import annotations

import datetime
import itertools
import json
import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.table import Block, Table
from mdc_core.encoding import jsonl
from mdc_core.encoding.cells import text_json
from mdc_core.encoding.columns import block_cells
from mdc_core.encoding.jsonl import encode_chunks, encode_tables
from tests.core.data.test_isolation_of_dtypes import COLUMNS
from tests.core.made import encoded, rows, strict_json, table

# What the encoder writes around texts and numbers, as the whole of a text and in twos.
MARKS = st.sampled_from(["", ",", '"', "\\", "\x7f", "\0", "},{", '","', '"\x7f"', "\\u0022"])
TEXTS = MARKS | st.builds(str.__add__, MARKS, MARKS) | st.text()
CELLS = {
    "f8": st.floats(),
    "i8": st.integers(-(2**63), 2**63 - 1),
    "?": st.booleans(),
    "O": st.none() | TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans(),
    "str": TEXTS,
}

# Beside the columns by name: numbers of other widths, whose texts differ, and other dtypes of the
# same classes of pandas' arrays.
ALIKE = [
    *(numpy.array([0.1, 1 / 3], dtype) for dtype in ("f2", "f4", "f8", ">f4", "longdouble")),
    numpy.array(["2024-02-29T01:02:03.5", "NaT"], "M8[ms]"),
    pandas.array([7, None], dtype="Int32"),
    pandas.date_range("2024-02-29", periods=2, tz="America/New_York"),
    pandas.period_range("2024-02-29", periods=2, freq="M"),
    pandas.Categorical([1.5, None]),
    pandas.Categorical.from_codes(
        [1, -1, 0], pandas.Index(["\ud800", "\x7f,"], dtype=object), ordered=True
    ),
    pandas.arrays.SparseArray([1, 0]),
    pandas.array(["\x7f", None], dtype="string"),
]


@st.composite
def frames(draw: Callable[..., Any]) -> pandas.DataFrame:
    """Frames of a few columns of any dtypes and names, the names possibly repeated."""
    length = draw(st.integers(0, 5))
    columns = draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=5))
    series = [
        pandas.Series(
            draw(st.lists(CELLS[dtype], min_size=length, max_size=length)),
            dtype="O" if dtype == "str" else dtype,
        )
        for dtype in columns
    ]
    frame = pandas.DataFrame(dict(enumerate(series)), index=range(length))
    frame.columns = draw(
        st.lists(MARKS | st.text(max_size=2), min_size=len(series), max_size=len(series))
    )
    return frame


def _plain(cell: Any) -> Any:
    return cell.item()


def _as_json(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


@given(frames())
def test_frames_are_read_back(frame: pandas.DataFrame) -> None:
    """Every cell of every row is there once, in order, with its type and to its last digit."""
    again = rows(frame)
    cells = [
        [_as_json(frame.iat[row, column]) for column in range(frame.shape[1])]
        for row in range(len(frame))
    ]
    assert json.dumps([list(row.values()) for row in again]) == json.dumps(cells, default=_plain)
    assert all(len(row) == frame.shape[1] for row in again)


@given(st.lists(st.lists(st.floats(), min_size=3, max_size=3)))
def test_arrays_are_read_back(values: list[list[float]]) -> None:
    """Floats of an array are equal to the last bit, subnormals and signed zeros included."""
    again = rows(numpy.array(values, dtype=float).reshape(-1, 3))
    assert [[repr(cell) for cell in row.values()] for row in again] == [
        [repr(_as_json(cell)) for cell in row] for row in values
    ]


@given(
    st.lists(
        st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)),  # noqa: DTZ001
        min_size=1,
    )
)
def test_times_of_frames_are_read_back(moments: list[datetime.datetime]) -> None:
    """Columns of times keep their microseconds."""
    again = rows(pandas.DataFrame({"t": pandas.Series(moments, dtype="M8[ns]")}))
    assert [pandas.Timestamp(row["t"]) for row in again] == moments


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_nested_cells_are_read_back(value: Any) -> None:
    """Lists and dicts in cells of a list, an array and a frame are equal when read."""
    array = numpy.empty((1, 1), dtype=object)
    array[0, 0] = value
    for data in ([value, 1], array, pandas.DataFrame(array)):
        assert next(iter(rows(data)[0].values())) == value


@given(st.lists(frames(), min_size=1, max_size=4), st.data())
def test_a_group_is_encoded_as_each_alone(
    made: list[pandas.DataFrame], data: st.DataObject
) -> None:
    """Encoding tables of one schema together changes nothing in any of them."""
    tables = [table(frame) for frame in made]
    chosen = data.draw(st.sampled_from(tables))
    group = [other for other in tables if other.schema == chosen.schema]
    group += [group[0].slice_rows(0, 1), group[-1].take_rows([])]
    assert encode_tables(group) == [encode_tables([one])[0] for one in group]


@given(st.lists(frames(), min_size=1, max_size=3))
def test_the_bytes_are_keys_and_cells_in_their_order(made: list[pandas.DataFrame]) -> None:
    """However columns lie in blocks, each row is its keys and the encoded cells behind them."""
    for one in map(table, made):
        columns = {
            position: block_cells([block.values[at : at + 1] if is_2d else block.values])
            for block in one.blocks
            for is_2d in [block.values.ndim == 2]
            for at, position in enumerate(block.positions)
        }
        written = [
            b",".join(
                text_json(name) + b":" + columns[position][row]
                for position, name in enumerate(one.names)
            )
            for row in range(one.rows)
        ]
        assert encode_tables([one])[0] == b"[%s]" % b",".join(b"{%s}" % row for row in written)


@pytest.mark.parametrize(
    "frame",
    [
        pandas.DataFrame({"a": [1.5, 2.5], "b": [1, 2], "c": ["x", "y"]}),
        pandas.DataFrame({"a": pandas.Categorical(["x", None])}),
        pandas.DataFrame({"a": pandas.to_datetime(["2024-02-29", None])}),
        pandas.DataFrame({"a": pandas.date_range("2024-02-29", periods=2, tz="Asia/Tokyo")}),
        pandas.DataFrame({"a": pandas.to_timedelta([5, None], unit="s")}),
        pandas.DataFrame({"a": pandas.array([1, None], dtype="Int64")}),
        pandas.DataFrame(index=[0, 1]),
    ],
    ids=lambda frame: str(list(frame.dtypes)),
)
def test_a_group_of_any_dtype_is_encoded_as_each_alone(frame: pandas.DataFrame) -> None:
    """Extension arrays, too, are the same in groups of unequal lengths."""
    group = [table(part) for part in (frame, frame.iloc[:0], frame.iloc[1:], frame)]
    assert encode_tables(group) == [encode_tables([one])[0] for one in group]


def test_tables_of_other_names_or_dtypes_are_of_other_schemas() -> None:
    """Only what may be encoded together is equal in schema."""
    made = [
        table(pandas.DataFrame({"a": [1], "b": [2.5]})),
        table(pandas.DataFrame({"a": [1.5], "b": [2]})),
        table(pandas.DataFrame({"b": [1], "a": [2.5]})),
        table(pandas.DataFrame({"a": pandas.Categorical(["x"]), "b": [2.5]})),
    ]
    assert len({one.schema for one in made}) == len(made)
    assert made[0].schema == table(pandas.DataFrame({"a": [7], "b": [8.5]})).schema


def test_any_two_columns_of_one_schema_are_encoded_as_each_alone() -> None:
    """Whichever dtypes have one schema, and in which order their tables come."""
    tables = [table(pandas.DataFrame({"a": make()})) for make in COLUMNS.values()]
    tables += [table(pandas.DataFrame({"a": values})) for values in ALIKE]
    schemas = [made.schema for made in tables]
    together = 0
    for (first, one), (second, other) in itertools.product(zip(schemas, tables), repeat=2):
        if first == second:
            together += one is not other
            alone = [encode_tables([each])[0] for each in (one, other)]
            assert encode_tables([one, other]) == alone
    assert together >= len(ALIKE)


def test_any_layouts_of_one_schema_are_encoded_as_each_alone() -> None:
    """Columns of the same names and dtypes may lie in blocks at other places."""
    cells = {"i": [7, 8], "f": [0.5, 1.5], "O": ["x", None]}
    groups: dict[Any, list[Table]] = {}
    for kinds in itertools.product(cells, repeat=4):
        columns = {name: pandas.Series(cells[kind]) for name, kind in zip("abcd", kinds)}
        # Joined at once, and column by column, where each has a block of its own.
        built, grown = pandas.DataFrame(columns), pandas.DataFrame(index=[0, 1])
        for name in reversed(list(columns)):
            grown.insert(0, name, columns[name])
        for made in (table(built), table(grown), table(built)):
            groups.setdefault(made.schema, []).append(made)
    assert len(groups) >= len(cells) ** 4
    for group in groups.values():
        assert encode_tables(group) == [encode_tables([one])[0] for one in group]


@given(frames(), st.integers(1, 7))
def test_chunks_make_the_whole(frame: pandas.DataFrame, cells: int) -> None:
    """Pieces of any size, joined, are the encoding of the whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonl, "CHUNK_CELLS", cells)
        pieces = list(encode_chunks(table(frame)))
    assert b"".join(pieces) == encoded(frame)


def test_a_million_rows_come_in_pieces() -> None:
    """A huge table is encoded a piece at a time, complete and in order."""
    count = 1_000_000
    values = numpy.arange(count, dtype=numpy.int32)
    made = Table.of(("n",), [Block(values.reshape(1, -1), range(1))], count)
    read = longest = 0
    for piece in encode_chunks(made):
        numbers = json.loads(b"[" + piece.strip(b"[],") + b"]")
        assert [row["n"] for row in numbers] == list(range(read, read + len(numbers)))
        read += len(numbers)
        longest = max(longest, len(piece))
    assert read == count
    assert longest < 2_000_000


def test_a_million_rows_without_columns_are_rows() -> None:
    """Rows are counted even where they hold nothing."""
    pieces = b"".join(encode_chunks(Table.of((), (), 1_000_000)))
    assert pieces.count(b"{}") == 1_000_000
    assert (pieces[:3], pieces[-3:]) == (b"[{}", b"{}]")


def test_names_of_any_characters_are_keys() -> None:
    """Quotes, line feeds, NUL and emoji in names are escaped once and read back."""
    names = ['a"b', "a\\b", "line\nfeed", "\0", "🙂", "", "a:b,c"]
    assert list(strict_json(encoded([list(range(7))], names))[0]) == names


def _kept_of(events: int, columns: int, characters: int) -> int:
    """Return the bytes that stay behind events with names that differ."""
    names = [[f"{number}_{at:0{characters}}" for at in range(columns)] for number in range(events)]
    tracemalloc.start()
    for each in names:
        encode_tables([table(numpy.zeros((1, columns)), tuple(each))])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def test_wide_events_whose_names_differ_leave_little_behind() -> None:
    """With new names in each event, what is kept of them does not grow."""
    assert _kept_of(20, 5000, 6) < 10 << 20


def test_long_names_leave_nothing_behind() -> None:
    """Names of a megabyte are not kept."""
    assert _kept_of(8, 2, 1 << 19) < 1 << 20
