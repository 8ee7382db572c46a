"""The settings of `AksWebservice.deploy_configuration`, and the types that they take.

Source: the signatures and the deserialization of azureml-core 1.61.
"""

from __future__ import annotations

from typing import Any

from .old_service import OldDeployment
from .remarks import described, is_unknown
from .seen import Unknown

_TEXT, _FLAG, _NUMBER, _TABLE = (str,), (bool,), (int, float), (dict,)
# By name: the place in the files of `az ml model deploy`, and the types.
SETTINGS: dict[str, tuple[str, tuple[type, ...]]] = {
    "autoscale_enabled": ("autoScaler.autoscaleEnabled", _FLAG),
    "autoscale_min_replicas": ("autoScaler.minReplicas", _NUMBER),
    "autoscale_max_replicas": ("autoScaler.maxReplicas", _NUMBER),
    "autoscale_refresh_seconds": ("autoScaler.refreshPeriodInSeconds", _NUMBER),
    "autoscale_target_utilization": ("autoScaler.targetUtilization", _NUMBER),
    "collect_model_data": ("dataCollection.storageEnabled", _FLAG),
    "auth_enabled": ("authEnabled", _FLAG),
    "cpu_cores": ("containerResourceRequirements.cpu", _NUMBER),
    "memory_gb": ("containerResourceRequirements.memoryInGB", _NUMBER),
    "enable_app_insights": ("appInsightsEnabled", _FLAG),
    "scoring_timeout_ms": ("scoringTimeoutMs", _NUMBER),
    "replica_max_concurrent_requests": ("maxConcurrentRequestsPerContainer", _NUMBER),
    "max_request_wait_time": ("maxQueueWaitMs", _NUMBER),
    "num_replicas": ("numReplicas", _NUMBER),
    "primary_key": ("keys.primaryKey", _TEXT),
    "secondary_key": ("keys.secondaryKey", _TEXT),
    "tags": ("tags", _TABLE),
    "properties": ("properties", _TABLE),
    "description": ("description", _TEXT),
    "gpu_cores": ("gpuCores", _NUMBER),
    "period_seconds": ("livenessProbeRequirements.periodSeconds", _NUMBER),
    "initial_delay_seconds": ("livenessProbeRequirements.initialDelaySeconds", _NUMBER),
    "timeout_seconds": ("livenessProbeRequirements.timeoutSeconds", _NUMBER),
    "success_threshold": ("livenessProbeRequirements.successThreshold", _NUMBER),
    "failure_threshold": ("livenessProbeRequirements.failureThreshold", _NUMBER),
    "namespace": ("namespace", _TEXT),
    "token_auth_enabled": ("tokenAuthEnabled", _FLAG),
    "compute_target_name": ("computeTargetName", _TEXT),
    "cpu_cores_limit": ("containerResourceRequirements.cpuLimit", _NUMBER),
    "memory_gb_limit": ("containerResourceRequirements.memoryInGBLimit", _NUMBER),
    "blobfuse_enabled": ("", _FLAG),
    "version_name": ("versionName", _TEXT),
    "traffic_percentile": ("trafficPercentile", _NUMBER),
}
_OF_VERSIONS = ("version_name", "traffic_percentile")
POSITIONAL_SETTINGS = tuple(name for name in SETTINGS if name not in _OF_VERSIONS)
NAMES_BY_PATH = {path: name for name, (path, _) in SETTINGS.items() if path}

_TEXTS = ("name", "script", "source", "conda_file", "image", "compute")
_LARGEST = 1e9


def check_types(old: OldDeployment) -> None:
    """Make what has a wrong type unknown: the old SDK would have refused it, or hidden it."""
    for field in _TEXTS:
        setattr(old, field, _checked(getattr(old, field), _TEXT))
    old.models = [(_checked(name, _TEXT), _checked(n, (str, int))) for name, n in old.models]
    if old.environment is not None:
        name, version = old.environment
        old.environment = _checked(name, _TEXT), _checked(version, (str, int))
    if old.settings is not None:
        old.settings = {
            name: _checked(value, SETTINGS.get(name, ("", _NUMBER))[1])
            for name, value in old.settings.items()
            if value is not None
        }
    for version in old.versions:
        check_types(version)


def _checked(value: Any, types: tuple[type, ...]) -> Any:
    if value is None or is_unknown(value):
        return value
    fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    if fits and isinstance(value, str) and not value.isprintable():
        return Unknown(ascii(value), "with control characters")
    if fits and isinstance(value, (int, float)) and not abs(value) <= _LARGEST:
        return Unknown(ascii(value)[:20], "out of range")
    return value if fits else Unknown(described(value), "of the wrong type")
