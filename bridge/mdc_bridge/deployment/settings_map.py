"""The settings of `AksWebservice.deploy_configuration`, and what they are for an endpoint.

Sources: the signature of azureml-core 1.61; "CLI (v2) managed online deployment YAML schema" and
"CLI (v2) Azure Arc-enabled Kubernetes online deployment YAML schema".
"""

from __future__ import annotations

from typing import Any, Optional

from .old_settings import SETTINGS
from .remarks import FILL_IN, Remarks, described, is_unknown

MANAGED = "managed"

# Where AKS had another default than endpoints have, the old one is written out.
_TIMEOUT_MS = 60_000
_LONGEST_TIMEOUT_MS = {MANAGED: 180_000, "kubernetes": 300_000}
_AUTOSCALE = {"min_instances": 1, "max_instances": 10, "target_utilization_percentage": 70}
_CPU, _MEMORY_GB = 0.1, 0.5

_PROBE = {
    "period_seconds": "period",
    "initial_delay_seconds": "initial_delay",
    "timeout_seconds": "timeout",
    "success_threshold": "success_threshold",
    "failure_threshold": "failure_threshold",
}
_REQUESTS = {
    "replica_max_concurrent_requests": "max_concurrent_requests_per_instance",
    "max_request_wait_time": "max_queue_wait_ms",
}
_SCALE = {
    "autoscale_min_replicas": "min_instances",
    "autoscale_max_replicas": "max_instances",
    "autoscale_target_utilization": "target_utilization_percentage",
    "autoscale_refresh_seconds": "polling_interval",
}
_SIZES = ("cpu_cores", "memory_gb", "gpu_cores", "cpu_cores_limit", "memory_gb_limit")
_SAME = {
    "tags": "tags",
    "properties": "properties",
    "description": "description",
    "enable_app_insights": "app_insights_enabled",
}
_LOST = {
    "primary_key": "keys are created with the endpoint: az ml online-endpoint get-credentials",
    "secondary_key": "keys are created with the endpoint: az ml online-endpoint get-credentials",
    "namespace": "the namespace belongs to the attached cluster: az ml compute attach --namespace",
    "blobfuse_enabled": "endpoints choose how models are downloaded",
}


class SettingsMap:
    """Maps the settings of one old deployment.

    Args:
        settings: by the names of the old arguments; None when nothing is known of them.
        kind: `managed` or `kubernetes`.
        remarks: takes what is missing, lost or different.
    """

    def __init__(self, settings: Optional[dict[str, Any]], kind: str, remarks: Remarks) -> None:
        self._old = settings or {}
        # Settings that are given in a way that is not seen: nothing may be called a default then.
        self._hidden = self._old.get("**")
        self._has_defaults = settings is not None and self._hidden is None
        self._kind = kind
        self._remarks = remarks

    def plain(self) -> dict[str, Any]:
        """Return tags, properties and what else goes over under a name of its own."""
        return self._named("", _SAME)

    def sizes(self, given_type: Optional[str]) -> dict[str, Any]:
        """Return instance type or container resources."""
        if self._kind == MANAGED:
            return {"instance_type": self._virtual_machine(given_type)}
        requests = {
            "cpu": self._text("cpu_cores", "requests.cpu", _CPU),
            "memory": self._text("memory_gb", "requests.memory", _MEMORY_GB, "Gi"),
        }
        limits = {
            "cpu": self._text("cpu_cores_limit", "limits.cpu", None),
            "memory": self._text("memory_gb_limit", "limits.memory", None, "Gi"),
        }
        # Kubernetes takes a number of GPUs as a limit; a request alone is refused.
        gpus = self._text("gpu_cores", "limits.nvidia.com/gpu", None)
        if gpus not in (None, "0"):
            requests["nvidia.com/gpu"] = limits["nvidia.com/gpu"] = gpus
        resources = {"requests": requests, "limits": {k: v for k, v in limits.items() if v}}
        section: dict[str, Any] = {"instance_type": given_type} if given_type else {}
        return {**section, "resources": {name: each for name, each in resources.items() if each}}

    def scale(self, given_count: Optional[int]) -> dict[str, Any]:
        """Return the number of instances, or how it follows the load."""
        count = self._old.get("num_replicas")
        default = count is None and self._has_defaults
        autoscaled = self._old.get("autoscale_enabled", default)
        if is_unknown(autoscaled):
            self._remarks.known("scale_settings", autoscaled)
            autoscaled = False
        if given_count is not None or not autoscaled:
            for name in _SCALE:
                if name in self._old and not autoscaled:
                    self._remarks.lost(name, "has no effect, because autoscaling is off")
            count = given_count if given_count is not None else count
            if count is None:
                self._remarks.needs_value("instance_count", "is not known: give --instance-count")
            return {"instance_count": self._number("instance_count", count, 1)}
        return self._autoscaled()

    def requests(self) -> dict[str, Any]:
        """Return time limits and queues."""
        timeout = self._old.get("scoring_timeout_ms")
        if timeout is None and self._has_defaults:
            timeout = _TIMEOUT_MS
            self._remarks.changed(
                "request_settings.request_timeout_ms",
                f"{timeout}, the default of AKS, is written explicitly: the default of endpoints "
                "is 5000",
            )
        section: dict[str, Any] = {}
        if timeout is not None:
            section["request_timeout_ms"] = self._timeout(timeout)
        names = dict(_REQUESTS)
        if self._kind == MANAGED and "max_request_wait_time" in self._old:
            del names["max_request_wait_time"]
            text = "in managed endpoints request_timeout_ms includes the waiting time"
            self._remarks.lost("max_request_wait_time", text)
        section.update(self._named("request_settings.", names))
        return {"request_settings": section} if section else {}

    def probes(self) -> dict[str, Any]:
        """Return the liveness probe."""
        section = self._named("liveness_probe.", _PROBE)
        return {"liveness_probe": section} if section else {}

    def auth_mode(self) -> str:
        """Return how callers prove who they are."""
        token = self._old.get("token_auth_enabled", False)
        key = self._old.get("auth_enabled", not token)
        if is_unknown([token, key]):
            self._remarks.known("endpoint.yml: auth_mode", [token, key])
            return "key"
        if token:
            return "aml_token"
        if not key:
            text = "endpoints require a key or a token: callers must send one"
            self._remarks.lost("auth_enabled", text)
        return "key"

    def remark_on_lost(self) -> None:
        """Remark on what has no place in the new files."""
        for name, text in _LOST.items():
            if self._old.get(name) not in (None, False):
                self._remarks.lost(name, text)
        if self._hidden is not None:
            text = "has settings that cannot be read here: add them to the files"
            self._remarks.needs_value("**", f"{described(self._hidden)} {text}")
        for name in sorted(self._old.keys() - SETTINGS.keys() - {"**"}):
            self._remarks.lost(name, f"{described(self._old[name])}; look for it in the schema")

    def _virtual_machine(self, given_type: Optional[str]) -> Any:
        given = {name: self._old[name] for name in _SIZES if name in self._old}
        has_gpus = given.get("gpu_cores", 0) != 0
        if given_type is not None:
            if given:
                gpus = "; it must have GPUs" if has_gpus else ""
                text = f"{given_type} replaces {described(given)}{gpus}"
                self._remarks.changed("instance_type", text)
            return given_type
        sizes = described(given) if given else f"cpu_cores={_CPU}, memory_gb={_MEMORY_GB}"
        self._remarks.needs_value(
            "instance_type",
            f"managed endpoints use whole virtual machines: choose one with {sizes}, "
            + ("with GPUs" if has_gpus else "such as Standard_DS3_v2"),
        )
        return FILL_IN

    def _autoscaled(self) -> dict[str, Any]:
        given = {name: self._old[name] for name in _SCALE if name in self._old}
        if self._kind != MANAGED:
            scale = {"type": "target_utilization", **_AUTOSCALE}
            scale.update(self._named("scale_settings.", _SCALE))
            return {"scale_settings": scale}
        least = self._number("instance_count", self._old.get("autoscale_min_replicas", 1), 1)
        self._remarks.lost(
            "autoscale_*",
            f"({described(given) or 'on by default, 1 to 10 replicas'}): managed endpoints are "
            "scaled by rules of Azure Monitor (az monitor autoscale); "
            "instance_count is the minimum",
        )
        return {"instance_count": least}

    def _timeout(self, timeout: Any) -> Any:
        value = self._number("request_settings.request_timeout_ms", timeout, _TIMEOUT_MS)
        longest = _LONGEST_TIMEOUT_MS[self._kind]
        if isinstance(value, (int, float)) and value > longest:
            text = f"{value} is above the {longest} that {self._kind} endpoints allow"
            self._remarks.lost("scoring_timeout_ms", text)
            return longest
        return value

    def _named(self, prefix: str, names: dict[str, str]) -> dict[str, Any]:
        section = {}
        for old, new in names.items():
            if old in self._old:
                value = self._remarks.known(f"{prefix}{new}", self._old[old], None)
                if value is not None:
                    section[new] = value
        return section

    def _number(self, key: str, value: Any, placeholder: int) -> Any:
        return self._remarks.known(key, placeholder if value is None else value, placeholder)

    def _text(self, name: str, key: str, default: Any, unit: str = "") -> Optional[str]:
        value = self._remarks.known(f"resources.{key}", self._old.get(name, default))
        if value is None or isinstance(value, str):
            return value
        return f"{value:g}{unit}"
