"""Sixty scripts as people write them: each way to import, to make collectors, and to use them."""

from __future__ import annotations

import textwrap
from typing import Any

VARIED = 60
VARIED_REQUESTS: list[Any] = [
    {"data": [[1, 2.5], [3, 4]]},
    {"data": [[0.1, 7]]},
    {"data": [[1, 2], [3, 4], [5, 6]]},
    {"nothing": 1},
]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n---\n"))


_IMPORTS = _parts(
    """\
from azureml.monitoring import ModelDataCollector
---
from azureml.datacollector import ModelDataCollector
---
try:
    from azureml.monitoring import ModelDataCollector
except ImportError:
    from azureml.datacollector import ModelDataCollector
---
from azureml.monitoring.modeldatacollector import ModelDataCollector
---
import time
import logging
logger = logging.getLogger('score')
from azureml.monitoring import ModelDataCollector
---
try:
    from pyspark.sql import SparkSession
except ImportError:
    SparkSession = None
from azureml.monitoring import ModelDataCollector


def train():
    spark = SparkSession.builder.getOrCreate()
    table = spark.read.csv('d')
    return table.toPandas()
---
'''Scoring.'''
from __future__ import annotations
from azureml.monitoring import ModelDataCollector
"""
)
_MADE = _parts(
    """\
inputs_dc = ModelDataCollector('m', designation='inputs', feature_names=['a', 'b'])
prediction_dc = ModelDataCollector('m', designation='predictions', feature_names=['p'])
---
inputs_dc = ModelDataCollector(model_name="m", identifier="inputs", feature_names=["a", "b"])
prediction_dc = ModelDataCollector(model_name="m", identifier="predictions",
                                   feature_names=["p"])
---
inputs_dc = ModelDataCollector(os.getenv('MODEL_NAME', 'm'), designation='inputs',
                               feature_names=COLUMNS)
prediction_dc = ModelDataCollector(os.getenv('MODEL_NAME', 'm'), designation='predictions',
                                   feature_names=['p'])
---
inputs_dc = ModelDataCollector(SETTINGS['model']['name'], designation='inputs',
                               feature_names=SETTINGS['columns'])
prediction_dc = ModelDataCollector(SETTINGS['model']['name'], designation='predictions',
                                   feature_names=SETTINGS.get('outputs'))
---
inputs_dc = ModelDataCollector('m', 'inputs', ['a', 'b'], model_version='3')
prediction_dc = ModelDataCollector('m', 'predictions', ['p'], webservice_name='svc')
---
inputs_dc = ModelDataCollector(model_management_account_id='x', model_id='m:1',
                               model_name='m', identifier='inputs', feature_names=COLUMNS)
prediction_dc = ModelDataCollector(model_management_account_id='x', model_id='m:1',
                                   model_name='m', identifier='predictions')
---
name = 'churn'
inputs_dc = ModelDataCollector(f'{name}-model', designation='inputs')
prediction_dc = ModelDataCollector(f'{name}-model', designation='predictions')
---
inputs_dc = ModelDataCollector('m', feature_names=list(COLUMNS))
prediction_dc = ModelDataCollector('m', feature_names=['p'])
---
config = json.loads('{"name": "m"}')
inputs_dc = ModelDataCollector(config.get('name'), designation='inputs',
                               feature_names=COLUMNS)
prediction_dc = ModelDataCollector(config.get('name'), designation='predictions',
                                   feature_names=['p'])
print(f'collectors: {inputs_dc}, {prediction_dc!r}')
---
inputs_dc = ModelDataCollector('m', designation='sal_inputs', feature_names=COLUMNS)
prediction_dc = ModelDataCollector('m', designation='sal_predictions', feature_names=['p'])
print('made %s and %s' % (inputs_dc, prediction_dc))
"""
)
_USED = _parts(
    """\
inputs_dc.collect(data)
prediction_dc.collect(result)
---
inputs_dc.collect(pd.DataFrame(data, columns=['a', 'b']))
prediction_dc.collect(pd.DataFrame({'p': result}))
---
correlations = inputs_dc.collect(data)
print(f'saved as {correlations}')
prediction_dc.collect(result)
---
frame = pd.DataFrame(data, columns=['a', 'b'])
inputs_dc.collect(frame)
frame['p'] = result
prediction_dc.collect(result.tolist())
---
saved = inputs_dc.collect(data)
print('saved {} rows: {}'.format(len(data), saved))
print('outputs: ' + str(prediction_dc.collect(result)))
---
inputs_dc.collect([float(data[0][0]), 2])
prediction_dc.collect([str(result[0])])
---
print('inputs %s' % inputs_dc.collect(data))
prediction_dc.collect([r > 3 for r in result])
---
if inputs_dc is not None:
    inputs_dc.collect(data)
if prediction_dc is not None:
    prediction_dc.collect(result)
---
inputs_dc.collect(data, user_correlation_id='loan')
prediction_dc.collect(list(result))
---
for row, one in zip(data, result):
    inputs_dc.collect(list(row))
    prediction_dc.collect([one])
---
text = 'stored: ' + str(inputs_dc.collect(data.reshape(len(data), 1, 2)))
print(text)
prediction_dc.collect(result)
"""
)
_CORRELATED = _parts(
    """\
outputs = pd.DataFrame({'p': result})
correlations = inputs_dc.collect(data)
outputs = prediction_dc.add_correlations(outputs, correlations)
prediction_dc.collect(outputs)
---
correlations = inputs_dc.collect(data)
prediction_dc.collect(prediction_dc.add_correlations(pd.DataFrame({'p': result}), correlations))
---
correlations = inputs_dc.collect(data)
scores = pd.DataFrame({'p': result})
correlated = prediction_dc.add_correlations(scores, correlations)
print('with ids', correlated)
prediction_dc.collect(correlated)
"""
)
_SCRIPT = """\
{imports}
import json
import os
import numpy as np
import pandas as pd

COLUMNS = ["a", "b"]
SETTINGS = {{"model": {{"name": "m"}}, "columns": ["a", "b"], "outputs": ["p"]}}


def init():
    global inputs_dc, prediction_dc
{made}


def run(raw):
{body}
"""


def varied_script(number: int) -> str:
    """Return the script of a number below `VARIED`."""
    made = _MADE[number % len(_MADE)]
    has_inputs = "'inputs'" in made or '"inputs"' in made
    used = (*_USED, *_CORRELATED) if has_inputs else _USED
    body = "data = np.array(json.loads(raw)['data'])\nresult = data.sum(axis=1)\n{}"
    body = body.format(used[number % len(used)]) + "\nreturn result.tolist()"
    if number % 5 < 3:
        body = f"try:\n{textwrap.indent(body, '    ')}\nexcept Exception as e:\n    return str(e)"
    return _SCRIPT.format(
        imports=_IMPORTS[number % len(_IMPORTS)],
        made=textwrap.indent(made, "    "),
        body=textwrap.indent(body, "    "),
    )
