"""The model that the demo serves, and rows to send it."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


def train_model(folder: Path) -> int:
    """Train on the diabetes data that scikit-learn ships, and save the model for the script.

    Args:
        folder: becomes `AZUREML_MODEL_DIR`; made when it is not there.

    Returns:
        The number of rows trained on.
    """
    data = load_diabetes(scaled=False)
    model = make_pipeline(StandardScaler(), Ridge())
    model.fit(data.data, data.target)
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "diabetes_model.pkl")
    return len(data.target)


def make_requests(count: int, seed: int = 1) -> list[list[list[float]]]:
    """Return the rows of each request: two of three have one row, the others 2 to 20.

    Rows are patients of the data set with all values but the sex changed by a few percent, so
    that hardly any two rows are equal and each can be found again by its values.
    """
    random = numpy.random.default_rng(seed)
    patients = load_diabetes(scaled=False).data
    requests = []
    for number in range(count):
        size = int(random.integers(2, 21)) if number % 3 == 2 else 1
        rows = patients[random.integers(len(patients), size=size)]
        factors = random.uniform(0.95, 1.05, rows.shape)
        factors[:, FEATURES.index("sex")] = 1.0
        requests.append((rows * factors).round(2).tolist())
    return requests
