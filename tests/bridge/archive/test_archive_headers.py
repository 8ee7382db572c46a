"""Which first rows are headers: in files of the original SDK, of the bridge, and by their texts."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.archive import ArchiveRow, read_rows
from mdc_bridge.archive.chunks import read_chunks
from mdc_bridge.archive.headers import Guess, Header, guess_header
from mdc_bridge.archive.raw_rows import RawRow, read_raw_rows
from mdc_core.data.correlation_columns import HEADERS
from mdc_core.testing import MemoryDestination, collecting
from tests.bridge.archive.archive_texts import TAIL

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "golden" / "legacy-golden.json").read_text(encoding="utf-8")
)
# For each file of the original, by its name and first cell: names of its columns, None without a
# header; and its number of rows.
_EXPECTED: dict[str, dict[str, tuple[Optional[list[str]], int]]] = {
    "inputs_numpy2d": {"inputs.csv": (["a", "b"], 2)},
    "inputs_numpy1d": {"inputs.csv": (["a", "b"], 1)},
    "inputs_list": {"inputs.csv": (["a", "b"], 1)},
    "inputs_df": {"inputs.csv": (["a", "b", "c"], 2)},
    "inputs_user_corr": {"inputs.csv": (["a", "b"], 2)},
    "preds_plain1d": {"predictions.csv": (["p"], 2)},
    "preds_corr_np": {"inputs.csv": (["a", "b"], 2), "predictions.csv": (["p"], 2)},
    "preds_corr_df": {"inputs.csv": (["a", "b"], 2), "predictions.csv": (["p"], 2)},
    "preds_df_nocorr": {"predictions.csv": (["p"], 2)},
    "signals_named": {"clicks.csv": (["s"], 1)},
    "default_desig": {"default.csv": (["s"], 1)},
    "bad_desig": {},
    "no_features_np": {"inputs.csv": (None, 2)},
    "types_np": {"default.csv": (["a", "b", "c", "d"], 2)},
    "floats_df": {"default.csv": (["f", "i", "b", "t", "cat"], 7)},
    "two_headers": {"default.csv": (["a", "column_1"], 2)},
    "empty_list": {"default.csv": (["a", "b"], 0)},
    "str_data": {},
}


def _guess(text: str, mode: str = "auto") -> Guess:
    chunks = read_chunks(io.BytesIO(text.encode()))
    entries = [entry for chunk in chunks for entry in read_raw_rows(chunk)]
    return guess_header([entry for entry in entries if isinstance(entry, RawRow)], mode)


def _rows(content: bytes) -> list[ArchiveRow]:
    rows = list(read_rows(io.BytesIO(content)))
    assert all(isinstance(row, ArchiveRow) for row in rows)
    return [row for row in rows if isinstance(row, ArchiveRow)]


@pytest.mark.parametrize("case", GOLDEN)
def test_files_of_the_original(case: str) -> None:
    """Its headers are found, its rows are all there and none is taken for a header."""
    blobs = {
        path.rpartition("/")[2]: content.encode()
        for path, content in GOLDEN[case]["blobs"].items()
        if not path.endswith("aml_telemetry.csv")
    }
    assert set(blobs) == set(_EXPECTED[case])
    for file, (names, count) in _EXPECTED[case].items():
        rows = _rows(blobs[file])
        expected = names or ["column_0", "column_1"]
        assert len(rows) == count
        assert all(set(row.names) <= set(expected) for row in rows)
        assert all(row.correlation is not None for row in rows) or "inputs" not in file
        first = next(iter(read_raw_rows(next(read_chunks(io.BytesIO(blobs[file]))))))
        assert isinstance(first, RawRow)
        guess = guess_header([first]) if not rows else _guess(blobs[file].decode())
        assert guess.is_header == (names is not None)


def _only_file(collected: MemoryDestination) -> bytes:
    (content,) = collected.files.values()
    return content


_FRAME = pd.DataFrame({"name": ["ann", "bob", "name"], "city": ["x", "y", "z"]})

# What collectors are given, with feature names or without, and the names and cells to be read.
_COLLECTED: dict[str, tuple[list[Any], list[str], list[str], list[list[str]]]] = {
    "numbers": ([np.array([[1.5, 2.0]])], ["a", "b"], ["a", "b"], [["1.5", "2.0"]]),
    "numbers, no header": (
        [np.array([[1.5, 2.0]])],
        [],
        ["column_0", "column_1"],
        [["1.5", "2.0"]],
    ),
    "texts that come again, no header": (
        [np.array([["cat"], ["dog"], ["cat"]])],
        [],
        ["column_0"],
        [["cat"], ["dog"], ["cat"]],
    ),
    "texts and numbers that come again, no header": (
        [np.array([["n/a"], ["1"], ["n/a"], ["x"]])],
        [],
        ["column_0"],
        [["n/a"], ["1"], ["n/a"], ["x"]],
    ),
    "missing and texts, no header": (
        [np.array([[None, "a"], ["x", "b"]], dtype=object)],
        [],
        ["column_0", "column_1"],
        [["", "a"], ["x", "b"]],
    ),
    "long texts, no header": (
        [[f"{'long ' * 20}1"], [f"{'long ' * 20}2"]],
        [],
        ["column_0"],
        [[f"{'long ' * 20}1"], [f"{'long ' * 20}2"]],
    ),
    "texts of several lines, no header": (
        [["a\nb"], ["c"]],
        [],
        ["column_0"],
        [["a\nb"], ["c"]],
    ),
    "labels under a name": (
        [np.array([["cat"], ["dog"], ["cat"]])],
        ["label"],
        ["label"],
        [["cat"], ["dog"], ["cat"]],
    ),
    "frame of texts, one like its name": (
        [_FRAME],
        [],
        ["name", "city"],
        [["ann", "x"], ["bob", "y"], ["name", "z"]],
    ),
    "frame with numbered columns": (
        [pd.DataFrame([["a", 1], ["b", 2]])],
        [],
        ["0", "1"],
        [["a", "1"], ["b", "2"]],
    ),
    "frame whose columns are dates": (
        [pd.DataFrame({"2020-01-01": [1, 2], "2020-01-02 03:00:00": [3, 4]})],
        [],
        ["2020-01-01", "2020-01-02 03:00:00"],
        [["1", "3"], ["2", "4"]],
    ),
    "frame with a row like its header": (
        [pd.DataFrame({"other": ["other", "1", "other"], "n": [1, 2, 3]})],
        [],
        ["other", "n"],
        [["other", "1"], ["1", "2"], ["other", "3"]],
    ),
    "frame under a name twice": (
        [pd.DataFrame([[1, 2]], columns=["feat6", "feat6"])],
        [],
        ["feat6", "feat6_1"],
        [["1", "2"]],
    ),
    "array, then a frame that comes too late": (
        [np.array([[1, 2]]), pd.DataFrame({"a": [3], "b": [4]})],
        [],
        ["column_0", "column_1"],
        [["1", "2"], ["3", "4"]],
    ),
    "true and none under a name": (
        [np.array([["true"], ["none"]])],
        ["ok"],
        ["ok"],
        [["true"], ["none"]],
    ),
    "header over no rows": ([np.empty((0, 2))], ["a", "b"], [], []),
}


@pytest.mark.parametrize("case", _COLLECTED)
@pytest.mark.parametrize("designation", ["predictions", "inputs"])
def test_files_of_the_bridge(case: str, designation: str) -> None:
    """What a collector was given is what is read, inputs with their correlations."""
    given, feature_names, names, cells = _COLLECTED[case]
    with collecting("legacy") as collected:
        collector = ModelDataCollector("m", designation, feature_names or None)
        for data in given:
            collector.collect(data)
            assert mdc_core.flush(10)

    rows = _rows(_only_file(collected))

    assert [list(row.cells) for row in rows] == cells
    assert all(row.names == tuple(names) for row in rows)
    assert all((row.correlation is not None) == (designation == "inputs") for row in rows)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        (f"a,{','.join(HEADERS)}\r\n", Guess(True, True)),
        ("label,$aml_request_id\r\nx,y\r\n", Guess(True, True)),
        (f"cat,{','.join(TAIL)}\r\n", Guess(False, True)),
        ("0.5\r\n0.7\r\n", Guess(False, False)),
        ("p\r\n0.5\r\n", Guess(True, True)),
        ("p,q\r\n0.5,\r\n,\r\n", Guess(True, True)),
        ("0,1\r\n0.5,0.5\n", Guess(True, False)),
        ("0,1\r\n0.5,0.5\r\n", Guess(False, False)),
        ("0,1,label\r\n0.5,0.5,x\n", Guess(False, False)),
        ("nan\r\nx\n", Guess(False, False)),
        ("text\r\nhello\n", Guess(True, False)),
        ("cat\ndog\r\n", Guess(False, False)),
        ("label\ncat\n", Guess(True, False)),
        ("label\r\ncat\r\n", Guess(True, False)),
        ("label\r\n", Guess(True, False)),
        ("a,a\r\nx,y\r\n", Guess(False, False)),
        ("a,a\r\n1,y\r\n", Guess(True, True)),
        ("cat\r\ndog\r\ncat\r\n", Guess(False, False)),
        ("unknown\r\n1\r\nunknown\r\n", Guess(True, False)),
        ("a,b\r\n1,x\r\na,b\r\n2,y\r\n", Guess(True, True)),
        ("text\r\nhello\ntext\n", Guess(False, False)),
        ("text\r\nhello\ntext\r\n", Guess(True, False)),
    ],
)
def test_guess(text: str, guess: Guess) -> None:
    """Rows tell by their cells, by what stands below, by their line ends, and by coming again."""
    assert _guess(text) == guess


@pytest.mark.parametrize(("mode", "is_header"), [("present", True), ("absent", False)])
def test_whoever_knows_decides(mode: str, is_header: bool) -> None:
    """A plan's word counts for plain rows, but not against correlations."""
    assert _guess("cat\r\ncat\r\n", mode) == Guess(is_header, True)
    assert _guess("0.5\r\n", mode) == Guess(is_header, True)
    assert _guess(f"a,{','.join(HEADERS)}\r\n", mode) == Guess(True, True)
    assert _guess(f"cat,{','.join(TAIL)}\r\n", mode) == Guess(False, True)


def test_names_of_a_header() -> None:
    """Repeated names stay; eight last columns are the correlation, else they have places."""
    assert Header.of_cells(["a", "a"]) == Header(("a", "a"))
    assert Header.of_cells(["a", *HEADERS]) == Header(("a",), is_correlated=True)
    assert Header.of_cells([*HEADERS, "a"]) == Header(("a",), tuple(range(8)))
    assert Header.of_cells(["$aml_request_id", "a"]) == Header(("$aml_request_id", "a"))
    doubled = Header.of_cells([*HEADERS, "a", HEADERS[0]])
    assert doubled.names == (HEADERS[0], "a")
