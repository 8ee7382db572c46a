"""What an online deployment asks of its collector, whatever it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

REQUEST = "request"
RESPONSE = "response"
PAYLOAD_COLLECTIONS = (REQUEST, RESPONSE)
FAILURES = "failures"


@dataclass(frozen=True)
class DeployedCollection:
    """One entry of `data_collector.collections`.

    Attributes:
        name: of the collection, as written.
        enabled: its events are stored; those of others are refused.
        client_id: of the user-assigned identity that writes; None for the system's.
        data_name: of the data asset; None for `{endpoint}-{deployment}-{collection}`.
        data_version: of the data asset.
        data_path: `azureml://datastores/...`; None for the default path.
    """

    name: str
    enabled: bool
    client_id: str | None = None
    data_name: str | None = None
    data_version: str = "1"
    data_path: str | None = None


@dataclass(frozen=True)
class Deployment:
    """The part of a deployment YAML that a collector follows.

    Attributes:
        endpoint: `endpoint_name`.
        name: of the deployment.
        collections: in the order of the file.
        sampling_rate: share of payloads kept, 0 to 1; the SDK samples custom events itself.
        rolling_rate: `minute`, `hour`, `day`, `month` or `year`.
        capture_headers: `request_logging.capture_headers`, as written.
    """

    endpoint: str
    name: str
    collections: tuple[DeployedCollection, ...]
    sampling_rate: float = 1.0
    rolling_rate: str = "hour"
    capture_headers: tuple[str, ...] = ()

    def collection(self, name: str) -> DeployedCollection | None:
        """Return a collection by its name, without regard to case as the SDK does; or None."""
        return self._by_name.get(name.lower())

    @cached_property
    def _by_name(self) -> dict[str, DeployedCollection]:
        # The first of a name, as it is found for each event.
        return {each.name.lower(): each for each in reversed(self.collections)}
