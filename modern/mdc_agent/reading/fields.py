"""Which keys a deployment file has, as the client of Azure knows them.

Source: the schemas of azure-ai-ml 1.35 (`ManagedOnlineDeploymentSchema`,
`KubernetesOnlineDeploymentSchema`, `DataCollectorSchema`), which refuse any other key.
"""

from __future__ import annotations

from collections.abc import Mapping

COLLECTOR = "data_collector"
KUBERNETES = "kubernetes"

_BOTH = (
    *("app_insights_enabled", "code_configuration", COLLECTOR, "description", "endpoint_name"),
    *("environment", "environment_variables", "id", "instance_count", "instance_type"),
    *("liveness_probe", "model", "model_mount_path", "name", "properties", "provisioning_state"),
    *("readiness_probe", "request_settings", "scale_settings", "tags", "type", "$schema"),
)
OF_MANAGED = frozenset({*_BOTH, "egress_public_network_access", "private_network_connection"})
OF_KUBERNETES = frozenset({*_BOTH, "resources"})

OF_COLLECTOR = ("collections", "rolling_rate", "sampling_rate", "request_logging")
OF_COLLECTION = ("enabled", "client_id", "data")
OF_DATA = ("name", "path", "version", "data_id")
OF_LOGGING = ("capture_headers",)

TAKEN_RATES = ("minute", "hour", "day")
DOCUMENTED_RATES = (*TAKEN_RATES, "month", "year")

# azure-ai-ml 1.4, the first preview: what each key of it is today.
OF_PREVIEW: Mapping[str, str] = {
    "enabled": "each collection has its own: collections: {model_inputs: {enabled: 'true'}}",
    "destination": "each collection has its own: data: {name: ..., path: azureml://...}",
    "sampling_strategy": "sampling_rate: 0.5",
}

# Keys in a place that is not theirs, or of the REST form: where they belong, or their name here.
MISPLACED: Mapping[str, str] = {
    "sampling_rate": "data_collector.sampling_rate, one for all collections",
    "rolling_rate": "data_collector.rolling_rate, one for all collections",
    "capture_headers": "data_collector.request_logging.capture_headers",
    "request_logging": "data_collector.request_logging",
    "path": "data.path, in the collection",
    "version": "data.version, in the collection",
    "samplingRate": "data_collector.sampling_rate",
    "rollingRate": "data_collector.rolling_rate",
    "requestLogging": "data_collector.request_logging",
    "captureHeaders": "data_collector.request_logging.capture_headers",
    "dataCollectionMode": "enabled: 'true'",
    "dataId": "data: {data_id: ...}",
    "clientId": "client_id",
}
