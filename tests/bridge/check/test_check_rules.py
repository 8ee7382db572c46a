"""Every rule applies where it should, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_bridge.check import RULES, Report, rules
from tests.bridge.check.test_check_environments import ENVIRONMENTS

BEGINNING = """\
import json
import numpy as np, pandas as pd
from azureml.monitoring import ModelDataCollector as MDC
inputs = MDC("m", designation="inputs", feature_names=["a", "b"])
predictions = MDC("m", designation="predictions", feature_names=["p"])
model = None
"""
NEW = """\
from uuid import uuid4
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext as Ctx
ins = Collector(name="model_inputs")
outs = Collector(name="model_outputs")
"""
# Rule, lines after the beginning, and which of them (counted from 1) it applies to.
CASES = [
    ("MDC101", "import azureml.monitoring", [1]),
    ("MDC101", "import azureml.ai.monitoring\nimport azureml.monitoring_x\nimport monitoring", []),
    ("MDC102", "try:\n  import azureml.datacollector\nexcept ImportError:\n  pass", [2]),
    ("MDC102", "try:\n  import azureml.datacollector\nexcept KeyError:\n  pass", []),
    ("MDC103", "from azureml.monitoring import Handle", [1]),
    ("MDC103", "import azureml.monitoring.exceptions", [1]),
    ("MDC103", "from azureml.monitoring import modeldatacollector", []),
    ("MDC104", "ModelDataCollector('m', 'inputs')\ndef run(x):\n  i.collect(x)", [1, 3]),
    (
        "MDC104",
        "if TYPE_CHECKING:\n  from azureml.monitoring import *\nModelDataCollector('m')",
        [],
    ),
    (
        "MDC104",
        "def f():\n  from azureml.monitoring import ModelDataCollector\nModelDataCollector(1)",
        [3],
    ),
    ("MDC104", "c = Collector(name='model_inputs')", [1]),
    ("MDC104", "from x import *\nModelDataCollector('m', 'inputs')\ni.collect(x)", []),
    ("MDC201", "MDC('m', 'labels')\nMDC('m', where)\nMDC(*arguments)", [1, 2, 3]),
    ("MDC201", "MDC('m', identifier='inputs')", []),
    ("MDC202", "MDC('m', identifier='inputs')\nMDC('m', identifier=where)", [1, 2]),
    ("MDC203", "MDC('m', 'outputs')\nMDC('m', designation='sal_' + 'inputs')", [1, 2]),
    ("MDC203", "MDC('m', 'labels')\nMDC('m', where)\nMDC('m', identifier='x')", []),
    ("MDC204", "MDC('m')\nMDC('m', feature_names=['a'])", [1, 2]),
    ("MDC204", "MDC('m', 'general')\nMDC('m', **options)\nMDC('m', identifier='x')", []),
    (
        "MDC205",
        "MDC('m', 'inputs', features=['a'])\nMDC('m', 'inputs', collector_name='x')",
        [1, 2],
    ),
    ("MDC205", "MDC('m', 'signals', collection_name='x', workspace='a/b/c')", []),
    ("MDC206", "MDC(designation='inputs')\nMDC(1, 2, 3, 4, 5, 6, 7, 8)", [1, 2]),
    ("MDC206", "MDC('m', 'inputs', identifier='labels')", [1]),
    ("MDC206", "MDC('m', 'inputs', identifier='inputs')\nMDC(**options)", []),
    ("MDC207", "MDC('m', 'inputs', ['a', 'b', 'a'])", [1]),
    ("MDC207", "MDC('m', 'inputs', ['a', 'b', name, name])", []),
    ("MDC208", "MDC('a/b', 'inputs')\nMDC('modèle', 'inputs')", [1, 2]),
    ("MDC208", "MDC('a b', 'inputs', workspace='s/g/w')", []),
    ("MDC209", "MDC('m', 'inputs', ['a'])", [1]),
    ("MDC209", "MDC('m', 'inputs', ['a', 'b'])\nMDC('n', 'inputs', ['a'])", []),
    ("MDC209", "MDC('m', 'labels', NAMES)\nMDC('m', 'labels', OTHERS)", [2]),
    ("MDC209", "MDC('m', 'signals', ['a'], collection_name='x')\nMDC('m', 'signals', ['b'])", []),
    ("MDC209", "MDC('m', 'signals', ['a'])\nMDC('m', 'signals', ['b'])", [2]),
    (
        "MDC209",
        "for n in a:\n  MDC('m', 'labels', n)\n[MDC('m', 'signals', n) for n in a]",
        [2, 3],
    ),
    (
        "MDC209",
        "for n in a:\n  MDC(n, 'labels', n)\n  MDC('m', n, b)\n  MDC('m', 'signals', [])",
        [],
    ),
    ("MDC210", "x = MDC('m', 'labels')\ndef run(x):\n  inputs.collect(x)", [1]),
    ("MDC210", "x = MDC('m', 'labels')\nx.collect(x)\ndef init():\n  pass", []),
    ("MDC210", "x = MDC('m', 'labels')", []),
    ("MDC301", "inputs.collect([1, 2])\ninputs.collect(np.array(data))\ninputs.other", [1, 2]),
    ("MDC301", "gc.collect()\nframe.collect()", []),
    ("MDC302", "inputs(data)\nMDC('m')(data)", [1, 2]),
    ("MDC302", "model(data)", []),
    ("MDC303", "inputs.collect('x')\ninputs.collect(1.5)\ninputs.collect((1, 2))", [1, 2, 3]),
    ("MDC303", "inputs.collect({'a': 1})\ninputs.collect(json.dumps([]))", [1, 2]),
    ("MDC303", "inputs.collect(str(data))\ninputs.collect(frame['a'])", [1]),
    ("MDC303", "f = pd.DataFrame(d)\ninputs.collect(f['a'])\ninputs.collect(f[['a']])", [2]),
    ("MDC303", "inputs.collect(json.loads(data))\ninputs.collect(np.array((1, 2)))", []),
    (
        "MDC303",
        "import torch\nn = torch.jit.load(f)\ninputs.collect(n(x))\ninputs.collect(n(x).numpy())",
        [3],
    ),
    ("MDC303", "import xgboost as xgb\nd = xgb.DMatrix(x)\ninputs.collect(d)", [3]),
    ("MDC303", "import tensorflow as tf\ninputs.collect(tf.constant([1]))", [2]),
    ("MDC303", "from scipy import sparse\ninputs.collect(sparse.csr_matrix(x))", [2]),
    ("MDC303", "from scipy import sparse\ninputs.collect(sparse.csr_matrix(x).toarray())", []),
    ("MDC303", "d = {'a': 1}\ninputs.collect(d.values())\ninputs.collect(list(d.values()))", [2]),
    (
        "MDC303",
        "inputs.collect(range(2))\ninputs.collect(v for v in x)\ninputs.collect(zip(x))",
        [1, 2, 3],
    ),
    ("MDC303", "inputs.collect(list(range(2)))\ninputs.collect(sorted(map(float, x)))", []),
    ("MDC303", "from fastai.vision import *\npredictions.collect(model.predict(x))", [2]),
    ("MDC303", "def best(x):\n  return x, 1\npredictions.collect(best(x))", [3]),
    ("MDC304", "predictions.collect(model.predict(x))", [1]),
    ("MDC304", "l = []\nfor v in x:\n  l.append(float(v))\npredictions.collect(l)", [4]),
    ("MDC304", "predictions.collect([data, other])", [1]),
    ("MDC304", "predictions.collect(model.predict(x).tolist())", [1]),
    ("MDC304", "predictions.collect(np.array([1, 2, 3]))\npredictions.collect([1, 2])", [1, 2]),
    ("MDC304", "predictions.collect(model.predict(x).reshape(-1, 1))", []),
    ("MDC304", "predictions.collect(model.predict_proba(x))\ninputs.collect(np.array([1, 2]))", []),
    ("MDC304", "predictions.collect(model.predict_proba(x)[:, 1])", [1]),
    ("MDC304", "import tensorflow as tf\npredictions.collect(model.predict(x))", []),
    ("MDC304", "predictions.collect(np.array([1]))", []),
    (
        "MDC305",
        "inputs.collect([[1, 2], [3, 4]])\ninputs.collect(np.zeros((2, 2)).tolist())",
        [1, 2],
    ),
    ("MDC305", "inputs.collect([1, 2])\ninputs.collect(np.zeros((2, 2)))", []),
    ("MDC306", "inputs.collect(x)\npredictions.collect(x)", [2]),
    ("MDC306", "predictions.collect(x)", []),
    ("MDC306", "predictions.collect(predictions.add_correlations(x, c))", []),
    ("MDC307", "def run(x):\n  predictions.collect(y)\n  inputs.collect(x)", [2]),
    ("MDC307", "def run(x):\n  inputs.collect(x)\n  predictions.collect(y)", []),
    (
        "MDC307",
        "def run(x):\n  if x:\n    predictions.collect(y)\n  else:\n    inputs.collect(x)",
        [],
    ),
    (
        "MDC308",
        "inputs.collect(np.zeros((1, 3)))\ninputs.collect(pd.DataFrame({'a': [1]}))",
        [1, 2],
    ),
    (
        "MDC308",
        "inputs.collect(np.zeros((1, 2)))\ninputs.collect(pd.DataFrame({'a': 1, 'b': 2}))",
        [],
    ),
    (
        "MDC309",
        "def run(x):\n  inputs.collect(x)\n  x['c'] = 1\n  x.drop('a', inplace=True)",
        [3, 4],
    ),
    ("MDC308", "inputs.collect([1, 2, 3])\ninputs.collect([1, 2])\ninputs.collect([x])", [1]),
    ("MDC309", "def run(x):\n  x['c'] = 1\n  inputs.collect(x)\n  x = x.drop('a')", []),
    ("MDC310", "inputs.collect(spark.createDataFrame(x))", [1]),
    ("MDC310", "inputs.collect(spark.createDataFrame(x).toPandas())", []),
    ("MDC311", "print(inputs.collect(x))\ndef run(x):\n  return predictions.collect(x)", [1, 3]),
    ("MDC311", "c = inputs.collect(x)", []),
    (
        "MDC312",
        "inputs.collect()\ninputs.collect(x, 'u', 3)\ninputs.collect(x, correlation=c)",
        [1, 2, 3],
    ),
    ("MDC312", "inputs.collect(x, 'u')\ninputs.collect(input_data=x)\ninputs.collect(*x)", []),
    ("MDC312", "predictions.add_correlations(x)", [1]),
    ("MDC313", "y = predictions.add_correlations(model.predict(x), c)", [1]),
    ("MDC313", "y = predictions.add_correlations(model.predict(x).reshape(-1, 1), c)", []),
    ("MDC314", "predictions.add_correlations(x, c)", [1]),
    ("MDC314", "x = predictions.add_correlations(x, c)", []),
    ("MDC315", "inputs._handle\ninputs.flush()", [1, 2]),
    ("MDC315", "inputs.designation\ninputs.AML_REQUEST_ID_HEADER\ninputs.__class__", []),
    ("MDC316", "x.collect(data)\nx.add_correlations(data, c)\nf(inputs)\nx.collect()", [1, 2, 3]),
    (
        "MDC317",
        "inputs.collect(data)\ninputs.collect([data, 1])\ninputs.collect(list(data))",
        [1, 2, 3],
    ),
    ("MDC317", "y = predictions.add_correlations(data, c)\npredictions.collect(y)", [1]),
    ("MDC317", "import helpers\ninputs.collect(helpers.clean(data))", [2]),
    ("MDC317", "inputs.collect([1, 2])\ninputs.collect(np.array(data))\ninputs.collect(*data)", []),
    ("MDC318", "inputs.collect(np.zeros((1, 2, 3)))\ninputs.collect(x.reshape(1, 2, 2))", [1, 2]),
    (
        "MDC318",
        "y = np.zeros((1, 2))\ninputs.collect(y[None])\ninputs.collect(np.expand_dims(y, 0))",
        [2, 3],
    ),
    ("MDC318", "import cv2\ninputs.collect(cv2.imread(x))", [2]),
    ("MDC318", "from PIL import Image\ninputs.collect(np.array(Image.open(x)))", [2]),
    ("MDC318", "inputs.collect(np.zeros((1, 2)))\ninputs.collect(np.zeros((1, 2, 3))[0])", []),
    ("MDC304", "y = np.array(x['d'])\npredictions.collect(np.round(y[:, 0] / y[:, 1], 4))", [2]),
    ("MDC304", "y = np.array(x)\npredictions.collect(np.where(y[:, 0] > 1, 1, 0))", [2]),
    ("MDC304", "y = np.zeros((2, 2))\npredictions.collect(np.add(y, y[0]) * y[:, 1])", []),
    ("MDC319", "inputs.collect([b'a', 1])\ninputs.collect([x.encode()])", [1, 2]),
    ("MDC319", "inputs.collect(['a'.encode(), 1])\ninputs.collect(np.array([b'a', b'b']))", [1, 2]),
    ("MDC319", "import base64\ninputs.collect([[base64.b64decode(x)]])", [2]),
    (
        "MDC319",
        "f = open(x, 'rb')\ninputs.collect([f.read()])\ninputs.collect([open(x).read()])",
        [2],
    ),
    (
        "MDC319",
        "inputs.collect([x.encode('utf-8'), b'%d' % 1])\ninputs.collect([b''.join(x)])",
        [1, 2],
    ),
    ("MDC319", "inputs.collect(['a', b'b'.decode()])\ninputs.collect(b'a')", []),
    ("MDC320", "def run(x):\n  return 1\n  inputs.collect(x)", [3]),
    ("MDC320", "def run(x):\n  if x:\n    return 1\n  inputs.collect(x)", []),
    ("MDC320", "def log(x):\n  inputs.collect(x)\ndef run(x):\n  return 1", [2]),
    ("MDC320", "def log(x):\n  inputs.collect(x)\ndef run(x):\n  log(x)", []),
    ("MDC321", "predictions.collect(x)\npredictions.collect([1.5])", [1, 2]),
    ("MDC321", "def init():\n  inputs.collect([1, 2])\ndef run(x):\n  predictions.collect(x)", [4]),
    ("MDC321", "def run(x):\n  inputs.collect([1, 2])\n  predictions.collect(x)", []),
    ("MDC321", "def run(x):\n  helper(inputs)\n  predictions.collect(x)", []),
    ("MDC401", "from azureml.core.model import Model\nModel.get_model_path('m')", [2]),
    ("MDC401", "from azureml.core import Model as M\nM.get_model_path('m')\nM.other()", [2]),
    ("MDC402", "from sklearn.externals import joblib\nimport sklearn.externals.joblib", [1, 2]),
    ("MDC402", "import joblib\nfrom sklearn import svm", []),
    ("MDC403", "from azureml.contrib.services.aml_request import AMLRequest, rawhttp", [1]),
    ("MDC403", "from azureml_inference_server_http.api.aml_request import rawhttp", []),
    ("MDC404", "from azureml.core import Workspace, Model\nimport azureml.train.automl", [1, 2]),
    ("MDC404", "import azureml.contrib.services", [1]),
    (
        "MDC404",
        "import azureml\nimport azureml.mlflow\nfrom azureml.ai.monitoring import Collector",
        [],
    ),
    ("MDC404", "from azureml.contrib.services.aml_response import AMLResponse", []),
    ("MDC405", "from inference_schema.schema_decorators import input_schema, output_schema", [1]),
    ("MDC501", "A.deploy_configuration(collect_model_data=True)", [1]),
    ("MDC501", "A.deploy_configuration(**{'collect_model_data': True})", [1]),
    ("MDC501", "A.deploy_configuration(cpu_cores=1)\ns.update(collect_model_data=True)", []),
    ("MDC502", "s.update(collect_model_data=False)", [1]),
    ("MDC502", "s.update(enable_app_insights=False)", []),
    ("MDC503", "x = ['numpy', 'azureml-monitoring==0.1.0a21']", [1]),
    ("MDC503", "x = ['azureml-ai-monitoring']", []),
    ("MDC701", f"{NEW}ins.collect(pd.DataFrame(x))", [4, 5, 6]),
    ("MDC702", f"{NEW}Collector('x')\nCollector(on_error=f)\nCollector(name='x', a=1)", [6, 7, 8]),
    ("MDC702", f"{NEW}Collector(name='x', on_error=f)\nCollector(**x)", []),
    (
        "MDC703",
        f"{NEW}ins.collect([1])\nins.collect(np.zeros(1))\nins.collect(data={{}})",
        [6, 7, 8],
    ),
    (
        "MDC703",
        f"{NEW}d = {{'a': outs}}\nd['a'].collect('text')\nlog = outs.collect\nlog(1)",
        [7, 9],
    ),
    ("MDC703", f"{NEW}ins.collect(pd.DataFrame(x))\nins.collect(x)", []),
    ("MDC704", f"{NEW}ins.collect(x)\ndef run(x: pd.DataFrame):\n  ins.collect(x)", [6]),
    ("MDC705", f"{NEW}def run(x):\n  outs.collect(x, Ctx(id='a'))", [7]),
    (
        "MDC705",
        f"{NEW}ID = f'{{uuid4()}}'\ndef run(x):\n  c = Ctx(id=ID)\n  outs.collect(x, c)",
        [9],
    ),
    (
        "MDC705",
        f"{NEW}def run(x):\n  c = Ctx('a-1')\n  outs.collect(x, correlation_context=c)",
        [8],
    ),
    (
        "MDC705",
        f"{NEW}def run(x, i):\n  outs.collect(x, Ctx(id=i))\n  outs.collect(x, Ctx())",
        [],
    ),
    ("MDC706", f"{NEW}c = Ctx()\ndef run(x):\n  outs.collect(x, c)", [8]),
    (
        "MDC706",
        f"{NEW}def init():\n  global c\n  c = Ctx()\ndef run(x):\n  outs.collect(x, c)",
        [10],
    ),
    ("MDC706", f"{NEW}def run(x, c=Ctx()):\n  outs.collect(x, c)", [7]),
    (
        "MDC706",
        f"{NEW}def run(x):\n  c = Ctx()\n  d = ins.collect(x, c)\n  outs.collect(x, d)",
        [],
    ),
    ("MDC707", f"{NEW}def run(x):\n  ins.collect(x)\n  x['c'] = 1", [8]),
    ("MDC707", f"{NEW}def run(x):\n  x['c'] = 1\n  ins.collect(x)\n  x = 1", []),
    ("MDC708", f"{NEW}def run(x):\n  x['p'] = model.predict(x)\n  ins.collect(x)", [8]),
    ("MDC708", f"{NEW}def run(x):\n  x['p'] = 1\n  model.predict(x)\n  ins.collect(x)", []),
    ("MDC709", f"{NEW}def run(x):\n  ins.collect(x)\n  outs.collect(x)", [8]),
    ("MDC709", f"{NEW}def run(x):\n  c = ins.collect(x)\n  outs.collect(x, c)", []),
    ("MDC901", "x = 1  # mdc-bridge: ignore=MDC999", [1]),
    ("MDC901", "x = 1  # mdc-bridge: ignore=MDC3, mdc404", []),
]


@pytest.mark.parametrize(("rule", "lines", "expected"), CASES)
def test_rule(checked: Callable[..., Report], rule: str, lines: str, expected: list[int]) -> None:
    report = checked(BEGINNING + lines)
    assert report.unreadable == ()
    first = BEGINNING.count("\n")
    found = [one.place.line - first for one in report.findings if one.rule == rule]
    assert sorted({line for line in found if line > 0}) == expected


@pytest.mark.parametrize(
    ("data", "rule", "message"),
    [
        (
            "json.loads(raw)",
            "MDC317",
            "the type of the data is unknown (a list of rows: MDC305; ",
        ),
        ("json.loads(raw)['data']", "MDC317", "the type of the data is unknown (a list of rows"),
        ("json.loads(raw)['x'][0]['y']", "MDC317", "the type of the data is unknown (a list of"),
        (
            "json.loads(raw).get('x')",
            "MDC317",
            "the type of the data is unknown (a list of rows",
        ),
        ("list(raw)", "MDC317", "the type of a list is unknown (a list of rows: MDC305"),
        ("[raw, 2]", "MDC317", "the type of a list is unknown (a list of rows: MDC305"),
        (
            "raw",
            "MDC317",
            "the type of the data is unknown (unchanged if it is an array of rows",
        ),
        (
            "raw['data']",
            "MDC317",
            "the type of the data is unknown (unchanged if it is an array",
        ),
        ("[1, 2]", "MDC301", "collects a list"),
        ("np.array(json.loads(raw)['data'])", "MDC301", "collects an array"),
        ("pd.DataFrame(json.loads(raw))", "MDC301", "collects a frame"),
    ],
)
def test_what_is_not_seen_is_not_unchanged(
    checked: Callable[..., Report], data: str, rule: str, message: str
) -> None:
    """Data whose type or shape is the request's are reported apart from what is proven."""
    report = checked(f"{BEGINNING}def run(raw):\n  inputs.collect({data})")
    (found,) = (one for one in report.findings if one.rule in ("MDC301", "MDC317"))
    assert (found.rule, found.message[: len(message)]) == (rule, message)


def test_every_rule_is_documented_and_tried() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    tried = {rule for rule, _, expected in CASES if expected}
    tried |= {rule for rule, _, _, expected in ENVIRONMENTS if expected}
    assert tried >= set(ids)
    for rule in RULES:
        assert len(rule.explanation.split()) > 15
        assert rule.title


def test_every_rule_is_a_small_file_of_its_own() -> None:
    folder = Path(rules.__path__[0])
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) == len(RULES)
    assert max(path.read_text().count("\n") for path in files) < 80
