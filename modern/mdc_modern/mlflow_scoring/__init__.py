"""Scoring of an MLflow model under azureml-inference-server-http, with what it takes and gives
collected as `model_inputs` and `model_outputs`.

In the place of Azure's scoring script of deployments without code, whose requests and answers it
keeps; `score.py` here is the script, `mdc-bridge mlflow-score` writes one for a model.
"""

from .scoring import MlflowScoring

__all__ = ["MlflowScoring"]
