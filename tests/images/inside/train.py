"""Runs in an image: trains a small model with what is there, and pickles it."""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main(folder: str) -> None:
    """Write the pickle that `examples/aks_score.py` loads.

    Args:
        folder: becomes `AZUREML_MODEL_DIR`.
    """
    data = load_diabetes()
    model = make_pipeline(StandardScaler(), Ridge())
    model.fit(data.data, data.target)
    joblib.dump(model, str(Path(folder) / "diabetes_model.pkl"))


if __name__ == "__main__":
    main(*sys.argv[1:])
