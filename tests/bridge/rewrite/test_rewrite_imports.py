"""Every form of importing the old class becomes the same form for the new one."""

from __future__ import annotations

import pytest

from tests.bridge.rewrite.rewriting_cases import IMPORT, reason_of, rewritten

USE = "i = {}('m', 'inputs', ['a'])\ndef run(d): i.collect(d)\n"
STAND_IN = """
try:
    from azureml.datacollector import ModelDataCollector
except ImportError:
    class ModelDataCollector(object):
        def nop(*args, **kw): pass
        def __getattr__(self, _): return self.nop
        def __init__(self, *args, **kw): return None
"""
PLAIN_STAND_IN = """
try:
    from azureml.monitoring import ModelDataCollector
except ImportError:
    class ModelDataCollector:
        def __init__(self, *args, **kwargs): pass
        def collect(self, *data): pass
"""
CORRELATED = """
i = ModelDataCollector("m", "inputs", ["a"])
p = ModelDataCollector("m", "predictions", ["y"])
def run(d):
    i.collect(d)
    p.collect(d)
"""


@pytest.mark.parametrize(
    ("old", "old_class", "new", "new_class"),
    [
        (
            "from azureml.monitoring import ModelDataCollector  # noqa",
            "ModelDataCollector",
            "from azureml.ai.monitoring import Collector  # noqa",
            "Collector",
        ),
        (
            "from azureml.monitoring.modeldatacollector import (ModelDataCollector)",
            "ModelDataCollector",
            "from azureml.ai.monitoring import (Collector)",
            "Collector",
        ),
        (
            "from azureml.datacollector import ModelDataCollector as DC",
            "DC",
            "from azureml.ai.monitoring import Collector as DC",
            "DC",
        ),
        (
            "from azureml.monitoring import *",
            "ModelDataCollector",
            "from azureml.ai.monitoring import Collector",
            "Collector",
        ),
        (
            "import azureml.monitoring",
            "azureml.monitoring.ModelDataCollector",
            "import azureml.ai.monitoring",
            "azureml.ai.monitoring.Collector",
        ),
        (
            "import azureml.datacollector as dc",
            "dc.ModelDataCollector",
            "import azureml.ai.monitoring as dc",
            "dc.Collector",
        ),
        (
            "from azureml import monitoring",
            "monitoring.ModelDataCollector",
            "from azureml.ai import monitoring",
            "monitoring.Collector",
        ),
        (
            "import os; from azureml.monitoring import ModelDataCollector",
            "ModelDataCollector",
            "import os; from azureml.ai.monitoring import Collector",
            "Collector",
        ),
    ],
)
def test_import(old: str, old_class: str, new: str, new_class: str) -> None:
    """The line of the import keeps its form, and so does the name of the class."""
    lines = rewritten(f"{old}\n{USE.format(old_class)}").splitlines()
    assert new in lines
    assert any(line.startswith(f"i = {new_class}(name='model_inputs'") for line in lines)


def test_import_in_a_function_stays_there() -> None:
    """What the rewritten code needs besides stands at the top, below a docstring."""
    source = (
        '"""Doc."""\ndef init():\n    global i\n    '
        + IMPORT
        + "    "
        + USE.format("ModelDataCollector")
    )
    text = rewritten(source)
    assert text.startswith('"""Doc."""\nimport logging\nimport numpy\nimport pandas\n')
    assert "\n    from azureml.ai.monitoring import Collector\n" in text


def test_first_comments_and_future_imports_stay_first() -> None:
    """A script without other imports keeps its shebang and its encoding on top."""
    head = "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"
    source = (
        head
        + "def init():\n    global i\n    "
        + IMPORT
        + "    "
        + USE.format("ModelDataCollector")
    )
    assert rewritten(source).startswith(head + "import logging\n")
    source = "from __future__ import annotations\n" + IMPORT + USE.format("ModelDataCollector")
    assert rewritten(source).startswith("from __future__ import annotations\nimport logging\n")


def test_imports_that_are_there_are_used() -> None:
    """Nothing is imported twice, whatever its name."""
    text = rewritten(
        "import logging as log\nimport numpy as np\nimport pandas as pd\n"
        + IMPORT
        + USE.format("ModelDataCollector")
    )
    assert text.count("import ") == 4
    assert "on_error=log.getLogger(__name__).warning" in text
    assert "pd.DataFrame(" in text
    assert "np.ndarray" in text


def test_stand_in_of_the_old_class_becomes_one_of_the_new() -> None:
    """The fallback that real scripts have does nothing whatever is passed to it."""
    text = rewritten(STAND_IN + USE.format("ModelDataCollector"))
    assert "    from azureml.ai.monitoring import Collector\nexcept" in text
    assert "    class Collector(object):\n" in text


@pytest.mark.parametrize(
    ("method", "other"),
    [
        ("__init__(self, *args, **kwargs): pass", "__init__(self, **settings): return None"),
        ("__init__(self, *args, **kwargs): pass", "__init__(self, name=0, on_error=0): ..."),
        ("collect(self, *data): pass", "collect(self, data, id=None): pass"),
        ("collect(self, *data): pass", "collect(*data, **more): 'Nothing.'; return"),
        ("def collect(self, *data): pass", "@staticmethod\n        def collect(a, b=0): pass"),
        ("collect(self, *data): pass", "__getattr__(self, _): return lambda *a, **k: None"),
    ],
)
def test_stand_in_takes_what_rewritten_code_passes(method: str, other: str) -> None:
    """Whatever the parameters are that take it, the stand-in keeps them."""
    assert method in PLAIN_STAND_IN
    text = rewritten(PLAIN_STAND_IN.replace(method, other) + CORRELATED)
    assert "    class Collector:\n" in text
    assert other in text


def test_stand_in_may_take_the_data_alone() -> None:
    """Where no context is handed on."""
    stand_in = PLAIN_STAND_IN.replace("*data", "data")
    assert "    class Collector:\n" in rewritten(stand_in + USE.format("ModelDataCollector"))


def test_absence_of_the_old_class_may_be_asked_for() -> None:
    """None in place of the class, and the question for it, go on with the new name."""
    text = rewritten(
        """
        try:
            from azureml.monitoring import ModelDataCollector
        except ImportError:
            ModelDataCollector = None
        i = None
        if ModelDataCollector is not None:
            i = ModelDataCollector("m", "inputs", ["a"])
        def run(data):
            if i: i.collect(data)
        """
    )
    assert "    Collector = None\n" in text
    assert "if Collector is not None:\n" in text


def test_names_that_are_taken_are_not_used() -> None:
    """A module whose name means something else, or is bound in a function only."""
    source = IMPORT + "numpy = 1\n" + USE.format("ModelDataCollector")
    source += "def init():\n    import logging\n    collected_frame = pandas = logging\n"
    text = rewritten(source)
    assert "import logging as logging_module\nimport numpy as numpy_module\n" in text
    assert "import pandas as pandas_module\n" in text
    assert "def collected_frame_2(" in text
    assert "on_error=logging_module.getLogger(__name__).warning" in text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (STAND_IN.replace("*args, **kw): pass", "data): print(data)"), "6: the fallback"),
        (PLAIN_STAND_IN.replace("*data): pass", "*d): print(d)"), "7: the fallback class"),
        (PLAIN_STAND_IN.replace("*data): pass", "*d): print(d)"), "its collect does something"),
        (PLAIN_STAND_IN.replace("*data): pass", "data): return data"), "its collect does"),
        (PLAIN_STAND_IN.replace("*args, **kwargs", "model, kind"), "6: the fallback class"),
        (PLAIN_STAND_IN.replace("*args, **kwargs", "model, kind"), "__init__ accept *args, **kw"),
        (PLAIN_STAND_IN.replace("*data", ""), "collect does not accept the data"),
        (
            PLAIN_STAND_IN.replace("*data", "data") + CORRELATED,
            "7: the fallback's collect accepts no",
        ),
        (PLAIN_STAND_IN + "        kind = print()\n", "8: the fallback class has more"),
        (PLAIN_STAND_IN.replace("Collector:", "Collector(Mock):"), "5: the fallback class"),
        (STAND_IN.replace("self.nop", "print"), "its __getattr__ does something"),
        (STAND_IN.replace("self.nop", "lambda d: None"), "its __getattr__ does something"),
        (
            STAND_IN.partition("    class")[0] + "    ModelDataCollector = Mock()\n",
            "must be None or a class",
        ),
        (
            PLAIN_STAND_IN.replace("    class", "    absent = True\nif absent:\n    class"),
            "7: the fallback for the old class must be None",
        ),
        (IMPORT + "class Mine(ModelDataCollector): pass\n", "other than creating"),
        (IMPORT + "class Collector: pass\n", "a Collector of its own"),
        ("from azureml import monitoring, core\n", "other names too"),
        ("import os, azureml.monitoring\n", "other modules too"),
        (IMPORT, "imported but not used here"),
        (IMPORT + USE.format("ModelDataCollector") + "globals()\n", "globals()"),
        (
            STAND_IN + USE.format("ModelDataCollector").replace("(d)\n", "(d, 'x')\n"),
            "also runs without",
        ),
        (
            f"if wanted:\n    {IMPORT}"
            + USE.format("ModelDataCollector").replace("(d)\n", "(d, u)\n"),
            "also runs without",
        ),
    ],
)
def test_left_alone(source: str, reason: str) -> None:
    """What cannot be followed is not touched."""
    assert reason in reason_of(source)
