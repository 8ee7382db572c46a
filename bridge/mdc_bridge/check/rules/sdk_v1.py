"""MDC404: another package of SDK v1."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule
from .raw_http import served

_PACKAGES = frozenset(
    {"accel", "api", "assets", "automl", "contrib", "core", "data", "datadrift", "dataprep"}
    | {"exceptions", "explain", "history", "interpret", "logging", "opendatasets", "pipeline"}
    | {"responsibleai", "sdk", "telemetry", "tensorboard", "train", "webservice_schema", "widgets"}
)
_INSTEAD = {
    "api": "inference_schema, or nothing",
    "core": 'os.environ["AZUREML_MODEL_DIR"] when scoring, azure-ai-ml when deploying',
    "exceptions": "azure.core.exceptions",
    "logging": "the logging module",
    "webservice_schema": "inference_schema",
}


@rule(
    "MDC404",
    "another package of SDK v1",
    Verdict.UNCHANGED,
    """
SDK v1 (azureml-core and its family) is out of support and not in the images of online endpoints:
a scoring script that imports it fails there. Most scripts only use it for the model's folder
(AZUREML_MODEL_DIR). Deployment code is written with azure-ai-ml, or as YAML: mdc-bridge
deployment.
""",
    on_endpoint=Verdict.CHANGE,
)
def find(facts: Facts) -> Hits:
    """Yield imports of SDK v1, one for each statement."""
    seen = set()
    for found in facts.imports:
        parts = found.dotted.split(".")
        line = (found.place.path, found.place.cell, found.place.line)
        if parts[0] != "azureml" or len(parts) < 2 or parts[1] not in _PACKAGES:
            continue
        if served(found.dotted) or (line, parts[1]) in seen:
            continue
        seen.add((line, parts[1]))
        message = f"azureml.{parts[1]} is not in the images of online endpoints"
        if found.is_guarded:
            message += "; the script continues without it"
        yield Hit(found.place, message, _INSTEAD.get(parts[1], "azure-ai-ml"))
