"""Truth beside whole columns is the truth beside rows, to the last byte."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_bridge.read import gathering
from mdc_bridge.read import rows as rows_module
from tests.examples_of import examples

pytest.importorskip("pyarrow")

from tests.bridge.read.both_ways import check_both_ways, write_tree

_ROWS = 6
# Values of the truth that pandas makes columns of all kinds of.
_COLUMNS = {
    "integers": st.lists(st.integers(-(2**63), 2**63 - 1), min_size=_ROWS, max_size=_ROWS),
    "floats": st.lists(st.floats(), min_size=_ROWS, max_size=_ROWS),
    "gaps": st.lists(st.none() | st.integers(0, 3), min_size=_ROWS, max_size=_ROWS),
    "booleans": st.lists(st.booleans(), min_size=_ROWS, max_size=_ROWS),
    "texts": st.lists(st.none() | st.text('aü,"\n', max_size=3), min_size=_ROWS, max_size=_ROWS),
    "others": st.lists(
        st.none() | st.booleans() | st.text("a") | st.lists(st.integers(0, 1)),
        min_size=_ROWS,
        max_size=_ROWS,
    ),
    "nothing": st.just([None] * _ROWS),
}
# Of the rows: a text, an integer, a number with a fraction; those that rows have, and others.
_KEYS: dict[str, tuple[list[Any], list[Any]]] = {
    "mdc_id": (["0", "1", "2"], ["ü", "x", ""]),
    "b": (["t0", "t1", "t3"], ["t4", "", "t9"]),
    "n": ([0, 1, 2], [90, 91, -1]),
    "a": ([0.5, 1.5, 2.5], [4.0, -1.0, 9.5]),
    "mdc_row": ([1, 0, 2], [3, 4, 5]),
}


def _line(at: int, rows: int) -> bytes:
    data = [
        {"a": at + 0.5, "b": f"t{at}" if at != 4 else None, "n": at + row} for row in range(rows)
    ]
    event = {"time": f"2026-11-21T09:00:{at:02}Z", "correlationid": f"{at % 5}", "data": data}
    return json.dumps(event).encode() + b"\n"


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(sorted(_KEYS)),
    columns=st.lists(st.sampled_from(sorted(_COLUMNS)), max_size=3).flatmap(
        lambda kinds: st.tuples(*(_COLUMNS[kind] for kind in kinds))
    ),
    matching=st.integers(0, 3),
    others=st.integers(0, 3),
    name=st.sampled_from(["key", None]),
    has_odd_lines=st.booleans(),
)
def test_any_truth(
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    columns: tuple[list[Any], ...],
    matching: int,
    others: int,
    name: Any,
    has_odd_lines: bool,
) -> None:
    """Columns of every kind, keys of texts and numbers, beside tables and lists.

    None, some or all of the keys are those of rows.
    """
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)
    monkeypatch.setattr(rows_module, "_ROOM", 0)
    # One of the names is one that the rows have.
    names = ["b" if key == "n" else "n", "c1", "c2"]
    ours, theirs = _KEYS[key]
    keys = pd.Series(theirs[:others] + ours[:matching], dtype=pd.Series(ours).dtype)
    held = {name: column[: len(keys)] for name, column in zip(names, columns)}
    truth = pd.DataFrame({name or key: keys, **held})
    lines = [_line(at, 1 + at % 3) for at in range(9)]
    files = {"i/2026/11/21/09/a.jsonl": lines}
    if has_odd_lines:
        files["i/2026/11/21/08/a.jsonl"] = [
            _line(at, 1).replace(b"}]", b"}, null]") for at in (3, 4)
        ]
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), files)
        options = {"truth": truth, "on": (key, name or key)}
        check_both_ways(Path(folder), has_truth=matching > 0, **options)


@pytest.mark.parametrize("name", ["id", "mdc_id"])
@pytest.mark.parametrize("keys", [["1", "2"], ["2", "x"], ["x", "y"]], ids=["all", "some", "none"])
def test_truth_stands_beside_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, keys: list[str]
) -> None:
    """Columns of numbers and booleans do not make lists of rows, nor do texts of pandas 3.

    Texts of pandas before it are objects, for which Parquet's types depend on the rows.
    """
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)
    write_tree(tmp_path, {"i/2026/11/21/09/a.jsonl": [_line(at, 1) for at in range(9)]})
    truth = pd.DataFrame({name: keys, "s": [True, False], "f": [0.5, 1], "i": [1, 2]})
    options = {"truth": truth, "on": ("mdc_id", name)}
    has_tables = check_both_ways(tmp_path, has_truth="2" in keys, **options)
    assert has_tables == (name == "mdc_id" or truth[name].dtype != object)
