"""An MLflow model -> a scoring script that collects what it takes and gives."""

from .script import Described, ModelSide, mlflow_score, serve

__all__ = ["Described", "ModelSide", "mlflow_score", "serve"]
