# A list is one row, whatever is in it.
import json

import numpy
from azureml.monitoring import ModelDataCollector as MDC

inputs_dc = MDC('request', designation='inputs', feature_names=['id', 'text', 'amount', 'extra'])
outputs_dc = MDC('request', 'predictions', ['label', 'probability'])


def init():
    pass


def run(raw_data):
    request = json.loads(raw_data)
    row = [request['id'], request['text'].encode(), numpy.float32(request['amount']), request.get('extra')]
    inputs_dc.collect(row)
    row.append('changed later')
    outputs_dc.collect([request['text'].upper(), numpy.int64(len(request['text'])) / 7])
    return {'label': request['text'].upper()}
