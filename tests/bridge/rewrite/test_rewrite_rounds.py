"""Rewritten loops: outputs have the id of their own round's inputs, never of those before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mdc_bridge.rewrite import rewrite_source
from tests.bridge.rewrite.rewriting_cases import COLLECTORS, reason_of

DRIVER = """
import contextlib, json, os, sys
from mdc_bridge.request_scope import request_scope
from mdc_core import runtime

for path, folder, is_marked in json.loads(sys.argv[1]):
    os.environ["MDC_STORAGE"] = folder
    names = {}
    exec(compile(open(path).read(), path, "exec"), names)
    names["init"]()
    for body in [[1, -2, 3], [-4], [5, 0, -6, 7], [8, -9], [0], [10]]:
        with request_scope() if is_marked else contextlib.nullcontext():
            try:
                names["run"](body)
            except (ValueError, ZeroDivisionError):
                pass
assert runtime.flush(10)
"""
# Of each number's outputs: linked where the round collected inputs, alone where not.
ROUNDS = {
    "if": """
        for n in data:
            if n > 0:
                i.collect([n, n])
            p.collect([n])
    """,
    "nothing caught": """
        for n in data:
            i.collect([n, n])
            1 / n
            p.collect([n])
    """,
    "retry": """
        for n in data:
            for attempt in range(2):
                try:
                    i.collect([n, n])
                    if attempt == 0 and n < 0:
                        raise ValueError
                    p.collect([n])
                    break
                except ValueError:
                    continue
    """,
    "inputs that fail": """
        for n in data:
            try:
                i.collect([n, 1 / n * n])
            except ZeroDivisionError:
                pass
            p.collect([n])
    """,
    "inputs in the except branch": """
        for n in data:
            try:
                i.collect([n, 1 / n * n])
            except ZeroDivisionError:
                i.collect([n, 0])
            p.collect([n])
    """,
    "continue": """
        for n in data:
            if n < 0:
                p.collect([n])
                continue
            i.collect([n, n])
            p.collect([n])
    """,
    "while": """
        left = list(data)
        while left:
            n = left.pop(0)
            if n > 0:
                i.collect([n, n])
            p.collect([n])
    """,
    "inner loop": """
        for n in data:
            if n > 0:
                i.collect([n, n])
            for m in range(2):
                p.collect([n])
    """,
    "finally": """
        for n in data:
            try:
                i.collect([n, n])
                1 / n
            finally:
                p.collect([n])
    """,
    "outputs first": """
        for n in data:
            if n > 0:
                p.collect([n])
            i.collect([n, n])
    """,
    "several outputs": """
        for n in data:
            i.collect([n, n])
            for m in range(3):
                p.collect([n])
    """,
    "no loop": """
        n = data[0]
        if n > 0:
            i.collect([n, n])
        p.collect([n])
    """,
    "wrapped": """
        n = data[0]
        with open("/dev/null"):
            i.collect([n, n])
            1 / n
        p.collect([n])
        p.collect([n])
    """,
}


def _numbers(folder: Path) -> list[tuple[float, list[float]]]:
    """Return of each output its number and those of the inputs with its id."""
    lines: dict[str, list[dict[str, object]]] = {"model_inputs": [], "model_outputs": []}
    for path in sorted(folder.rglob("*.jsonl")):
        lines[path.relative_to(folder).parts[3]] += map(json.loads, path.read_text().splitlines())
    inputs: dict[object, list[float]] = {}
    for line in lines["model_inputs"]:
        (row,) = line["data"]  # type: ignore[misc]
        inputs.setdefault(line["correlationid"], []).append(row["a"])
    return [
        (row["y"], inputs.get(line["correlationid"], []))
        for line in lines["model_outputs"]
        for row in line["data"]  # type: ignore[attr-defined]
    ]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run all shapes, unchanged and rewritten, with requests marked and not."""
    folder = tmp_path_factory.mktemp("rounds")
    jobs = []
    for number, body in enumerate(ROUNDS.values()):
        text = f"{COLLECTORS}\ndef run(data):\n{textwrap.indent(textwrap.dedent(body), '    ')}"
        result = rewrite_source(text)
        assert result.left_alone == ()
        for kind, code in (("unchanged", text), ("rewritten", result.text)):
            path = folder / f"{number}_{kind}.py"
            path.write_text(code)
            jobs += [(str(path), str(folder / f"{path.stem}_{mark}"), mark) for mark in (0, 1)]
    subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(jobs)],
        env={**os.environ, "MDC_BRIDGE_MODE": "modern"},
        check=True,
    )
    return folder


@pytest.mark.parametrize("is_marked", [0, 1])
@pytest.mark.parametrize("name", ROUNDS)
def test_outputs_have_the_id_of_their_round(name: str, is_marked: int, runs: Path) -> None:
    """Wherever the round has collected inputs, also where the bridge is in doubt."""
    number = list(ROUNDS).index(name)
    unchanged = _numbers(runs / f"{number}_unchanged_{is_marked}")
    rewritten = _numbers(runs / f"{number}_rewritten_{is_marked}")
    assert [output for output, _ in rewritten] == [output for output, _ in unchanged] != []
    skips = {
        "if": lambda n: n <= 0,
        "while": lambda n: n <= 0,
        "inner loop": lambda n: n <= 0,
        "no loop": lambda n: n <= 0,
        "inputs that fail": lambda n: n == 0,
        "continue": lambda n: n < 0,
        "outputs first": lambda n: True,
    }.get(name, lambda n: False)
    for output, inputs in rewritten:
        assert set(inputs) == (set() if skips(output) else {output})
    assert all(set(inputs) <= {output} for output, inputs in unchanged)


def test_inputs_of_two_rounds_are_left_alone() -> None:
    """Those of the request and those of some rows: it is not certain which are meant."""
    body = "i.collect(data)\n    for n in data:\n        if n > 0:\n            i.collect([n, n])\n"
    script = f"{COLLECTORS}\ndef run(data):\n    {body}        p.collect([n])\n"
    assert "not certain which of the inputs" in reason_of(script)
