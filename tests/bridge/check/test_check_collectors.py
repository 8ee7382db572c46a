"""Collectors are recognised however they are imported, kept and handed on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mdc_bridge.check import Report

IMPORTS = [
    "from azureml.monitoring import ModelDataCollector",
    "from azureml.monitoring import *",
    "from azureml.monitoring.modeldatacollector import ModelDataCollector",
    "from azureml.datacollector import ModelDataCollector",
    "from azureml.datacollector import *",
    "import azureml.monitoring as m\nModelDataCollector = m.ModelDataCollector",
    "import azureml.monitoring\nModelDataCollector = azureml.monitoring.ModelDataCollector",
    "from azureml import monitoring\nModelDataCollector = monitoring.ModelDataCollector",
    (
        "from azureml.monitoring import modeldatacollector as x\n"
        "ModelDataCollector = x.ModelDataCollector"
    ),
    (
        "import importlib\n"
        "ModelDataCollector = importlib.import_module('azureml.monitoring').ModelDataCollector"
    ),
    (
        "m = __import__('azureml.monitoring', fromlist=['x'])\n"
        "ModelDataCollector = getattr(m, 'ModelDataCollector')"
    ),
    "ModelDataCollector = __import__('azureml.monitoring').monitoring.ModelDataCollector",
    (
        "try:\n    from azureml.monitoring import ModelDataCollector\n"
        "except ImportError:\n    class ModelDataCollector:\n"
        "        def __init__(self, *a, **k): pass\n        def collect(self, *a): pass\n"
    ),
    (
        "try:\n    from azureml.monitoring import ModelDataCollector\nexcept:\n"
        "    ModelDataCollector = None"
    ),
    (
        "def late():\n    global ModelDataCollector\n"
        "    from azureml.monitoring import ModelDataCollector"
    ),
]

USES = [
    "dc = ModelDataCollector('m', 'inputs')\ndc.collect('text')",
    (
        "def init():\n    global dc\n    dc = ModelDataCollector('m', 'inputs')\n"
        "def run(data):\n    dc.collect('text')"
    ),
    (
        "dc = None\ndef init():\n    global dc\n    dc = ModelDataCollector('m', 'inputs')\n"
        "def run(data):\n    if dc is not None:\n        dc.collect('text')"
    ),
    (
        "class Scorer:\n    def __init__(self):\n"
        "        self.dc = ModelDataCollector('m', 'inputs')\n"
        "    def run(self):\n        self.dc.collect('text')"
    ),
    (
        "class Scorer:\n    dc = ModelDataCollector('m', 'inputs')\n"
        "    def run(self):\n        self.dc.collect('text')"
    ),
    "dcs = {'in': ModelDataCollector('m', 'inputs')}\ndcs['in'].collect('text')",
    (
        "dcs = {}\ndef init():\n    dcs['in'] = ModelDataCollector('m', 'inputs')\n"
        "def run():\n    dcs['in'].collect('text')"
    ),
    "a, b = ModelDataCollector('m', 'inputs'), 1\na.collect('text')",
    "def make(kind):\n    return ModelDataCollector('m', kind)\nmake('inputs').collect('text')",
    "def log(dc, data):\n    dc.collect(data)\nlog(ModelDataCollector('m', 'inputs'), 'text')",
    "def log(data, dc=None):\n    dc.collect('text')\nlog(1, dc=ModelDataCollector('m', 'inputs'))",
    (
        "for dc in [ModelDataCollector('m', 'inputs'), ModelDataCollector('m', 'labels')]:\n"
        "    dc.collect('text')"
    ),
    "dcs = {k: ModelDataCollector('m', k) for k in names}\ndcs['inputs'].collect('text')",
    "with lock:\n    (dc := ModelDataCollector('m', 'inputs')).collect('text')",
    (
        "import functools\nmake = functools.partial(ModelDataCollector, 'm')\n"
        "make('inputs').collect('text')"
    ),
    (
        "class Helper:\n    def __init__(self, dc):\n        self.dc = dc\n"
        "    def log(self):\n        self.dc.collect('text')\n"
        "Helper(ModelDataCollector('m', 'inputs'))"
    ),
    (
        "class Helper:\n    @staticmethod\n    def log(dc, data):\n        dc.collect(data)\n"
        "Helper.log(ModelDataCollector('m', 'inputs'), 'text')"
    ),
    (
        "class Helper:\n    @classmethod\n    def log(cls, dc, data):\n        dc.collect(data)\n"
        "Helper.log(ModelDataCollector('m', 'inputs'), 'text')"
    ),
    (
        "class Helper:\n    def log(self, dc, data):\n        dc.collect(data)\n"
        "Helper.log(Helper(), ModelDataCollector('m', 'inputs'), 'text')"
    ),
    "async def run(data):\n    dc = ModelDataCollector('m', 'inputs')\n    dc.collect('text')",
]


def _rules(report: Report) -> list[str]:
    assert report.unreadable == ()
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize("statement", IMPORTS)
def test_forms_of_import(checked: Callable[..., Report], statement: str) -> None:
    found = _rules(checked(f"{statement}\nModelDataCollector('m', 'outputs')\n"))
    assert found.count("MDC203") == 1
    assert found.count("MDC101") + found.count("MDC102") >= 1
    assert "MDC103" not in found


@pytest.mark.parametrize("use", USES)
def test_ways_of_keeping(checked: Callable[..., Report], use: str) -> None:
    found = _rules(checked(f"from azureml.monitoring import ModelDataCollector\n{use}\n"))
    assert found.count("MDC303") == 1


@pytest.mark.parametrize(
    ("made", "returned"),
    [
        ("ModelDataCollector('m', 'inputs')", "the dict of correlations is printed"),
        ("ModelDataCollector('m', 'predictions')", "None is printed"),
        (
            "ModelDataCollector('m', kind)",
            "the dict of correlations (of inputs) or None is printed",
        ),
        (
            "ModelDataCollector('m', 'inputs') if x else ModelDataCollector('m', 'predictions')",
            "the dict of correlations (of inputs) or None is printed",
        ),
    ],
)
def test_what_collect_returns(checked: Callable[..., Report], made: str, returned: str) -> None:
    text = f"from azureml.monitoring import ModelDataCollector\ndc = {made}\nprint(dc.collect(x))\n"
    (found,) = (one for one in checked(text).findings if one.rule == "MDC311")
    assert found.message == f"{returned}, as before"


def test_others_are_left_alone(checked: Callable[..., Report]) -> None:
    found = checked(
        """
        import gc
        from elsewhere import ModelDataCollector
        dc = ModelDataCollector("m", "outputs")
        dc.collect("text")
        gc.collect()
        """
    )
    assert found.findings == ()


def test_constants_are_folded(checked: Callable[..., Report]) -> None:
    found = checked(
        """
        from azureml.monitoring import ModelDataCollector
        KIND = "out"
        NAMES = ["a"] + ["b"] * 2
        dc = ModelDataCollector("m", f"{KIND}puts", NAMES)
        options = dict
        settings = {"identifier": "inputs"}
        ModelDataCollector("m", **settings)
        """
    )
    assert [one.rule for one in found.findings] == ["MDC101", "MDC203", "MDC207", "MDC202"]


def test_what_the_schema_decorators_convert_is_known(checked: Callable[..., Report]) -> None:
    found = checked(
        """
        import numpy as np
        from azureml.monitoring import ModelDataCollector
        from inference_schema.schema_decorators import input_schema
        from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
        dc = ModelDataCollector("m", "inputs", feature_names=["a", "b"])
        @input_schema("data", NumpyParameterType(np.array([[1, 2, 3]])))
        def run(data):
            dc.collect(data)
        """
    )
    assert "MDC308" in [one.rule for one in found.findings]


def test_branches_that_leave_do_not_count(checked: Callable[..., Report]) -> None:
    found = checked(
        """
        from azureml.monitoring import ModelDataCollector
        dc = ModelDataCollector("m", "inputs")
        def run(body):
            data = parse(body)
            if not data:
                data = "nothing"
                return data
            dc.collect(data)
        """
    )
    assert "MDC303" not in [one.rule for one in found.findings]
