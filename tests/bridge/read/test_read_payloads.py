"""Logged requests and responses are rows, joined with inputs and outputs by the request's id."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from mdc_bridge.cli.app import run
from mdc_bridge.read import iter_frames, read, read_lines
from mdc_core.encoding.cells import cell_json
from tests.bridge.read.plain_reading import read_plainly
from tests.examples_of import examples

Event = Callable[..., dict[str, Any]]
ROWS = [{"x": 1, "y": 2}, {"x": 10, "y": 9}]
PAYLOADS = ("request", "response")
ALL = ("request", "model_inputs", "model_outputs", "response")


def cells_of(frame: pd.DataFrame) -> dict[str, list[bytes]]:
    """Return the cells by column as their JSON, where gaps of all kinds are the same."""
    return {name: [cell_json(cell) for cell in frame[name].astype(object)] for name in frame}


def joined(root: Path, join: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return joined rows, which the stream has as well as the frame, without their origin."""
    whole = read_plainly(root, join)
    assert cells_of(read(root, join=join)) == cells_of(whole)
    frames = list(iter_frames(root, join=join, rows=3))
    assert bool(frames) != whole.empty
    if frames:
        assert cells_of(pd.concat(frames, ignore_index=True)) == cells_of(whole)
    shown = whole[[name for name in whole if name == "mdc_id" or not name.startswith("mdc_")]]
    return shown.to_dict("records")


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ({"data": ROWS}, "application/json"),
        ({"input_data": {"columns": ["x", "y"], "data": [[1, 2], [10, 9]]}}, "application/json"),
        ('{"data": [{"x": 1, "y": 2}, {"x": 10, "y": 9}]}', "application/json"),
        ("x,y\n1,2\n10,9\n", "text/csv"),
        (ROWS, "application/json"),
    ],
)
def test_requests_are_rows(
    write: Any, event: Event, tmp_path: Path, data: Any, content_type: str
) -> None:
    """In every form that holds rows."""
    write(event(data, datacontenttype=content_type), collection="request")
    (line,) = read_lines(tmp_path / "collected")
    assert line.rows == ROWS


@pytest.mark.parametrize(
    ("collection", "data", "content_type"),
    [
        ("request", "good morning", "text/plain"),
        ("request", {"status": "ok", "items": [1, 2]}, "application/json"),
        ("response", [1.5, 2.5], "application/json"),
        ("model_inputs", {"data": [[1, 2]]}, "application/json"),
    ],
)
def test_what_is_no_rows_is_a_payload(
    write: Any, event: Event, tmp_path: Path, collection: str, data: Any, content_type: str
) -> None:
    """Nothing is guessed: a response of two values alone may be one row or two."""
    write(event(data, datacontenttype=content_type), collection=collection)
    (line,) = read_lines(tmp_path / "collected")
    assert line.rows == [{"payload": data}]


def test_binary_requests_that_hold_rows(write: Any, event: Event, tmp_path: Path) -> None:
    """Bodies in files of their own are followed."""
    place = write(
        event("a" * 36, datainblob="true", datacontenttype="text/csv"), collection="request"
    )
    (tmp_path / "collected" / ("a" * 36)).write_bytes(b"x,y\n1,2\n10,9\n")
    assert place.exists()
    (line,) = read_lines(tmp_path / "collected")
    assert line.rows == ROWS


def test_a_response_beside_its_request(write: Any, event: Event, tmp_path: Path) -> None:
    """Values are rows where the request has as many; with one row they are its columns."""
    write(event({"data": ROWS}, "two"), event({"data": ROWS[:1]}, "one"), collection="request")
    write(event([5.5, 6.5], "two"), event([7.5, 8.5], "one"), collection="response")
    rows = joined(tmp_path / "collected", PAYLOADS)
    shown = [{name: value for name, value in row.items() if value == value} for row in rows]
    assert shown == [
        {"mdc_id": "one", "x": 1, "y": 2, "column_0": 7.5, "column_1": 8.5},
        {"mdc_id": "two", "x": 1, "y": 2, "column_0": 5.5},
        {"mdc_id": "two", "x": 10, "y": 9, "column_0": 6.5},
    ]


@pytest.mark.parametrize("ids", [["a"], ["a", "b"]], ids=["one line", "a line for each row"])
def test_ids_that_differ_are_joined_by_the_request(
    write: Any, event: Event, tmp_path: Path, ids: list[str]
) -> None:
    """Inputs have correlation ids of their own; what they share with payloads is `xrequestid`."""
    parts = [ROWS] if len(ids) == 1 else [[row] for row in ROWS]
    write(*(event(rows, each, xrequestid="r") for each, rows in zip(ids, parts)))
    write(event([5.5, 6.5], "r"), collection="response")
    write(event({"data": ROWS}, "r"), collection="request")
    root = tmp_path / "collected"
    assert joined(root, ("model_inputs", "response")) == [
        {"mdc_id": "r", "x": 1, "y": 2, "column_0": 5.5},
        {"mdc_id": "r", "x": 10, "y": 9, "column_0": 6.5},
    ]
    assert [row["x_request"] for row in joined(root, ("model_inputs", "request"))] == [1, 10]


@pytest.mark.parametrize("ids", [["a"], ["a", "b"]], ids=["one line", "a line for each row"])
@pytest.mark.parametrize(
    "response", [[5.5, 6.5], {"predictions": [5.5, 6.5]}], ids=["bare", "named"]
)
def test_all_four(write: Any, event: Event, tmp_path: Path, ids: list[str], response: Any) -> None:
    """Request, inputs, outputs and response of one request are rows side by side, whole."""
    parts = [ROWS] if len(ids) == 1 else [[row] for row in ROWS]
    write(*(event(rows, each, xrequestid="r") for each, rows in zip(ids, parts)))
    outputs = [{"p": 5.5}, {"p": 6.5}]
    write(event(outputs, "o", xrequestid="r"), collection="model_outputs")
    write(event(response, "r"), collection="response")
    write(event({"data": ROWS}, "r"), collection="request")
    rows = joined(tmp_path / "collected", ALL)
    known = {"mdc_id": "r"}
    assert rows == [
        {
            **known,
            "x": 1,
            "y": 2,
            "x_model_inputs": 1,
            "y_model_inputs": 2,
            "p": 5.5,
            "column_0": 5.5,
        },
        {
            **known,
            "x": 10,
            "y": 9,
            "x_model_inputs": 10,
            "y_model_inputs": 9,
            "p": 6.5,
            "column_0": 6.5,
        },
    ]
    whole = read(tmp_path / "collected", join=ALL)
    assert set(whole.mdc_collection) == {"+".join(ALL)}


def test_what_a_request_lacks_is_a_gap(write: Any, event: Event, tmp_path: Path) -> None:
    """A request that left no outputs, and outputs without a request, are rows of their own."""
    write(event({"data": ROWS[:1]}, "one"), collection="request")
    write(event([{"x": 1, "y": 2}], "one"))
    write(event([{"p": 3}], "two"), collection="model_outputs")
    whole = read(tmp_path / "collected", join=ALL[:3]).sort_values("mdc_id")
    assert whole.mdc_collection.tolist() == ["request+model_inputs", "model_outputs"]
    assert whole.mdc_id.tolist() == ["one", "two"]
    assert whole.p.tolist() == [pd.NA, 3]


def test_the_command(
    write: Any, event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it prints has the rows of both sides."""
    write(event({"data": ROWS}, "r"), collection="request")
    write(event([5.5, 6.5], "r"), collection="response")
    command = ["read", str(tmp_path / "collected"), "--join", "request,response", "-f", "csv"]
    assert run(command) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.rsplit(",", 3)[1:] for line in printed] == [
        ["x", "y", "column_0"],
        ["1", "2", "5.5"],
        ["10", "9", "6.5"],
    ]


bodies = st.sampled_from(
    [
        {"data": ROWS},
        {"data": ROWS[:1]},
        [1, 2],
        [1],
        [[1, 2], [3, 4]],
        {"p": [1, 2]},
        "x",
        None,
        [],
    ]
)


@pytest.mark.parametrize(
    "join",
    [PAYLOADS, ("model_inputs", "response"), ("request", "model_inputs"), ALL, ALL[::-1]],
    ids="+".join,
)
@settings(max_examples=examples(6), phases=[Phase.explicit, Phase.generate])
@example(lines=[("model_inputs", "a", ROWS)])  # the other side has no rows
@example(lines=[("request", "a", {"data": ROWS})])
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(ALL), st.sampled_from("ab"), bodies),
        min_size=1,
        max_size=8,
    )
)
def test_any_payloads(join: tuple[str, ...], lines: list[tuple[str, str, Any]]) -> None:
    """The stream joins what the frame joins, whatever payloads hold."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # ids that are not joined
        for collection in ALL:
            hour = Path(folder) / "modelDataCollector/e/d" / collection / "2026/11/21/09"
            hour.mkdir(parents=True)
            with (hour / "i.jsonl").open("w") as stream:
                for at, (name, request, data) in enumerate(lines):
                    own = request if name in PAYLOADS else f"{request}{at}"
                    event = {"correlationid": own, "xrequestid": request, "data": data}
                    if name == collection:
                        stream.write(json.dumps(event) + "\n")
        joined(Path(folder), join)
