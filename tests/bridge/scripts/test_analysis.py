"""What is seen of a program without running it: values, shapes, places."""

from __future__ import annotations

import sys

import pytest

from mdc_bridge.scripts import Source, UnreadableScript
from mdc_bridge.scripts.analysis import analyse, programs
from mdc_bridge.scripts.facts import CollectorCall
from mdc_bridge.scripts.parsing import parse
from mdc_bridge.scripts.values import ValueKind

BEGINNING = """\
import json, numpy as np, pandas as pd
from azureml.monitoring import ModelDataCollector
dc = ModelDataCollector("m", "inputs")
"""


def _collected(text: str) -> CollectorCall:
    facts, unreadable = analyse([Source("score.py", BEGINNING + text)])
    assert unreadable == []
    return [call for call in facts.calls if call.method == "collect"][-1]


@pytest.mark.parametrize(
    ("expression", "kind", "dimensions", "width"),
    [
        ("np.array([[1, 2], [3, 4]])", ValueKind.ARRAY, 2, 2),
        ("np.array([1, 2])", ValueKind.ARRAY, 1, 2),
        ("np.array(json.loads(x)['data'])", ValueKind.ARRAY, None, None),
        ("np.array(json.loads(x)).reshape(1, -1)", ValueKind.ARRAY, 2, None),
        ("np.array(x).reshape((1, 4))", ValueKind.ARRAY, 2, 4),
        ("np.zeros((3, 5))[:, 0]", ValueKind.ARRAY, 1, None),
        ("np.zeros((3, 5))[0]", ValueKind.ARRAY, 1, None),
        ("np.zeros((3, 5))[0, 1]", ValueKind.NUMBER, None, None),
        ("np.zeros((3, 5)).argmax(axis=1)", ValueKind.ARRAY, 1, None),
        ("np.zeros((3, 5)).ravel().tolist()", ValueKind.LIST, 1, None),
        ("model.predict_proba(x)", ValueKind.ARRAY, 2, None),
        ("pd.DataFrame(x, columns=['a', 'b'])", ValueKind.FRAME, None, 2),
        ("pd.DataFrame({'a': x, 'b': x}).fillna(0)", ValueKind.FRAME, None, 2),
        ("pd.DataFrame(x)[['a', 'b', 'c']].values", ValueKind.ARRAY, 2, 3),
        ("pd.DataFrame(x)['a'].tolist()", ValueKind.LIST, 1, None),
        ("pd.read_json(x).to_json()", ValueKind.TEXT, None, None),
        ("[row for row in x]", ValueKind.LIST, None, None),
        ("[[1, 2] for row in x]", ValueKind.LIST, 2, None),
        ("[1] + [2]", ValueKind.LIST, 1, 2),
        ("f'{x}'", ValueKind.TEXT, None, None),
        ("'%s' % x", ValueKind.TEXT, None, None),
        ("1.5 if x else 2", ValueKind.NUMBER, None, None),
        ("'a' if x else [1]", ValueKind.UNKNOWN, None, None),
        ("(lambda: 'a')()", ValueKind.TEXT, None, None),
        ("x.anything()", ValueKind.UNKNOWN, None, None),
    ],
)
def test_values(
    expression: str, kind: ValueKind, dimensions: int | None, width: int | None
) -> None:
    data = _collected(f"def run(x):\n    dc.collect({expression})\n").data
    assert (data.kind, data.dimensions, data.width) == (kind, dimensions, width)


def test_a_variable_is_what_it_was_last() -> None:
    text = "def run(x):\n    x = 'a'\n    x = [1]\n    dc.collect(x)\n    x = 'b'\n"
    assert _collected(text).data.kind is ValueKind.LIST


def test_either_branch_counts() -> None:
    text = (
        "def run(x):\n    if x:\n        x = [1]\n    else:\n        x = 'a'\n    dc.collect(x)\n"
    )
    assert _collected(text).data.kind is ValueKind.UNKNOWN


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("args", ValueKind.TUPLE),
        ("list(args)", ValueKind.LIST),
        ("args[0]", ValueKind.UNKNOWN),
        ("more", ValueKind.DICT),
        ("more['x']", ValueKind.UNKNOWN),
    ],
)
def test_parameters_for_all_other_arguments(expression: str, kind: ValueKind) -> None:
    text = f"def log(*args, **more):\n    dc.collect({expression})\nlog([1], x=[2])\n"
    assert _collected(text).data.kind is kind


@pytest.mark.parametrize(
    "collecting",
    [
        "try:\n    pass\nexcept ValueError as x:\n    dc.collect(x)\n",
        "(lambda x, /: dc.collect(x))(1)\n",
        "(lambda *x: dc.collect(x))(1)\n",
        "(lambda *, x: dc.collect(x))(x=1)\n",
    ],
)
def test_a_name_bound_anew_is_not_what_it_was(collecting: str) -> None:
    assert _collected(f"x = 'a'\n{collecting}").data.kind is ValueKind.UNKNOWN


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match came with Python 3.10")
@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("x", ValueKind.UNKNOWN),
        ("{'data': x}", ValueKind.UNKNOWN),
        ("{'data': [*x]}", ValueKind.LIST),
        ("{'data': 1, **x}", ValueKind.DICT),
        ("list() as x", ValueKind.UNKNOWN),
        ("'b'", ValueKind.TEXT),
    ],
)
def test_a_name_in_a_pattern_is_what_was_matched(pattern: str, kind: ValueKind) -> None:
    text = f"x = 'a'\nmatch json.loads(body):\n    case {pattern}:\n        dc.collect(x)\n"
    assert _collected(text).data.kind is kind


def test_columns_count_characters() -> None:
    place = _collected("é = 'üü'; dc.collect(é)\n").place
    assert (place.line, place.column, place.end_column) == (4, 11, 24)


def test_cells_share_variables_and_written_files_do_not() -> None:
    sources = [
        Source("a.ipynb", BEGINNING, cell=1),
        Source("a.ipynb", "dc.collect('x')\n", cell=2, first_line=2),
        Source("a.ipynb", "def run(x):\n    dc.collect(x)\n", cell=3, written_to="score.py"),
        Source("a.ipynb", "print 'x'\n", cell=4),
    ]
    notebook, script = programs(sources)
    facts, unreadable = analyse(notebook)
    assert [(call.place.cell, call.place.line) for call in facts.calls] == [(2, 2)]
    assert [(one.cell, one.line) for one in unreadable] == [(4, 1)]
    assert analyse(script)[0].calls == []


def test_a_file_that_is_written_anew_is_another_script() -> None:
    cells = [("score.py", False), ("score.py", True), ("b.py", False), ("score.py", False)]
    sources = [
        Source("a.ipynb", "x = 1\n", cell=number, written_to=name, is_appended=is_appended)
        for number, (name, is_appended) in enumerate(cells, 1)
    ]
    found = [[source.cell for source in program] for program in programs(sources)]
    assert found == [[1, 2], [3], [4]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("print 'x'", "is Python 2"),
        ("print x, y", "is Python 2"),
        ("try: pass\nexcept E, e: pass", "is Python 2"),
        ("exec 'x'", "is Python 2"),
        ("x = 0777", "is Python 2"),
        ("x = `y`", "is Python 2"),
        ("x <> y", "is Python 2"),
        ("raise E, 'x'", "is Python 2"),
        ("x = ur'a'", "is Python 2"),
        ("x = (", f"is not valid Python {sys.version_info.major}.{sys.version_info.minor}: "),
        ("x = -" + "-" * 100_000, "is nested too deeply"),
        ("x = '\ud800'\n", "cannot be parsed"),
    ],
)
def test_what_is_no_python(text: str, reason: str) -> None:
    parsed = parse(Source("score.py", text))
    assert isinstance(parsed, UnreadableScript)
    assert parsed.reason.startswith(reason)
