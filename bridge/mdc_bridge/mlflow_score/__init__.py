"""An MLflow model -> a scoring script that collects what it takes and gives."""

from .script import Described, Side, mlflow_score, serve

__all__ = ["Described", "Side", "mlflow_score", "serve"]
