"""Bodies by their content type: JSON, lines of JSON, CSV, and what is none of them."""

from __future__ import annotations

import json
from typing import Any, Optional

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.payload_rows import (
    REASONS,
    Body,
    names_of_signature,
    rows_of_body,
    rows_of_exchange,
)

ROWS = [{"age": 31, "name": "Ann"}, {"age": 45, "name": "Bob"}]
CSV = b"age,name\n31,Ann\n45,Bob\n"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "", "text/plain", "nonsense\r\n: x"]
    + ["application/x-www-form-urlencoded", "application/octet-stream", "application/vnd.x+json"],
)
def test_json_is_read_whatever_it_is_called(content_type: str) -> None:
    """Clients send JSON under any type, or none."""
    assert rows_of_body(json.dumps({"data": ROWS}).encode(), content_type).rows == ROWS


def test_lines_of_json() -> None:
    """Each line is a row."""
    body = b"\n".join(json.dumps(row).encode() for row in ROWS) + b"\n"
    assert rows_of_body(body, "application/jsonlines").rows == ROWS
    assert rows_of_body(b"1\n2\n", "application/x-ndjson", ["x"]).rows == [{"x": 1}, {"x": 2}]


def test_encodings() -> None:
    """A byte order mark is left out, the parameter `charset` is followed."""
    text = '[{"name": "Zoë"}]'
    for body, content_type in (
        (text.encode("utf-8-sig"), "application/json"),
        (text.encode("latin-1"), "application/json; charset=latin-1"),
        (text.encode("utf-16"), "application/json; charset=UTF-16"),
    ):
        assert rows_of_body(body, content_type).rows == [{"name": "Zoë"}]


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "application/json", "empty"),
        (b" \n", "text/csv", "empty"),
        (b"{", "application/json", "not_json"),
        (b"good", "text/plain", "not_json"),
        (b"\xff\xfe\xfd", "application/json", "not_text"),
        (b"[1]", "application/json; charset=klingon", "not_text"),
        (b"\x89PNG", "image/png", "not_text"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "not_text"),
        (b'"a', "text/csv", "not_csv"),
        (b"a,b\n1\n", "text/csv", "ragged"),
        (b"[" * 100_000, "application/json", "not_json"),
        (b"[" * 500 + b"]" * 500, "application/json", "not_json"),
        (b'[{"a":' + b"[" * 70 + b"]" * 70 + b"}]", "application/json", "not_json"),
        (b"[" + b"9" * 5000 + b"]", "application/json", None),
    ],
)
def test_what_is_no_body_of_rows(body: bytes, content_type: str, reason: Optional[str]) -> None:
    """Each says why, and none raises."""
    found = rows_of_body(body, content_type)
    if reason is not None:
        assert (found.rows, found.reason) == (None, reason)


@pytest.mark.parametrize(
    ("body", "content_type", "names", "rows"),
    [
        (CSV, "text/csv", None, ROWS),
        (CSV, "text/csv; charset=utf-8; header=present", None, ROWS),
        (CSV.replace(b"\n", b"\r\n"), "application/csv", None, ROWS),
        (b"31,Ann\n45,Bob", "text/csv", ["age", "name"], ROWS),
        (b"name,age\nAnn,31\nBob,45\n", "text/csv", ["age", "name"], ROWS),
        (
            b"Ann,x\nBob,y\n",
            "text/csv",
            ["a", "b"],
            [{"a": "Ann", "b": "x"}, {"a": "Bob", "b": "y"}],
        ),
        (
            b"1,2\n3,4\n",
            "text/csv",
            None,
            [{"column_0": 1, "column_1": 2}, {"column_0": 3, "column_1": 4}],
        ),
        (
            b"0,1\n3,4\n",
            "text/csv; header=absent",
            None,
            [{"column_0": 0, "column_1": 1}, {"column_0": 3, "column_1": 4}],
        ),
        (b"a,b\n", "text/csv; header=present", None, []),
        (
            b"a,b,c\n1,,007\n2.5,True,8\n",
            "text/csv",
            None,
            [{"a": 1.0, "b": None, "c": "007"}, {"a": 2.5, "b": True, "c": "8"}],
        ),
        (b"a,b\n1e999,2\n", "text/csv", None, [{"a": "1e999", "b": 2}]),
    ],
)
def test_csv(body: bytes, content_type: str, names: Any, rows: Any) -> None:
    """A header is known by the type's parameter, by names, or by numbers below texts."""
    assert rows_of_body(body, content_type, names).rows == rows


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"a,b\n", None),  # nothing below it
        (b"name,city\nAnn,Rome\n", None),  # texts below texts
        (b"0,1\n3,4\n", None),  # as pandas writes a frame without names
        (b"x,y\n3,4\n", ["a", "b"]),  # a header of other names
    ],
)
def test_a_header_is_not_guessed(body: bytes, names: Any) -> None:
    """Where a header may be a row, there are no rows."""
    assert rows_of_body(body, "text/csv", names).reason == "ambiguous"


def test_an_exchange_of_the_documents() -> None:
    """Outputs of a request of two rows are two rows; without rows there, not told."""
    response = Body(b"[11055.977245525679, 4503.079536107787]", "application/json")
    request = Body(b'{"data": [[1, 2], [10, 9]]}', "application/json")
    inputs, outputs = rows_of_exchange(request, response, ["x", "y"], ["cost"])
    assert inputs.rows == [{"x": 1, "y": 2}, {"x": 10, "y": 9}]
    assert outputs.rows == [{"cost": 11055.977245525679}, {"cost": 4503.079536107787}]
    assert rows_of_exchange(request, response)[1].json() == (
        b'[{"column_0":11055.977245525679},{"column_0":4503.079536107787}]'
    )
    unknown = rows_of_exchange(Body(b"?", ""), response)
    assert [found.reason for found in unknown] == ["not_json", "ambiguous"]


def test_digits_and_numbers_that_json_lacks() -> None:
    """Integers keep all digits, NaN becomes null."""
    found = rows_of_body(b'[{"a": 123456789012345678901234567890, "b": NaN}]', "")
    assert found.json() == b'[{"a":123456789012345678901234567890,"b":null}]'


def test_names_of_signatures() -> None:
    """Columns and named tensors have names; one unnamed tensor, or none, has not."""
    columns = '[{"type": "double", "name": "a"}, {"type": "long", "name": "b"}]'
    assert names_of_signature(columns) == ["a", "b"]
    tensor = '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]'
    for schema in (tensor, None, "", "[]", "{", [{"name": ""}]):
        assert names_of_signature(schema) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                ["data", "inputs", "outputs", "instances", "input_data", "columns", "shape", "name"]
                + [
                    "datatype",
                    "Inputs",
                    "Results",
                    "dataframe_split",
                    "predictions",
                    "params",
                    "0",
                    "1",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values, st.none() | st.integers(-1, 4), st.lists(st.text(max_size=2), max_size=3))
def test_any_json_is_rows_of_names_or_none(
    value: Any, input_rows: Optional[int], names: list[str]
) -> None:
    """Whatever is sent, the result is a list of objects that can be written, or a reason."""
    body = json.dumps(value).encode()
    found = rows_of_body(body, "application/json", names, input_rows=input_rows)
    if found.rows is None:
        assert found.reason in REASONS
        assert found.message
    else:
        assert all(type(row) is dict for row in found.rows)
        assert len(json.loads(found.json())) == len(found.rows)


media_types = st.lists(
    st.sampled_from(
        [
            "text/csv",
            "application/json",
            "; ",
            "charset",
            "header",
            "*0",
            "*",
            "=",
            "''",
            '"',
            "%ff",
        ]
        + ["punycode", "utf-16", "present", "\r\n", "\0", ",", "é", "/", " "]
    ),
    max_size=8,
).map("".join)


@given(st.binary(max_size=200), st.text(max_size=30) | media_types)
def test_any_bytes_are_rows_or_none(body: bytes, content_type: str) -> None:
    """No body and no content type raises."""
    found = rows_of_body(body, content_type)
    assert (found.rows is None) == (found.reason in REASONS)


names_of_columns = st.lists(
    st.text("abcdefgh_", min_size=1, max_size=5), min_size=1, max_size=4, unique=True
)


@st.composite
def frames(draw: st.DrawFn) -> pandas.DataFrame:
    """Frames as models take them: texts, or numbers with a fraction."""
    names = draw(names_of_columns)
    cells = draw(
        st.sampled_from([st.text("xyz ", min_size=1), st.floats(-1e6, 1e6), st.integers(-9, 9)])
    )
    rows = draw(st.lists(st.tuples(*[cells] * len(names)), min_size=1, max_size=5))
    return pandas.DataFrame(rows, columns=names)


@given(frames())
def test_all_forms_of_a_frame_give_its_rows(frame: pandas.DataFrame) -> None:
    """Each way to send a frame gives the records that pandas gives."""
    records = json.loads(frame.to_json(orient="records", double_precision=15))
    names = list(frame.columns)
    lists = [[row[name] for name in names] for row in records]
    split = {"columns": names, "index": list(range(len(frame))), "data": lists}
    columns = {name: [row[name] for row in records] for name in names}
    tensors = [
        {"name": name, "shape": [len(frame), 1], "datatype": "FP64", "data": cells}
        for name, cells in columns.items()
    ]
    named: list[Any] = [records, split, {"data": records}, {"Inputs": {"data": records}}]
    named += [{"input_data": split}, {"dataframe_split": split}, {"dataframe_records": records}]
    named += [{"instances": records}, {"inputs": columns}, {"inputs": tensors}, {"data": columns}]
    named += [json.loads(frame.to_json(double_precision=15)), json.dumps(records), columns]
    for value in named:
        assert rows_of_body(json.dumps(value).encode(), "application/json").rows == records
    for value in (lists, {"data": lists}, {"instances": lists}, {"input_data": lists}):
        found = rows_of_body(json.dumps(value).encode(), "application/json", names)
        assert found.rows == records
