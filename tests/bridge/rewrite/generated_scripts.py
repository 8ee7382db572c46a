"""Random scripts: what is collected, under which names, and in which order and branches."""

from __future__ import annotations

import random
import textwrap
from typing import Any

_ARRAYS = (
    "data",
    "df",
    "pd.DataFrame(data)",
    "df.values",
    "np.array(data)",
    "np.array(data).sum(axis=1)",
    "np.array(data)[:, 0]",
    "np.array([['a', None]], dtype=object)",
    "np.zeros((2, 1, 2))",
    "[1, 2.5, None]",
    "[float(1), 'x']",
    "[[1, 2], [3, 4]]",
    "[str(1), len(data)]",
    "[len(data)]",
    "[np.float32(0.1), np.int8(3)]",
    "list(range(len(data)))",
)
# Several outputs of one request share an id when its inputs were of these: then they may not.
_NEVER_COLLECTED = ("tuple(data[0])", "'text'", "None", "{'a': 1}", "np.float32(3)")
_NAMES = (
    "None",
    "[]",
    "['a']",
    "['a', 'b']",
    "['a', 'a', 'b']",
    "('x', 'y', 'z')",
    "'single'",
    "COLUMNS",
    "list(COLUMNS)",
    "[1, 2]",
    "np.array(['p', 'q'])",
)
_DESIGNATIONS = ("'predictions'", "'labels'", "'signals', collection_name='c'", "'odd'")
_BETWEEN = ("df['n'] = 1", "data = data[:1]", "df = df.head(1)", "data = np.array(data)")
_SCRIPT = """\
import json
import numpy as np
import pandas as pd
from azureml.monitoring import ModelDataCollector
COLUMNS = ['c1', 'c2']

class Scorer:
    def __init__(self):
        self.i = ModelDataCollector('m', designation='inputs', feature_names={input_names})
        self.p = ModelDataCollector('m', designation={designation}, feature_names={output_names})

    def run(self, raw):
{body}

def init():
    global scorer
    scorer = Scorer()

def run(raw):
    return scorer.run(raw)
"""
_GLOBAL_SCRIPT = """\
import json
import numpy as np
import pandas as pd
from azureml.monitoring import ModelDataCollector
COLUMNS = ['c1', 'c2']

def init():
    global i, p
    i = ModelDataCollector('m', designation='inputs', feature_names={input_names})
    p = ModelDataCollector('m', designation={designation}, feature_names={output_names})

def run(raw):
{body}
"""
GENERATED_REQUESTS: list[Any] = [
    [[1, 2], [3, 4]],
    [[1, 2]],
    [[1.5, 2], [3, 4], [5, 6]],
    [[1, 2, 3], [3, 4, 5]],
    [{"a": 1, "b": None}, {"a": 2, "b": "x"}],
    [["x", "y"]],
    [[], []],
    [],
]


def generated_script(seed: int) -> str:
    """Return the script of a number."""
    chance = random.Random(seed)
    holder = "self." if chance.random() < 0.25 else ""
    correlations = chance.random() < 0.3
    calls = [_inputs(chance, holder, correlations)]
    calls += [_outputs(chance, holder, correlations) for _ in range(chance.randint(1, 3))]
    if not correlations and chance.random() < 0.2:
        chance.shuffle(calls)
    lines = ["data = json.loads(raw)", "df = pd.DataFrame(data)", "uid = 'u'"]
    for call in calls:
        lines += _wrapped(chance, call)
        if chance.random() < 0.2:
            lines.append(chance.choice(_BETWEEN))
    body = "\n".join([*lines, "return str(data)"])
    if chance.random() < 0.3:
        handler = "\nexcept Exception as error:\n    return str(error)"
        body = "try:\n" + textwrap.indent(body, "    ") + handler
    script = _SCRIPT if holder else _GLOBAL_SCRIPT
    return script.format(
        body=textwrap.indent(body, "        " if holder else "    "),
        designation=chance.choice(_DESIGNATIONS),
        input_names=chance.choice(_NAMES),
        output_names=chance.choice(_NAMES),
    )


def _inputs(chance: random.Random, holder: str, correlations: bool) -> str:
    data = chance.choice(_ARRAYS)
    if correlations:
        return f"corr = {holder}i.collect({data})"
    if chance.random() < 0.2:
        return f"{holder}i.collect({data}, user_correlation_id=uid)"
    return f"{holder}i.collect({data})"


def _outputs(chance: random.Random, holder: str, correlations: bool) -> str:
    data = chance.choice(_ARRAYS + _NEVER_COLLECTED)
    if correlations:
        return f"{holder}p.collect({holder}p.add_correlations({data}, corr))"
    return f"{holder}p.collect({data}{', uid' if chance.random() < 0.1 else ''})"


def _wrapped(chance: random.Random, call: str) -> list[str]:
    kind = chance.random()
    if kind < 0.1:
        return ["if len(data) > 1:", f"    {call}"]
    if kind < 0.2:
        return ["for _ in range(2):", f"    {call}"]
    if kind < 0.3:
        return ["try:", f"    {call}", "except KeyError as error:", "    print(error)"]
    return [call]
