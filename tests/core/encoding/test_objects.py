"""Objects of any class as JSON: their attributes, as `to_json` of the official SDK has them."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import enum
import fractions
import ipaddress
import json
import pathlib
import re
import sys
import threading
import types
import uuid
from typing import Any, Callable

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.encoding.cells import cell_json
from tests.core.made import rows


@dataclasses.dataclass
class Point:
    """As results of models are."""

    x: Any
    y: Any


class Plain:
    """Attributes of the class, of the object, and private ones."""

    shared = 5

    def __init__(self) -> None:
        self.own = [1, None]
        self._private = 2

    @property
    def computed(self) -> float:
        """A property is an attribute too."""
        return 0.5

    @property
    def failing(self) -> float:
        """One that raises is none."""
        raise RuntimeError

    def method(self) -> None:
        """What can be called is none either."""


class Slotted:
    """Attributes without a dictionary."""

    __slots__ = ("a", "unset")

    def __init__(self) -> None:
        self.a = "x"


class Converted:
    """Says itself what it is, as pandas' JSON asks it."""

    def toDict(self) -> dict[str, Any]:  # noqa: N802  the name that is asked for
        """Return what it is."""
        return {"k": [1]}


class Empty:
    """Nothing to say."""


Colour = enum.Enum("Colour", "RED GREEN")
Letter = enum.Enum("Letter", {"A": "a"}, type=str)

AS_OFFICIAL: dict[str, Callable[[], Any]] = {
    "dataclass": lambda: Point(1, "a"),
    "nested": lambda: Point(Point(1, 2.5), [Point(None, True), {"k": Point(1, 2)}]),
    "plain": Plain,
    "slots": Slotted,
    "toDict": Converted,
    "nothing": Empty,
    "object": object,
    "namespace": lambda: types.SimpleNamespace(a=1, b="x"),
    "enum": lambda: Colour.GREEN,
    "enum of texts": lambda: Letter.A,
    "exception": lambda: ValueError("x", 1),
    "range": lambda: range(1, 9, 2),
    "complex": lambda: 1 + 2j,
    "in an array": lambda: numpy.array([Point(1, 2)], dtype=object),
    "in a tuple": lambda: (Point(1, 2),),
    "named tuple": lambda: collections.namedtuple("P", "x y")(1, 2),
    "counter": lambda: collections.Counter("aab"),
}


def _official(value: Any) -> Any:
    frame = pandas.DataFrame({"c": pandas.Series([value, None], dtype=object)})
    return json.loads(frame.to_json(orient="records"))[0]["c"]


def _ours(value: Any) -> Any:
    return json.loads(cell_json(value))


# Its `to_json` leaves out the last attribute.
not_pandas_1_1 = pytest.mark.skipif(
    pandas.__version__.startswith("1.1."), reason="pandas 1.1 sends less"
)


@not_pandas_1_1
@pytest.mark.parametrize("name", AS_OFFICIAL)
def test_objects_are_what_the_official_sdk_sends(name: str) -> None:
    """`to_json` is what it encodes frames by."""
    value = AS_OFFICIAL[name]()
    assert _ours(value) == _official(value)


_FIELDS = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=6,
)


@not_pandas_1_1
@given(st.dictionaries(st.from_regex(r"[a-z_]{1,3}", fullmatch=True), _FIELDS, max_size=4))
def test_any_object(fields: dict[str, Any]) -> None:
    """Whatever its attributes are named and hold."""
    value = type("Made", (), fields)() if len(fields) % 2 else types.SimpleNamespace(**fields)
    assert _ours(value) == _official(value)


def _function() -> None:
    """A function."""


TEXTS: dict[str, tuple[Callable[[], Any], str]] = {
    # Of the first ten `to_json` makes an error, or what nobody reads.
    "uuid": (
        lambda: uuid.UUID("9b0126a1-a20d-47a6-bfff-c4431049e6c0"),
        "9b0126a1-a20d-47a6-bfff-c4431049e6c0",
    ),
    "path": (lambda: pathlib.PurePosixPath("/a/b"), "/a/b"),
    "fraction": (lambda: fractions.Fraction(1, 3), "1/3"),
    "address": (lambda: ipaddress.ip_address("200.1.2.3"), "200.1.2.3"),
    "pattern": (lambda: re.compile("a+"), "re.compile('a+')"),
    "period": (lambda: pandas.Period("2024-02", "M"), "2024-02"),
    "interval": (lambda: pandas.Interval(0, 1), "(0, 1]"),
    "time": (lambda: datetime.time(1, 2), "01:02:00"),
    "generator": (lambda: (each for each in [1]), "<generator object <lambda>.<locals>.<genexpr>>"),
    "module": (lambda: sys, "<module 'sys' (built-in)>"),
    "function": (lambda: _function, "<function _function>"),
    "lock": (threading.Lock, "<unlocked _thread.lock object>"),
    "class": (lambda: int, "<class 'int'>"),
    "ellipsis": (lambda: ..., "Ellipsis"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_values_with_a_text_of_their_own_are_that(name: str) -> None:
    """And no text holds an address in memory."""
    make, text = TEXTS[name]
    shown = _ours(make())
    assert shown == text or shown == text.replace("<lambda>", "<dictcomp>")
    assert "0x" not in shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (collections.deque([1, Point(1, 2)]), [1, {"x": 1, "y": 2}]),
        (collections.ChainMap({"a": 1}), {"a": 1}),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (collections.UserDict(a=1), {"a": 1}),
        (pandas.Categorical(["x", None]), ["x", None]),
        (pandas.array([1, None], "Int64"), [1, None]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_containers_are_what_they_hold(value: Any, expected: Any) -> None:
    """Of these, too, `to_json` loses what is in them."""
    assert _ours(value) == expected


def _loop() -> Any:
    value = types.SimpleNamespace(a=1)
    value.me = value
    return value


class Growing:
    """Each look at it makes two more."""

    @property
    def more(self) -> Any:
        """Two others."""
        return [Growing(), Growing()]

    def __repr__(self) -> str:
        return "grows"


def test_an_object_without_an_end_is_its_text() -> None:
    """Attributes that lead back, and those that never end, cost no row."""
    assert _ours(_loop()).startswith("namespace(a=1, me=")
    assert _ours(Growing()) == "grows"
    assert _ours([Growing(), 1]) == ["grows", 1]
    assert _ours(Point(1, Growing())) == f"{Point.__qualname__}(x=1, y=grows)"
    assert _ours(Point(1, 2)) == {"x": 1, "y": 2}


def test_wide_objects_are_shown_whole() -> None:
    """Thousands of them in one cell are shown too."""
    many = [Point(at, None) for at in range(3000)]
    assert _ours(many) == [{"x": at, "y": None} for at in range(3000)]


def test_a_list_that_holds_itself_is_its_text() -> None:
    """The other cells of its row are there."""
    endless: list[Any] = [1]
    endless.append(endless)
    frame = pandas.DataFrame({"a": pandas.Series([endless], dtype=object), "b": [2]})
    assert rows(frame) == [{"a": "[1, [...]]", "b": 2}]


@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_columns_of_complex_numbers(dtype: str) -> None:
    """As in an array and in a frame."""
    values = numpy.array([[1 + 2j], [0.5]], dtype)
    expected = [{"imag": 2.0, "real": 1.0}, {"imag": 0.0, "real": 0.5}]
    assert [row["column_0"] for row in rows(values)] == expected
    assert [row["0"] for row in rows(pandas.DataFrame(values))] == expected
