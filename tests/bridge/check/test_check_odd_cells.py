"""MDC319: cells that JSON writes otherwise, in whatever holds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mdc_bridge.check import Report

RULE_HEAD = """\
import base64
import numpy as np, pandas as pd
from azureml.monitoring import ModelDataCollector
inputs = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
def run(x):
"""
ODD = {
    "bytes": ("b'x'", "x.encode()", "base64.b64decode(x)"),
    "complex": ("1+2j", "-2j", "complex(1, x)"),
    "set": ("{1, 2}", "set(x)", "{c for c in x}"),
}
PLAIN = ("b'x'.decode()", "1.5", "sorted({1, 2})", "abs(1+2j)", "'x'", "None")
HOLDERS = (
    "[{}, 1]",
    "[[{}, 1], [{}, 2]]",
    "np.array([{}, 1])",
    "np.array([[{}, 1]])",
    "np.array([[{}], [{}]]).reshape(1, 2)",
    "np.array([{}, 1])[np.newaxis, :]",
    "np.asarray([[{}, 1]]).copy()",
    "pd.DataFrame({{'a': [{}], 'b': [1]}})",
    "pd.DataFrame([{{'a': {}, 'b': 1}}])",
    "pd.DataFrame([[{}, 1]], columns=['a', 'b'])",
    "pd.DataFrame(np.array([[{}, 1]]))",
    "pd.DataFrame.from_dict({{'a': [{}]}})",
    "pd.DataFrame({{'a': pd.Series([{}]), 'b': 1}})",
    "pd.Series([{}, 1]).to_frame()",
    "pd.DataFrame({{'a': [{}]}}).reset_index()",
    "pd.DataFrame({{'a': [{}]}}).values",
    "[{{'k': {}}}, 1]",
    "[({}, 1), 2]",
)


@pytest.mark.parametrize("holder", HOLDERS)
def test_cells_that_json_writes_otherwise(checked: Callable[..., Report], holder: str) -> None:
    """Each kind in whatever holds it is named by that kind; plain cells are not."""
    odd = [(kind, cell) for kind, cells in ODD.items() for cell in cells]
    lines = [f"inputs.collect({holder.replace('{}', cell)})" for _, cell in odd]
    lines += [f"inputs.collect({holder.replace('{}', cell)})" for cell in PLAIN]
    lines = [line.replace("{{", "{").replace("}}", "}") for line in lines]
    source = RULE_HEAD + "".join(f"    {line}\n" for line in lines)
    report = checked(source)
    first = source.splitlines().index(f"    {lines[0]}")
    found = [
        (finding.place.line - 1 - first, finding.message.split()[0])
        for finding in report.findings
        if finding.rule == "MDC319"
    ]
    names = {"bytes": "bytes", "complex": "complex", "set": "sets"}
    assert found == [(number, names[kind]) for number, (kind, _) in enumerate(odd)]


def test_cells_made_plain(checked: Callable[..., Report]) -> None:
    """What is converted, or left behind, is not named."""
    lines = [
        "inputs.collect(np.array([b'a', b'b']).astype(str))",
        "inputs.collect(np.array([b'1'], dtype=float))",
        "inputs.collect(np.abs(np.array([1j, 2])))",
        "frame = pd.DataFrame({'a': [b'x']})",
        "inputs.collect(frame.astype(str))",
        "inputs.collect(frame.drop(columns=['a']))",
        "frame['b'] = {1}",
        "inputs.collect(frame)",
    ]
    report = checked(RULE_HEAD + "".join(f"    {line}\n" for line in lines))
    found = [each for each in report.findings if each.rule == "MDC319"]
    assert [each.message.split()[0] for each in found] == ["bytes", "sets"]
    assert len({each.place.line for each in found}) == 1
