"""Rows that are streamed are those of `read`, whatever they are and however little memory holds."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from mdc_bridge.cli.app import run
from mdc_bridge.collected import lines as lines_module
from mdc_bridge.read import (
    chunks,
    gathering,
    iter_frames,
    join_parts,
    line_chunks,
    read,
    repeats,
    runs,
    tables,
)
from mdc_bridge.read import rows as rows_module
from mdc_bridge.read.reading import opened_rows
from mdc_bridge.read.truth_rows import RowsWithTruth
from mdc_bridge.read.writing import write_csv, write_json, write_jsonl
from mdc_core.encoding.cells import cell_json
from tests.bridge.read.plain_reading import read_plainly
from tests.examples_of import examples

Event = Callable[..., dict[str, Any]]
BOTH = ("model_inputs", "model_outputs")

_TIMES = [None, "1969-12-31T23:59:59.999999Z", "2026-11-21T09:16:25Z", "2026-11-21T09:16:25.5Z"]
_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([2**53 + 1, 2**63, -(2**63), 10**25, 1e16, 0.1, -0.0, 1e-7]),
    st.text('aü,"\n\r', max_size=3),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), max_size=2),
)
_ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "mdc_id"]), _CELLS), max_size=3)
_NUMBERS = st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(-3, 3)), max_size=3)
_LINES = st.lists(
    st.tuples(
        st.sampled_from(BOTH),
        st.sampled_from(["2026/11/21/08", "2026/11/21/09", "2026/11/21"]),
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(_TIMES),
        st.one_of(_ROWS, _NUMBERS),
    ),
    min_size=1,
    max_size=12,
)
_LEAST = [
    ("model_inputs", "2026/11/21/08", "x", _TIMES[2], [{"a": 1}]),
    ("model_outputs", "2026/11/21/08", "x", _TIMES[2], [{"a": 0.5}, {}]),
]


@pytest.fixture(params=["roomy", "tight"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Memory for all of the rows, or for about one at a time."""
    if request.param == "tight":
        monkeypatch.setattr(gathering, "BATCH_BYTES", 300)
        monkeypatch.setattr(line_chunks, "MOST_CELLS", 5)
        monkeypatch.setattr(rows_module, "MOST_CELLS", 40)
        monkeypatch.setattr(rows_module, "_ROOM", 500)
        monkeypatch.setattr(join_parts, "MOST_CELLS", 5)
        monkeypatch.setattr(join_parts, "_PART_BYTES", 200)
        monkeypatch.setattr(chunks, "_BYTES", 40)
        monkeypatch.setattr(tables, "_BYTES", 300)
        monkeypatch.setattr(gathering, "LEAST_LINES", 1)
        monkeypatch.setattr(lines_module, "CHUNK_BYTES", 200)
        monkeypatch.setattr(runs, "_FAN", 2)
        monkeypatch.setattr(repeats, "_HELD", 2)
    name: str = request.param
    return name


def _write(root: Path, lines: list[Any]) -> None:
    for collection in BOTH:
        (root / "modelDataCollector/credit/blue" / collection).mkdir(parents=True)
    for number, (collection, hour, name, time, rows) in enumerate(lines):
        folder = root / "modelDataCollector/credit/blue" / collection / hour
        folder.mkdir(parents=True, exist_ok=True)
        event = {"correlationid": name, "xrequestid": f"r{number}", "data": rows, "time": time}
        with (folder / f"{number % 2}.jsonl").open("a") as stream:
            stream.write(json.dumps(event) + "\n")


def _cells(frame: pd.DataFrame) -> list[list[bytes]]:
    """Return a frame's cells as their JSON, where gaps of all kinds are the same."""
    return [[cell_json(cell) for cell in frame[name].astype(object)] for name in frame.columns]


def _check_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert found.dtypes.to_dict() == expected.dtypes.to_dict()
    assert list(found.columns) == list(expected.columns)
    assert found.index.equals(expected.index)
    assert _cells(found) == _cells(expected)


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas 1.5 says so where a part of a column of objects has nothing but booleans.
        warnings.filterwarnings(
            "ignore", "In a future version, object-dtype columns", FutureWarning
        )
        return pd.concat(frames, ignore_index=True)


def _csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as pandas writes it."""
    flat = {
        name: pd.Series(
            [
                cell_json(cell).decode() if isinstance(cell, (list, dict)) else cell
                for cell in frame[name]
            ],
            dtype=object,
        )
        if frame[name].dtype.kind == "O"
        else frame[name]
        for name in frame.columns
    }
    if int(pd.__version__.split(".")[0]) < 3:
        # There each time has a fraction for itself.
        times = [None if pd.isna(time) else time.to_pydatetime() for time in frame.mdc_time]
        form = max((_form(time) for time in times if time), default="", key=len)
        flat["mdc_time"] = [time and time.isoformat(" ", form or "seconds") for time in times]
    # The csv module quotes the characters of its own line end, which a cell may have.
    lines = _Lines()
    pd.DataFrame(flat, columns=frame.columns).to_csv(lines, index=False, lineterminator="\r\n")
    text = "".join(line[:-2] + "\n" for line in lines.written)
    return text.encode("utf-8", "backslashreplace")


class _Lines(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def write(self, line: str) -> int:
        self.written.append(line)
        return len(line)


def _form(time: datetime) -> str:
    # Longer names are of longer fractions.
    return "microseconds" if time.microsecond % 1000 else "milliseconds" if time.microsecond else ""


@pytest.mark.parametrize("join", [None, BOTH], ids=["one by one", "joined"])
@settings(
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@example(lines=_LEAST)
@given(lines=_LINES)
def test_any_rows(memory: str, join: Optional[tuple[str, str]], lines: list[Any]) -> None:
    """Frames, CSV and JSON hold the cells that one frame of all rows has, in its order."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # ids that are not joined
        root = Path(folder)
        _write(root, [*_LEAST, *lines])
        expected = read_plainly(root, join)
        _check_same(read(root, join=join), expected)
        for rows in (2, 1000):
            frames = list(iter_frames(root, join=join, rows=rows))
            assert all(len(frame) <= rows for frame in frames)
            assert {tuple(frame.columns) for frame in frames} == {tuple(expected.columns)}
            found = _together(frames)
            assert _cells(found) == _cells(expected)
        assert [str(dtype) for dtype in frames[0].dtypes] == [
            str(dtype) for dtype in expected.dtypes
        ]
        with opened_rows(root, join=join) as collected:
            assert collected.count == len(expected)
            for write in (write_csv, write_json, write_jsonl):
                written = io.BytesIO()
                write(collected, written)
                if write is write_csv:
                    assert written.getvalue() == _csv(expected)
                elif write is write_json:
                    rows = json.loads(written.getvalue())
                else:
                    assert rows == list(map(json.loads, written.getvalue().splitlines()))
        columns = [[json.loads(cell) for cell in column] for column in _cells(expected)]
        assert [list(row.values()) for row in rows] == list(map(list, zip(*columns)))


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_LINES, key=st.sampled_from(["mdc_id", "mdc_row", "mdc_line"]))
def test_any_rows_with_their_truth(memory: str, key: str, lines: list[Any]) -> None:
    """What turned out to be true stands beside each row, batch by batch."""
    values = ["x", "y"] if key == "mdc_id" else [0, 1]
    truth = pd.DataFrame({key: values, "a": [1, 2], "t": ["p", None], "s": [True, False]})
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, [*_LEAST, *lines])
        expected = read_plainly(root, None, truth, key)
        _check_same(read(root, truth=truth, on=key), expected)
        frames = list(iter_frames(root, truth=truth, on=key, rows=2))
        assert _cells(_together(frames)) == _cells(expected)
        types = [str(dtype) for dtype in frames[0].dtypes]
        assert all([str(dtype) for dtype in frame.dtypes] == types for frame in frames)
        own = len(read(root).columns)
        assert types[:own] == [str(dtype) for dtype in expected.dtypes][:own]
        with opened_rows(root) as collected:
            written = io.BytesIO()
            write_csv(RowsWithTruth(collected, truth, key), written)
        assert written.getvalue() == _csv(expected)


@pytest.mark.newest_only
def test_parquet_in_parts(
    memory: str, write: Any, event: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One schema holds for lists, objects and gaps that no part has all of."""
    monkeypatch.setattr("mdc_bridge.read.parquet._ROWS", 2)
    for number in range(7):
        row = {"n": number, "empty": [], "list": [[number]] * (number % 3), "text": "x"}
        row.update({"object": {f"f{number % 2}": 0.5}} if number else {"mixed": 1})
        row.update({"text": None, "mixed": 1.5} if number < 3 else {})
        write(event([row], id=f"i{number}", time=f"2026-11-21T09:16:2{number}Z"))
    target = tmp_path / "rows.parquet"
    assert run(["read", str(tmp_path / "collected"), "-f", "parquet", "-o", str(target)]) == 0
    expected = read(tmp_path / "collected")
    found = pd.read_parquet(target)
    assert list(found.columns) == list(expected.columns)
    assert found.n.tolist() == expected.n.tolist()
    assert [[list(each) for each in cell] for cell in found["list"]] == expected["list"].tolist()
    assert found.text.isna().tolist() == [True] * 3 + [False] * 4
    assert found["object"][2] == {"f0": 0.5, "f1": None}
    assert str(found.mixed.dtype) == "float64"


def test_a_limit_stops_early(
    write: Any, event: Event, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Rows of the first time folders; the files after them are not opened."""
    for hour in ("08", "09"):
        lines = [
            event([{"n": n}, {"n": n}], id=f"{hour}-{n}", time=f"2026-11-21T{hour}:00:0{n}Z")
            for n in range(3)
        ]
        write(*lines, hour=f"2026/11/21/{hour}")
    write(b"not opened\n", hour="2026/11/21/10")
    root = str(tmp_path / "collected")
    for limit in (0, 1, 5, 9):
        frames = list(iter_frames(root, limit=limit, rows=4))
        assert sum(map(len, frames)) == limit
        if limit:
            assert (
                pd.concat(frames).mdc_id.tolist()
                == [f"{hour}-{n}" for hour in ("08", "09") for n in range(3) for _ in "ab"][:limit]
            )
    assert run(["read", root, "--limit", "3", "--format", "jsonl"]) == 0
    captured = capsysbinary.readouterr()
    assert [json.loads(row)["n"] for row in captured.out.splitlines()] == [0, 0, 1]
    assert b"3 rows" in captured.err
    assert run(["read", root, "--limit", "-1"]) == 2


def test_nothing_is_left_behind(
    write: Any, event: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where nobody takes all of the rows, or something is wrong with them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    write(*(event([{"n": n}], id=f"i{n}") for n in range(9)))
    frames = iter_frames(tmp_path / "collected", rows=2)
    assert len(next(frames)) == 2
    assert list((tmp_path / "tmp").iterdir())
    frames.close()
    assert not list((tmp_path / "tmp").iterdir())
    write(b"nonsense\n", hour="2026/11/21/10")
    target = tmp_path / "rows.csv"
    assert run(["read", str(tmp_path / "nowhere"), "-f", "csv", "-o", str(target)]) == 2
    with pytest.raises(Exception, match="not valid JSON"):
        list(iter_frames(tmp_path / "collected"))
    assert not list((tmp_path / "tmp").iterdir())
    assert not target.exists()
