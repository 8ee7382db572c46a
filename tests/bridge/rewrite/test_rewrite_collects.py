"""Calls of `collect`: frames, columns, and the context from the inputs to the outputs."""

from __future__ import annotations

import pytest

from mdc_bridge.rewrite import rewrite_source
from tests.bridge.rewrite.rewriting_cases import (
    COLLECTORS,
    IMPORT,
    reason_of,
    rewritten,
    rewritten_run,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("i.collect(data)\n", 'i.collect(collected_frame(data, columns=["a", "b"]))\n'),
        (
            "i.collect(data)  # here\np.collect(predict(data))\n",
            (
                'context = i.collect(collected_frame(data, columns=["a", "b"]))  # here\n'
                'p.collect(collected_frame(predict(data), columns=["y"]), context)\n'
            ),
        ),
        (
            "p.collect(1)\ni.collect(data)\n",
            (
                'p.collect(collected_frame(1, columns=["y"]))\n'
                'i.collect(collected_frame(data, columns=["a", "b"]))\n'
            ),
        ),
        (
            "i.collect([float(data), 2])\np.collect([str(data), None])\n",
            (
                'context = i.collect(pandas.DataFrame([[float(data), 2]], columns=["a", "b"]))\n'
                'p.collect(collected_frame([str(data), None], columns=["y"]), context)\n'
            ),
        ),
        (
            "c = i.collect(data)\nprint(c)\np.collect(p.add_correlations(data, c))\n",
            (
                'c = i.collect(collected_frame(data, columns=["a", "b"]))\nprint(c)\n'
                'p.collect(collected_frame(data, columns=["y"]), c)\n'
            ),
        ),
        (
            "if data:\n\ti.collect(data)\np.collect(data)\n",
            (
                "context = None\n"
                'if data:\n\tcontext = i.collect(collected_frame(data, columns=["a", "b"]))\n'
                'p.collect(collected_frame(data, columns=["y"]), context)\n'
            ),
        ),
        (
            "print('id', i.collect(data))\nlog.info('%s', p.collect(data))\n",
            (
                'print(\'id\', context := i.collect(collected_frame(data, columns=["a", "b"])))\n'
                "log.info('%s', p.collect(collected_frame(data, columns=[\"y\"]), context))\n"
            ),
        ),
        (
            "c = None\nif data:\n    c = i.collect(data)\np.collect(p.add_correlations(data, c))\n",
            (
                "c = None\n"
                'if data:\n    c = i.collect(collected_frame(data, columns=["a", "b"]))\n'
                'p.collect(collected_frame(data, columns=["y"]), c)\n'
            ),
        ),
        (
            'i.collect(data, user_correlation_id="7")\np.collect(data, "7")\n',
            (
                "context = i.collect(\n"
                '    collected_frame(data, columns=["a", "b"]), '
                'BasicCorrelationContext(id=f"7-{uuid.uuid4()}")\n)\n'
                'p.collect(collected_frame(data, columns=["y"]), context)\n'
            ),
        ),
    ],
)
def test_rewritten(before: str, after: str) -> None:
    """What is certain is rewritten."""
    found = rewritten_run(before)
    indented = "".join(f"    {line}" for line in after.splitlines(keepends=True))
    assert found.replace("    (\n", "(\n") == indented


def test_frames_are_collected_as_they_are() -> None:
    """A frame keeps its columns; its copy keeps what is done to it out of the data."""
    text = rewritten(
        "import pandas as pd\n"
        + COLLECTORS
        + "def run(data):\n    frame = pd.DataFrame(data)\n    i.collect(frame)\n"
        "    p.collect(pd.DataFrame(frame))\n"
    )
    assert (
        "    context = i.collect(frame.copy())\n    p.collect(pd.DataFrame(frame), context)\n"
        in text
    )
    assert "collected_frame" not in text


def test_tables_are_copied() -> None:
    """Without a copy, older pandas shows in the frame what is done to the array later."""
    text = rewritten(
        "import numpy\n"
        "from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType\n"
        "from inference_schema.schema_decorators import input_schema\n"
        + COLLECTORS
        + "@input_schema('data', NumpyParameterType(numpy.array([[1.5, 2]])))\n"
        "def run(data):\n    i.collect(data)\n    data[:, 0] = 7\n"
    )
    assert '    i.collect(pandas.DataFrame(data, columns=["a", "b"], copy=True))\n' in text


def test_constant_names_are_used_by_their_name() -> None:
    """A list of the module that nothing changes."""
    source = (
        f'NAMES = ["a", "b"]\n{IMPORT}i = ModelDataCollector("m", "inputs", NAMES)\ni.collect(d)\n'
    )
    assert "i.collect(collected_frame(d, columns=NAMES))\n" in rewritten(source)
    assert "columns=i_columns" in rewritten(source + "NAMES = load()\n")


def test_models_are_rewritten_apart() -> None:
    """One is left alone with all of its collectors, another is rewritten; the old import stays."""
    source = (
        IMPORT
        + 'a = ModelDataCollector("m", "inputs")\nb = ModelDataCollector("m", "predictions")\n'
        'c = ModelDataCollector("n", "inputs")\n'
        "def f(d): a.collect(d)\ndef g(d): b.collect(d)\ndef h(d): c.collect(d)\n"
    )
    result = rewrite_source(source)
    assert "from azureml.monitoring import ModelDataCollector\n" in result.text
    assert "from azureml.ai.monitoring import Collector\n" in result.text
    assert 'a = ModelDataCollector("m", "inputs")\n' in result.text
    assert 'c = Collector(name="model_inputs"' in result.text
    (left,) = result.left_alone
    assert left.line == 6
    assert "passed to g() (a, b left alone)" in left.reason
    assert rewrite_source(result.text).text == result.text


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def f(d): i.collect(d)\ndef g(d): p.collect(d)\n", "passed to g()"),
        ("def f(d):\n    if d: i.collect(d)\n    p.collect(d)\n", "not certain"),
        ("def f(d):\n    for x in d: i.collect(x)\n    p.collect(d)\n", "which of the inputs"),
        ("def f(d): return i.collect(d)\n", "in an expression"),
        ("def f(d): i.collect(*d)\n", "arguments"),
        ("def f(d): i.collect()\n", "without data"),
        ("def f(d):\n    c = i.collect(d)\n    return c['$x']\n", "no keys"),
        ("def f(d):\n    i.collect(d)\n    p.collect(p.add_correlations(d, last))\n", "somewhere"),
        ("def f(d):\n    c = i.collect(d)\n    return p.add_correlations(d, c)\n", "expression"),
        (
            "def f(d): i.collect(d, user_correlation_id=d['id']); p.collect(d)\n",
            "assign it to a variable",
        ),
        ("def f(d):\n    i.collect(d,  # last\n        'x')\n    p.collect(d)\n", "a comment"),
        (
            "def run(d):\n    if d: c = i.collect(d)\n    p.collect(p.add_correlations(d, c))\n",
            "not certain that c has a value",
        ),
        ("def f(d):\n    c = i.collect(d)\n    c = None\n    p.collect(d)\n", "set to None"),
        ("def f(d): [i.collect(x) for x in d]\n", "in an expression"),
        (
            "def f(d): i.collect(d)\ndef run(d):\n    i.collect(d); p.collect(d)\n",
            "several functions",
        ),
    ],
)
def test_left_alone(code: str, reason: str) -> None:
    """When unsure, the collectors of a model stay as they are."""
    assert reason in reason_of(COLLECTORS + code)
