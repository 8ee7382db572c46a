"""Tables by the compiled part: the bytes that Python makes, and no arguments that do harm."""

from __future__ import annotations

from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.table import Block, Table
from mdc_core.encoding import plain_json
from mdc_core.encoding.jsonl import encode_tables
from tests.compiled_part import compiled_part, python_alone
from tests.core.data.test_isolation_of_dtypes import COLUMNS
from tests.core.encoding.test_jsonl import ALIKE, TEXTS, frames
from tests.core.made import table

weave = compiled_part().weave
AROUND = (b"[", b",", b"]")
WIDTHS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">f8", ">i4"]


def both_ways(tables: list[Table]) -> None:
    """Compare what both ways make of tables of one schema."""
    woven = encode_tables(tables)
    with python_alone():
        assert woven == encode_tables(tables)


@given(st.lists(frames(), min_size=1, max_size=4), st.data())
def test_groups_of_any_frames(made: list[pandas.DataFrame], data: st.DataObject) -> None:
    tables = [table(frame) for frame in made]
    chosen = data.draw(st.sampled_from(tables))
    group = [other for other in tables if other.schema == chosen.schema]
    both_ways([*group, group[0].slice_rows(0, 1), group[-1].take_rows([])])


@given(st.sampled_from(WIDTHS), st.binary(max_size=400), st.integers(1, 7), st.text(max_size=3))
def test_arrays_of_any_numbers(kind: str, content: bytes, width: int, name: str) -> None:
    """Of any bits: all floats, the smallest and the largest, and those that are none."""
    dtype = numpy.dtype(kind)
    content = bytes(each % 2 for each in content) if kind == "?" else content
    flat = numpy.frombuffer(content[: len(content) // dtype.itemsize * dtype.itemsize], dtype)
    values = flat[: len(flat) // width * width].reshape(-1, width)
    names = tuple(f"{name}{at}" for at in range(width))
    both_ways([Table.of(names, [Block(values.T, range(width))], len(values))])


@given(st.lists(TEXTS, unique=True, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_columns_in_any_places(names: list[str], chance: Any) -> None:
    """A block's columns may stand in a row in any order, with those of other blocks between."""
    places = list(range(len(names)))
    chance.shuffle(places)
    cut = chance.randint(0, len(places))
    numbers = numpy.arange(3 * cut, dtype=float).reshape(cut, 3) / 7
    texts = numpy.array([[f"{at},{row}" for row in range(3)] for at in places[cut:]], object)
    blocks = [Block(numbers, places[:cut]), Block(texts.reshape(-1, 3), places[cut:])]
    both_ways([Table.of(tuple(names), [block for block in blocks if len(block.positions)], 3)])


@pytest.mark.parametrize("values", [*[make() for make in COLUMNS.values()], *ALIKE], ids=repr)
def test_columns_of_any_dtype(values: Any) -> None:
    made = table(pandas.DataFrame({"a": values, "b": [0.1] * len(values)}))
    both_ways([made, made.slice_rows(1, 1), made])


def test_numbers_without_orjson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_json, "orjson", None)
    both_ways([table(pandas.DataFrame({"a": [0.5, float("nan")], "b": [1, 2]}))])


@pytest.mark.parametrize(
    "arguments",
    [
        ((b"[", b","), (b"",), b"", [(b"[1]", [0])], [1]),
        ((b"[", b",", "]"), (b"",), b"", [(b"[1]", [0])], [1]),
        (AROUND, (None,), b"", [(b"[1]", [0])], [1]),
        (AROUND, {b""}, b"", [(b"[1]", [0])], [1]),
        (AROUND, 7, b"", [(b"[1]", [0])], [1]),
        (AROUND, (b"",), None, [(b"[1]", [0])], [1]),
        (AROUND, (b"",), b"", ((b"[1]", [0]),), [1]),
        (AROUND, (b"",), b"", [b"[1]"], [1]),
        (AROUND, (b"",), b"", [(b"[1]",)], [1]),
        (AROUND, (b"",), b"", [("[1]", [0])], [1]),
        (AROUND, (b"",), b"", [((b"1",), [0])], [1]),
        (AROUND, (b"",), b"", [(["1"], [0])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", [0])], [2]),
        (AROUND, (b"",), b"", [(b"[1,2]", [0])], [1]),
        (AROUND, (b"",), b"", [(b"[", [0])], [0]),
        (AROUND, (b"",), b"", [(b"", [0])], [0]),
        (AROUND, (b"",), b"", [([b"1"], [0])], [2]),
        (AROUND, (b"",), b"", [([b"1", b"2"], [0])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", [1])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", [-1])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", [2**70])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", ["0"])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", None)], [1]),
        (AROUND, (b"",), b"", [(b"[1,2]", [0, 1])], [1]),
        (AROUND, (b"", b""), b"", [(b"[1]", [0])], [1]),
        (AROUND, (b"", b""), b"", [(b"[1,2]", [0, 0])], [1]),
        (AROUND, (b"",), b"", [(b"[1]", [0])], [-1]),
        (AROUND, (b"",), b"", [(b"[1]", [0])], ["1"]),
        (AROUND, (b"",), b"", [(b"[1]", [0])], None),
        (AROUND, (b"",), b"", [(b"[1]", [0])], [2**62]),
        (AROUND, (b"",), b"", [(b"[1]", [0])], [2**62, 2**62]),
        (AROUND, (b"ab",), b"", [], [2**62]),
        (AROUND, (b"",), b"", [(b"[]", [])], [2**63 - 1, 1]),
    ],
    ids=repr,
)
def test_arguments_that_do_not_fit(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError, MemoryError)):
        weave(*arguments)
