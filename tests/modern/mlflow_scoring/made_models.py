"""Makes small MLflow models; run by the Python of the environment that has MLflow.

Each is a folder of its name below the folder that is the first argument.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import mlflow
import numpy
import pandas
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec
from sklearn.linear_model import LogisticRegression

FRAME = pandas.DataFrame({"age": [20, 30, 40, 50], "income": [1.0, 2.0, 3.0, 4.0]})
COLUMNS = Schema([ColSpec("long", "age"), ColSpec("double", "income")])


class Doubles(mlflow.pyfunc.PythonModel):
    """Gives what it takes, twice."""

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # hints are checked
        if isinstance(model_input, dict):
            return {name: numpy.asarray(value) * 2 for name, value in model_input.items()}
        return model_input * (params or {}).get("factor", 2)


class NamedSeries(mlflow.pyfunc.PythonModel):
    """Gives a series with a name."""

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # hints are checked
        return pandas.Series(model_input.iloc[:, 0] * 0.5, name="p")


def main(folder: Path) -> None:
    """Make the models."""
    classifier = LogisticRegression().fit(FRAME, [0, 0, 1, 1])
    options: Any = {"pip_requirements": []}
    mlflow.sklearn.save_model(
        classifier,
        folder / "sklearn",
        signature=ModelSignature(COLUMNS, Schema([TensorSpec(numpy.dtype("int64"), (-1,))])),
        serialization_format="cloudpickle",
        **options,
    )
    mlflow.pyfunc.save_model(
        folder / "series",
        python_model=NamedSeries(),
        signature=ModelSignature(COLUMNS),
        **options,
    )
    one = TensorSpec(numpy.dtype("float64"), (-1, 3))
    named = [TensorSpec(numpy.dtype("float64"), (-1, size), f"x{size}") for size in (1, 2)]
    for name, schema in (("tensor", Schema([one])), ("named", Schema(named)), ("plain", None)):
        mlflow.pyfunc.save_model(
            folder / name,
            python_model=Doubles(),
            signature=None if schema is None else ModelSignature(schema, schema),
            **options,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
