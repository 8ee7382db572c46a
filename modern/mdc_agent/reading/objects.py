"""Objects of azure-ai-ml -> `Deployment`, without azure-ai-ml: what they hold is looked at.

Their constructors check nothing and swallow arguments that they do not know; so what the client
would send is put in the form of a deployment file, and read as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import yaml

from mdc_core.errors import SettingsError

from ..deployment import Deployment
from .deployment_yaml import read_nodes
from .fields import OF_DATA
from .remarks import ERROR
from .yaml_nodes import Nodes

_VALID = (
    "a ManagedOnlineDeployment or KubernetesOnlineDeployment of azure-ai-ml, or its DataCollector "
    "with endpoint= and name="
)
_UNSAID = object()
_PLAIN = (str, int, float, bool)


def deployment_of(
    given: object, endpoint: str | None = None, name: str | None = None
) -> Deployment:
    """Return what an object of azure-ai-ml says; see `mdc_agent.from_deployment`."""
    kind = type(given).__name__
    collector = getattr(given, "data_collector", _UNSAID)
    if collector is _UNSAID:
        if not hasattr(given, "collections"):
            raise SettingsError(f"a {kind} is not a deployment; valid: {_VALID}")
        collector = given
    else:
        endpoint = endpoint or getattr(given, "endpoint_name", None)
        name = name or getattr(given, "name", None)
    if endpoint is None or name is None:
        raise SettingsError(f"a {kind} does not name its deployment; valid: {_VALID}")
    content: dict[str, Any] = {
        "name": _plain(name, "name"),
        "endpoint_name": _plain(endpoint, "endpoint_name"),
        "type": "kubernetes",  # of which nothing else is needed
    }
    if collector is not None:
        content["data_collector"] = _collector(collector)
    reading = read_nodes(Nodes(yaml.safe_dump(content, sort_keys=False)), kind)
    if reading.deployment is None:
        errors = [each.what for each in reading.remarks if each.severity == ERROR]
        raise SettingsError("\n".join(f"{kind}: {text}" for text in errors))
    return reading.deployment


def _collector(collector: Any) -> dict[str, Any]:
    collections = getattr(collector, "collections", None)
    if not isinstance(collections, Mapping):
        raise SettingsError(
            "the DataCollector's collections are not a dict of DeploymentCollection"
        )
    rate = getattr(collector, "sampling_rate", None)
    if rate is None:
        # A DataCollector that was sent once has it there only.
        rates = [getattr(each, "sampling_rate", None) for each in collections.values()]
        rate = next((each for each in rates if each is not None), None)
    logging = getattr(collector, "request_logging", None)
    headers = getattr(logging, "capture_headers", None)
    if headers is not None:
        logging = {"capture_headers": [_plain(each, "capture_headers") for each in headers]}
    return _without_none(
        collections={
            _plain(name, "the name of a collection"): _collection(each, name)
            for name, each in collections.items()
        },
        rolling_rate=_plain(getattr(collector, "rolling_rate", None), "rolling_rate"),
        sampling_rate=_plain(rate, "sampling_rate"),
        request_logging=None if headers is None else logging,
    )


def _collection(collection: Any, name: object) -> dict[str, Any]:
    where = f"collection {name}"
    if not hasattr(collection, "enabled"):
        raise SettingsError(
            f"{where} is a {type(collection).__name__}; valid: a DeploymentCollection"
        )
    data = getattr(collection, "data", None)
    if data is not None and not isinstance(data, str):
        values = {key: _plain(getattr(data, key, None), f"{where}, data.{key}") for key in OF_DATA}
        if values["version"] is not None:
            values["version"] = str(values["version"])
        data = _without_none(**values)
    return _without_none(
        # As the client has it: whatever is no "true" is off.
        enabled=str(str(_plain(collection.enabled, f"{where}, enabled")).lower() == "true").lower(),
        client_id=_plain(getattr(collection, "client_id", None), f"{where}, client_id"),
        data=data,
    )


def _without_none(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is not None and not isinstance(value, _PLAIN):
        raise SettingsError(f"{where} is a {type(value).__name__}; valid: text, number or flag")
    # YAML is written of plain types alone.
    return str.__str__(value) if isinstance(value, str) else value
