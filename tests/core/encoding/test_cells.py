"""Single values as JSON: one defined text each, valid for every parser, and read back."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import json
import math
import uuid
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.encoding.cells import cell_json, text_json
from tests.core.made import strict_json

ANY_TEXT = st.text(st.characters(blacklist_categories=()))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**1000), 2**1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class Colour(enum.IntEnum):
    """A number with a name."""

    RED = 1


class Word(str):
    """A text with a class of its own."""

    def __str__(self) -> str:
        return "not its text"


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (pandas.NaT, "null"),
        (pandas.NA, "null"),
        (numpy.ma.masked, "null"),
        (float("nan"), "null"),
        (float("-inf"), "null"),
        (numpy.float32("nan"), "null"),
        (numpy.float16("inf"), "null"),
        (numpy.longdouble("nan"), "null"),
        (numpy.datetime64("NaT", "ns"), "null"),
        (numpy.timedelta64("NaT", "ns"), "null"),
        (decimal.Decimal("NaN"), "null"),
        (decimal.Decimal("sNaN"), "null"),
        (decimal.Decimal("-Infinity"), "null"),
        (True, "true"),
        (numpy.bool_(False), "false"),
        (-0.0, "-0.0"),
        (5e-324, "5e-324"),
        (1e22, "1e+22"),
        (0.1, "0.1"),
        (numpy.float64(0.1), "0.1"),
        (numpy.float32(0.1), "0.1"),
        (numpy.float16(0.1), "0.1"),
        (2**63, "9223372036854775808"),
        (-(2**64) - 1, "-18446744073709551617"),
        (numpy.uint64(2**64 - 1), "18446744073709551615"),
        (numpy.int8(-128), "-128"),
        (Colour.RED, "1"),
        (10**309, f'"{10**309}"'),
        (-(10**309), f'"{-(10**309)}"'),
        (16**5000, f'"{hex(16**5000)}"'),
        (decimal.Decimal("0.10"), "0.10"),
        (decimal.Decimal("1E+5"), "1E+5"),
        (decimal.Decimal("1E+400"), '"1E+400"'),
        ('é\u2028\0\n"\\', '"é\u2028\\u0000\\n\\"\\\\"'),
        ("🙂", '"🙂"'),
        (Word("text"), '"text"'),
        (numpy.str_("text"), '"text"'),
        ("a\ud800b", '"a\\\\ud800b"'),
        (b"caf\xc3\xa9", '"café"'),
        (b"\xff", '"\\\\xff"'),
        (bytearray(b"x"), '"x"'),
        (memoryview(b"x"), '"x"'),
        (numpy.bytes_(b"x"), '"x"'),
        (datetime.datetime(2024, 2, 29, 1, 2, 3), '"2024-02-29T01:02:03"'),  # noqa: DTZ001
        (
            datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc),
            '"2024-02-29T00:00:00+00:00"',
        ),
        (datetime.date(2024, 2, 29), '"2024-02-29"'),
        (datetime.time(1, 2), '"01:02:00"'),
        (datetime.timedelta(seconds=5), '"P0DT0H0M5S"'),
        (datetime.timedelta.max, '"999999999 days, 23:59:59.999999"'),
        (pandas.Timestamp("2024-02-29", tz="Asia/Tokyo"), '"2024-02-29T00:00:00+09:00"'),
        (pandas.Timedelta("1min"), '"P0DT0H1M0S"'),
        (numpy.datetime64("2024-02-29T00:00:00.500", "ns"), '"2024-02-29T00:00:00.5"'),
        (numpy.datetime64("2024-02-29", "D"), '"2024-02-29"'),
        (numpy.timedelta64(5, "s"), '"P0DT0H0M5S"'),
        (pandas.Period("2024-02", "M"), '"2024-02"'),
        (pandas.Interval(0, 1), '"(0, 1]"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (1 + 2j, '{"imag":2.0,"real":1.0}'),
        (numpy.complex64(0.1 + 2j), '{"imag":2.0,"real":0.1}'),
        (complex("nan+1j"), '{"imag":1.0,"real":null}'),
        (numpy.array([(1, 0.1)], "i4,f4")[0], "[1,0.1]"),
        (numpy.void(b"x"), '"x"'),
        ([1, [None, {"k": (2,)}]], '[1,[null,{"k":[2]}]]'),
        (Point(1, 2), "[1,2]"),
        ({1: "a", "1": "b", None: []}, '{"1":"a","1_1":"b","None":[]}'),
        ({3, 1, 2}, "[1,2,3]"),
        (frozenset(), "[]"),
        (numpy.array(5), "5"),
        (numpy.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]"),
        (numpy.ma.array([1, 2], mask=[False, True]), "[1,null]"),
        (pandas.Series([1, None], dtype="Int64"), "[1,null]"),
        (pandas.Index(["x"]), '["x"]'),
        (pandas.DataFrame([[1, "x"]], columns=["a", "a"]), '[{"a":1,"a_1":"x"}]'),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_have_these_texts(value: Any, text: str) -> None:
    """One defined JSON text for a value of every kind, valid for strict parsers."""
    assert cell_json(value).decode() == text
    strict_json(cell_json(value))


def test_a_duration_of_years_is_a_text() -> None:
    """Units without one length do not cost a row."""
    assert isinstance(strict_json(cell_json(numpy.timedelta64(3, "Y"))), str)


def test_a_number_beyond_a_double_is_a_text() -> None:
    """Extended precision may exceed what strict parsers accept as a number."""
    huge = numpy.longdouble(2) ** 1023 * 4
    expected = str(huge) if numpy.isfinite(huge) else None
    assert strict_json(cell_json(huge)) == expected


def test_an_object_of_an_unknown_class_is_its_text() -> None:
    """Whatever has a `str` can be read."""

    class Thing:
        def __str__(self) -> str:
            return 'a "thing"'

    assert strict_json(cell_json(Thing())) == 'a "thing"'


@given(NESTED)
def test_json_types_are_read_back(value: Any) -> None:
    """Numbers, texts, truths, None, lists and objects of any nesting are equal when read."""
    again = strict_json(cell_json(value))
    assert again == value
    assert json.dumps(again) == json.dumps(value)  # 1, 1.0 and true, 0.0 and -0.0 differ here


@given(st.floats())
def test_floats_are_read_back_to_the_last_bit(value: float) -> None:
    """Shortest texts lose nothing, subnormals included; what is not finite is null."""
    again = strict_json(cell_json(value))
    assert again is None if not math.isfinite(value) else again.hex() == value.hex()


@given(st.integers())
@pytest.mark.parametrize("power", [0, 62, 63, 64, 1000])
def test_integers_are_read_back_exactly(power: int, offset: int) -> None:
    """Also around and beyond the limits of 64 bits."""
    assert strict_json(cell_json(2**power + offset)) == 2**power + offset


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_keep_their_digits(value: decimal.Decimal) -> None:
    """Every digit of a decimal is in the text."""
    text = cell_json(value).decode().strip('"')
    assert decimal.Decimal(text).as_tuple() == value.as_tuple()


@given(ANY_TEXT)
def test_any_text_is_valid(text: str) -> None:
    """Text is read back as it was; only lone surrogates are spelled out."""
    assert strict_json(text_json(text)) == text.encode("utf-8", "backslashreplace").decode()


@given(st.binary())
def test_any_bytes_are_valid(data: bytes) -> None:
    """Bytes that are UTF-8 are read as their text, the others stay visible."""
    assert strict_json(cell_json(data)) == data.decode("utf-8", "backslashreplace")


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_datetimes_are_read_back(moment: datetime.datetime) -> None:
    """ISO 8601 keeps microseconds and, where there is one, the offset."""
    again = datetime.datetime.fromisoformat(strict_json(cell_json(moment)))
    assert again == moment.replace(tzinfo=again.tzinfo)
    assert again.utcoffset() == moment.utcoffset()
