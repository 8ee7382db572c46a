"""Nothing in a file makes the check fail: it is checked, or reported as unreadable."""

from __future__ import annotations

import ast
import copy
import json
import random
from pathlib import Path

import pytest
from benchmarks.check_scripts import notebook, script
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mdc_bridge.check import Report, check
from mdc_bridge.check.sarif import sarif
from tests.examples_of import examples

MUTATIONS = 400
PIECES = [
    "dc = ModelDataCollector(",
    "dc.collect(",
    ")",
    "[x, x]",
    "*",
    "**",
    "{",
    "}",
    "x = [x, x]\n",
    "x = x + x\n",
    "dcs['a'] = dcs\n",
    "self.dc.",
    "f'{",
    "lambda x: x",
    "global dc\n",
    "    ",
    "\t",
    "\n",
    "\0",
    "\x0c",
    "\ufeff",
    "é",
    "\u2028",
    "print 'x'\n",
    "%%writefile score.py\n",
    "!pip install azureml-monitoring\n",
    "# mdc-bridge: ignore=",
    "# coding: latin-1\n",
    "async for x in y: await x\n",
    "match x:\n    case [a, *b]: pass\n",
    "dc.add_correlations(model.predict(x), dc.collect(x))",
    "9" * 5000,
    "'" * 3,
    "\\",
]


def _checked(path: Path) -> Report:
    report = check([path])
    json.dumps(sarif(report)).encode()
    json.dumps(report.to_json()).encode()
    assert report.files == 1
    return report


def _mutated(text: str, choose: random.Random) -> str:
    for _ in range(choose.randrange(1, 6)):
        start = choose.randrange(len(text) + 1)
        end = min(len(text), start + choose.randrange(40))
        kind = choose.randrange(5)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:start] + choose.choice(PIECES) + text[start:]
        elif kind == 2:
            text = text[:start] + text[start:end] * choose.randrange(2, 30) + text[end:]
        elif kind == 3:
            lines = text.splitlines(keepends=True)
            choose.shuffle(lines)
            text = "".join(lines) if choose.random() < 0.2 else "".join(lines[: len(lines) // 2])
        else:
            other = choose.randrange(len(text) + 1)
            text = text[:start] + text[other : other + 200] + text[start:]
    return text


def _grafted(text: str, choose: random.Random) -> str:
    """Return a script with expressions and statements put in the place of others."""
    tree = ast.parse(text)
    for _ in range(choose.randrange(1, 8)):
        places = [
            (node, name, at, type(child))
            for node in ast.walk(tree)
            for name, value in ast.iter_fields(node)
            for at, child in enumerate(value if isinstance(value, list) else [value])
            if isinstance(child, (ast.expr, ast.stmt))
        ]
        node, name, at, kind = choose.choice(places)
        alike = [place for place in places if issubclass(place[3], kind.__base__)]
        other, other_name, other_at, _ = choose.choice(alike)
        graft = getattr(other, other_name)
        graft = copy.deepcopy(graft[other_at] if isinstance(graft, list) else graft)
        if isinstance(getattr(node, name), list):
            getattr(node, name)[at] = graft
        else:
            setattr(node, name, graft)
    return ast.unparse(ast.fix_missing_locations(tree))


def test_mutated_scripts(tmp_path: Path) -> None:
    choose = random.Random(20)
    path = tmp_path / "score.py"
    for number in range(MUTATIONS):
        text = _mutated(script(number % 50), choose)
        encoding = choose.choice(["utf-8", "utf-8", "utf-8", "latin-1", "utf-16"])
        path.write_bytes(text.encode(encoding, "replace"))
        _checked(path)


def test_grafted_scripts(tmp_path: Path) -> None:
    choose = random.Random(22)
    path = tmp_path / "score.py"
    checked = 0
    for number in range(MUTATIONS // 4):
        path.write_text(_grafted(script(number % 50), choose), encoding="utf-8")
        checked += not _checked(path).unreadable
    assert checked > MUTATIONS // 10  # most still parse


def test_mutated_notebooks(tmp_path: Path) -> None:
    choose = random.Random(21)
    path = tmp_path / "a.ipynb"
    for number in range(MUTATIONS // 10):
        cells = json.loads(notebook(number))["cells"]
        for cell in cells:
            cell["source"] = _mutated("".join(cell["source"]), choose)
        text = json.dumps({"cells": cells})
        path.write_text(_mutated(text, choose) if number % 3 == 0 else text, encoding="utf-8")
        _checked(path)


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode)))
@example(b"\xff\xfe")
@example(b"# coding: utf-7\n+AAA-")
@example(b"# coding: punycode\nx")
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    for name in ("score.py", "a.ipynb"):
        path = tmp_path / name
        path.write_bytes(b"from azureml.monitoring import *\n" + content)
        _checked(path)


IMPORT = "from azureml.monitoring import ModelDataCollector as M\ndc = M('m', 'inputs')\n"
DEEP = {
    "brackets": "(" * 500 + ")" * 500,
    "signs": "x = " + "-" * 50_000 + "1",
    "operators": "x = 1" + " + 1" * 50_000,
    "texts": "x = 'a'" + " + 'a'" * 2_000,
    "attributes": "x = a" + ".b" * 20_000,
    "calls": "x = a" + "(1)" * 20_000,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(99)) + " " * 99 + "pass",
    "elifs": "if x: pass\n" + "elif x: pass\n" * 5_000,
    "lambdas": "x = " + "lambda: " * 500 + "1",
    "doubling": "x = [1]\n" + "x = [x, x]\n" * 200 + "dc.collect(x)",
    "adding": "x = [1]\n" + "x = x + x\n" * 200 + "dc.collect(x)",
    "joining": "x = 'a'\n" + "x = x + x\n" * 200 + "dc.collect(x)",
    "formatting": "x = 'a'\n" + "x = f'{x}{x}'\n" * 200 + "dc.collect(x)",
    "repeating": "x = [[1] * 9999] * 9999\ndc.collect(x)\ny = [0] * 10**18",
    "nesting": "x = {}\n" + "x['a'] = {'b': x, 'c': x}\n" * 100 + "dc.collect(x)",
    "recursion": "def f(x):\n    return f([x, x])\ndc.collect(f(1))",
    "mutual": "def f(x):\n    return g([x])\ndef g(x):\n    return f({'a': x})\ndc.collect(f(1))",
    "long line": "x = [" + "1, " * 80_000 + "]",
    "long text": "x = '" + "a" * 2_000_000 + "'",
    "digits": "x = " + "9" * 100_000,
    "many names": "".join(f"x{n} = M('m', 'inputs')\n" for n in range(2_000)),
}


@pytest.mark.parametrize("shape", DEEP)
def test_deep_and_long(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "score.py"
    path.write_text(IMPORT + DEEP[shape])
    report = _checked(path)
    for problem in report.unreadable:
        assert problem.reason.startswith(("is nested too deeply", "is not valid Python"))
