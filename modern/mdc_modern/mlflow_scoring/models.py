"""Where the model lies that a server is to score."""

from __future__ import annotations

import os
from pathlib import Path

from mdc_core.errors import SettingsError

MODEL_FILE = "MLmodel"
_FOLDER_VARIABLE = "MLFLOW_MODEL_FOLDER"
_ABOVE_VARIABLE = "AZUREML_MODEL_DIR"
_SHOWN = 5


def find_model(folder: str = "") -> Path:
    """Return the folder of a model.

    Args:
        folder: its name below AZUREML_MODEL_DIR; MLFLOW_MODEL_FOLDER wins. Without either it is the
            one folder there that holds a model.

    Raises:
        SettingsError: there is none, or several and nothing says which.
    """
    above = Path(os.environ.get(_ABOVE_VARIABLE) or ".")
    name = os.environ.get(_FOLDER_VARIABLE) or folder
    if name:
        # What the variable names is the model, or holds it.
        for candidate in (above / name, above):
            if (candidate / MODEL_FILE).is_file():
                return candidate
        raise SettingsError(
            f"{above / name} holds no {MODEL_FILE}; valid: {_FOLDER_VARIABLE} is the name of the "
            f"model's folder below {_ABOVE_VARIABLE}, which is {str(above)!r}"
        )
    found = sorted(file.parent for file in above.rglob(MODEL_FILE))
    if len(found) == 1:
        return found[0]
    there = ", ".join(str(each.relative_to(above)) for each in found[:_SHOWN]) or "none"
    raise SettingsError(
        f"{len(found)} models are below {_ABOVE_VARIABLE}, which is {str(above)!r} ({there}); "
        f"valid: one, or {_FOLDER_VARIABLE} names it"
    )
