"""Where `check` says unchanged, the JSONL has the rows of the CSV: seen by running what it read."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest

import mdc_core
from mdc_bridge.check import Report, Verdict
from mdc_core.testing import collecting

# What scripts collect, for inputs of n rows; `m` predicts one number for each row.
DATA = [
    "x",
    "x[0]",
    "x[:, 0]",
    "x.tolist()",
    "x[0].tolist()",
    "m.predict(x)",
    "m.predict(x).tolist()",
    "list(m.predict(x))",
    "m.predict(x).reshape(-1, 1)",
    "m.predict_proba(x)",
    "m.predict_proba(x)[:, 1]",
    "m.predict_proba(x).tolist()",
    "[m.predict(x), m.predict(x)]",
    "[m.predict(x).tolist(), m.predict_proba(x)[:, 1].tolist()]",
    "[m.predict(x)[0], 0.5]",
    "[m.predict(x)]",
    "[1.5]",
    "[1.5, 'a']",
    "['a' for _ in x]",
    "[float(v) for v in m.predict(x)]",
    "[[v] for v in m.predict(x)]",
    "[v for v in x]",
    "filled(x)",
    "np.array([1.5, 2.5])",
    "np.array(['a', 'b'])",
    "np.array([b'a', b'b'])",
    "[b'a', 'b']",
    "np.zeros((len(x), 2, 2))",
    "x.reshape(len(x), 2, 1)",
    "np.expand_dims(x, 2)",
    "np.array([x, x])",
    "np.array([[[1.0], [2.0]]])",
    "np.column_stack([m.predict(x), m.predict(x)])",
    "np.argmax(m.predict_proba(x), axis=1)",
    "pd.DataFrame(x, columns=['a', 'b'])",
    "pd.DataFrame({'a': m.predict(x)})",
    "pd.DataFrame(x).values",
    "pd.DataFrame(x)[[0]].values.ravel()",
    "pd.DataFrame(x).to_numpy().tolist()",
]
SURE = ["m.predict(x).reshape(-1, 1)", "m.predict_proba(x)", "pd.DataFrame(x).values", "[1.5]"]
NAMES = ["[]", "['a']", "['a', 'b']", "['a', 'b', 'c']"]
SCRIPT = """\
import numpy as np
import pandas as pd
from azureml.monitoring import ModelDataCollector

class M:
    def predict(self, x):
        return np.arange(len(x)) + 0.5
    def predict_proba(self, x):
        return np.column_stack([np.arange(len(x)) + 0.25, np.arange(len(x)) + 0.75])

def filled(x):
    found = []
    for row in x:
        found.append(float(row[0]))
    return found

def init():
    global i, c, m
    m = M()
    i = ModelDataCollector("m", "inputs", ["p", "q"])
    c = ModelDataCollector("m", {designation!r}, {names})

def run(x):
    {before}
    c.collect({data})
"""


def _is_unchanged(report: Report, line: int) -> bool:
    return all(one.bridge is Verdict.UNCHANGED for one in report.findings if one.place.line == line)


def _rows(script: str, rows: int, designation: str, collection: str) -> tuple[list[int], list[int]]:
    """Return the widths of the rows in the CSV, and of those in the JSONL."""
    scope: dict[str, object] = {}
    with collecting() as collected, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(script, scope)
        scope["init"]()  # type: ignore[operator]
        values = scope["np"].arange(2.0 * rows).reshape(rows, 2)  # type: ignore[attr-defined]
        scope["run"](values)  # type: ignore[operator]
        mdc_core.flush(timeout=5)
        lines = [row for line in collected.lines(collection) for row in line["data"]]
        written = collected.rows(designation)[1:]  # below the header
    added = 8 if designation == "inputs" else 0
    return [len(row) - added for row in written], [len(row) for row in lines]


@pytest.mark.parametrize("data", DATA)
def test_unchanged_is_proven(checked: Callable[..., Report], data: str) -> None:
    """No verdict of `unchanged` for a script whose two formats have other rows."""
    proven = 0
    for names in NAMES:
        for designation, collection in (
            ("inputs", "model_inputs"),
            ("predictions", "model_outputs"),
        ):
            before = "pass" if designation == "inputs" else "i.collect(x)"
            script = SCRIPT.format(designation=designation, names=names, before=before, data=data)
            line = script.count("\n")
            if not _is_unchanged(checked(script), line):
                continue
            proven += 1
            for rows in (1, 2, 3):
                csv, jsonl = _rows(script, rows, designation, collection)
                assert csv == jsonl, (names, designation, rows)
    assert proven >= 4 or data not in SURE
