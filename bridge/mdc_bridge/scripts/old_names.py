"""The names of the old SDK in scripts."""

from __future__ import annotations

COLLECTOR_PARAMETERS = (
    "model_name",
    "designation",
    "feature_names",
    "workspace",
    "webservice_name",
    "model_version",
    "collection_name",
)
OLD_CLASS = "ModelDataCollector"
OLD_MODULES = frozenset(
    {"azureml.monitoring", "azureml.monitoring.modeldatacollector", "azureml.datacollector"}
)
OLD_PACKAGE = "azureml-monitoring"
OLD_PARAMETER = "identifier"  # the name of `designation` before 0.1.0a15
UNUSED_PARAMETERS = frozenset({"model_management_account_id", "model_id"})  # of 2017
