'''Data frames: they keep their own columns, and are changed after they are collected.'''
import json
import pandas as pd

from azureml.monitoring.modeldatacollector import ModelDataCollector

FEATURES = ['age', 'job', 'balance']


def init():
    global inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector(model_name='bank', designation='inputs', feature_names=FEATURES)
    prediction_dc = ModelDataCollector(model_name='bank', designation='predictions',
                                       feature_names=['answer'], model_version='3')


def run(raw_data):
    frame = pd.DataFrame(json.loads(raw_data)['data'])
    frame['source'] = 'web'
    inputs_dc.collect(frame)
    frame['age'] = frame['age'] * 2
    frame.drop(columns=['job'], inplace=True)
    answer = pd.DataFrame({0: frame['age'] > 60, 'score': frame['age'] / 3})
    prediction_dc.collect(input_data=answer)
    answer['score'] = 0
    return answer[0].tolist()
