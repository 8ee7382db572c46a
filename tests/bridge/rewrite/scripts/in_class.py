"""Collectors held by an object, feature names that only the loaded model knows."""
import json

import numpy as np
from azureml.monitoring import ModelDataCollector


class Model:
    columns = ("x", "y")

    def predict(self, rows):
        return rows.max(axis=1)


class Scorer(object):
	def __init__(self):
		self.model = Model()
		self.inputs_dc = ModelDataCollector("in_class", "inputs", feature_names=list(self.model.columns))
		self.outputs_dc = ModelDataCollector("in_class", "predictions", feature_names=["max"])

	def score(self, rows):
		self.inputs_dc.collect(rows)
		result = self.model.predict(rows)
		self.outputs_dc.collect(result)
		return result


def init():
    global scorer
    scorer = Scorer()


def run(raw_data):
    return scorer.score(np.array(json.loads(raw_data)["data"], dtype="float32")).tolist()
