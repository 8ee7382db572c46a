"""When a CSV cell and a JSON value are the same."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.equality.values import cell_key, is_same, loads, value_key

SAME = [
    ("1", "1.0"),
    ("1.0", "1"),
    ("-0.0", "0"),
    ("1e22", "10000000000000000000000"),
    ("1E+3", "1000"),
    (".5", "0.5"),
    ("12345678901234567890", "12345678901234567890"),
    ("", "null"),
    ("nan", "null"),
    ("inf", "null"),
    ("None", "null"),
    ("NaT", "null"),
    ("", '""'),
    ("nan", '"nan"'),
    ("True", "true"),
    ("false", "false"),
    ("00123", '"00123"'),
    ("1e400", '"1e400"'),
    ("2020-01-02 03:04:05", '"2020-01-02T03:04:05"'),
    ("2020-01-02", '"2020-01-02T00:00:00"'),
    ("2020-01-02 03:04:05.100000+00:00", '"2020-01-02T03:04:05.1Z"'),
    ("1 days 00:00:03", '"P1DT0H0M3S"'),
    ("3 seconds", '"P0DT0H0M3S"'),
    ("[1, 2.0, 'x', None]", '[1,2,"x",null]'),
    ("(1, nan)", "[1,null]"),
    ("{'a': [True], 2: 1.50}", '{"a":[true],"2":1.5}'),
    ("{3, 1}", "[1,3]"),
    ('{"a": 1}', '{"a":1.0}'),
    ("[np.float64(1.5), array([1., 2.])]", "[1.5,[1,2]]"),
    ("[1.  2.5 nan]", "[1.0,2.5,null]"),
    ("[[0.12345679 2.        ]\n [3.         4.        ]]", "[[0.123456789,2],[3,4]]"),
    ("[0 1 2 ... 7 8 9]", "[0,1,2,3,4,5,6,7,8,9]"),
    ("['a' 'b c']", '["a","b c"]'),
    ("[datetime.datetime(2020, 1, 2, 3, 4)]", '["2020-01-02T03:04:00"]'),
    ("b'x\\xff'", '"x\\\\xff"'),
    ("0.1", "0.099975586"),
    ("0.0999755859375", "0.099975586"),
    ("0.007812", "0.0078125"),
    ("65504.0", "65500.0"),
    ("0.10000000149011612", "0.1"),
    ("1.0000000116860974e-07", "1e-7"),
    ("16777216.0", "1.6777216e+07"),
    ("9007199254740992.0", "9.007199e15"),
    ("[0.10000000149011612]", "[0.1]"),
    ("{'a': 0.1}", '{"a":0.10000000149011612}'),
    ("Point(x=1, y='a')", '{"x":1,"y":"a"}'),
    ("f.<locals>.Point(x=1, at=[b.Point(x=0.5, at=None)])", '{"at":[{"at":null,"x":0.5}],"x":1.0}'),
    ("[Point(x=1)]", '[{"x":1,"a_property":2}]'),
    ("namespace(a=1)", '{"a":1}'),
    ("<score.Result object at 0x7f3f53f576a0>", '{"label":"x"}'),
    ("Colour.RED", '{"name":"RED","value":1}'),
    ("(1+2j)", '{"imag":2.0,"real":1.0}'),
    ("(3-0.5j)", '{"imag":-0.5,"real":3.0}'),
    ("(-0.1-2j)", '{"real":-0.1,"imag":-2.0}'),
    ("2.5j", '{"imag":2.5,"real":0.0}'),
    ("-2j", '{"imag":-2.0,"real":0.0}'),
    ("(nan+1j)", '{"imag":1.0,"real":null}'),
    ("[(1+2j)]", '[{"imag":2.0,"real":1.0}]'),
]
DIFFERENT = [
    ("1", "2"),
    ("12345678901234567890", "12345678901234567891"),
    ("0.1", "0.10000000000000002"),
    ("0.1", "0.1000000001"),
    ("0.10000000149011612", "0.10000000149011613"),
    ("0.10000000149011612", "0.099975586"),
    ("9007199254740992", "9007199000000000"),
    ("9007199254740993.0", "9.007199e15"),
    ("3.5e38", "3.4e38"),
    ("Point(x=1, y='a')", '{"x":1,"y":"b"}'),
    ("Point(x=1, y='a')", '{"x":1}'),
    ("Point(1)", '{"x":1}'),
    ("Colour.RED", '{"name":"BLUE","value":1}'),
    ("Colour.RED", '"RED"'),
    ("(1+2j)", '{"imag":2.0,"real":1.5}'),
    ("(1+2)", '{"imag":2.0,"real":1.0}'),
    ("2j", '{"imag":3.0,"real":0.0}'),
    ("1.0", '"1"'),
    ("1", "true"),
    ("True", "false"),
    ("True", '"yes"'),
    ("", "0"),
    ("0", "null"),
    ("", '"x"'),
    ("a", '"b"'),
    ("1e400", "1e401"),
    ("00323", "323"),
    ("007", "7.0"),
    ("00", "0"),
    ("+5", "5"),
    ("2020-01-02", '"2020-01-03T00:00:00"'),
    ("2020-01-02 03:04:05", '"2020-01-02T03:04:05Z"'),
    ("[1, 2]", "[2,1]"),
    ("[1, 2]", "[1]"),
    ("[1]", "1"),
    ("1", "[1]"),
    ("['1']", "[1]"),
    ("{'a': 1}", '{"b":1}'),
    ("[0.12345679]", "[0.123457]"),
    ("__import__('os')", "[1]"),
    ("[" * 5000, "[]"),
]


@pytest.mark.parametrize(("cell", "value"), SAME)
def test_the_same(cell: str, value: str) -> None:
    """Both say one value; then they also have one key."""
    parsed = loads(value.encode())
    assert is_same(cell, parsed)
    if cell != "Colour.RED":  # every other text is of such a form
        assert cell_key(cell) == value_key(parsed)


@pytest.mark.parametrize(("cell", "value"), DIFFERENT)
def test_different(cell: str, value: str) -> None:
    """They do not."""
    assert not is_same(cell, loads(value.encode()))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_the_text_of_a_value_is_the_same_as_its_json(value: object) -> None:
    """What Python shows of a value, read back, is the value."""
    text = json.dumps(value).encode()
    cell = "" if value is None else str(value)
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        return
    parsed = loads(text)
    if "inf" not in cell and "Infinity" not in text.decode():
        assert is_same(cell, parsed)
    assert is_same(json.dumps(value) if isinstance(value, (list, dict)) else cell, parsed)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_of_single_precision_is_the_same_in_every_text(number: float) -> None:
    """As a Python float, as numpy's scalar and as JSON; its neighbour is another in all of them."""
    single = np.float32(number)
    following = np.nextafter(single, np.float32(np.inf))
    texts, others = ([repr(float(each)), str(each)] for each in (single, following))
    for text in texts:
        for other in texts:
            parsed = loads(other.encode())
            assert is_same(text, parsed)
            assert cell_key(text) == value_key(parsed)
        if np.isfinite(following):
            assert not any(is_same(text, loads(other.encode())) for other in others)


@given(st.text(), JSON_VALUES)
def test_nothing_raises_and_same_values_have_one_key(cell: str, value: object) -> None:
    """Any cell can be compared with any value, and matching by key misses no equal pair."""
    parsed = loads(json.dumps(value).encode())
    if is_same(cell, parsed):
        assert cell_key(cell) == value_key(parsed)
