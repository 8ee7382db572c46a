"""Settings of payload logging that are not in the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

# Asked by orchestrators and load balancers, not by users; `/` is the inference server's.
PROBE_PATHS = (
    "/",
    "/health",
    "/healthz",
    "/health/live",
    "/health/ready",
    "/live",
    "/livez",
    "/metrics",
    "/ping",
    "/ready",
    "/readyz",
    "/v2/health/live",
    "/v2/health/ready",
)


@dataclass(frozen=True)
class RowNames:
    """Names of columns, for payloads that become rows of `model_inputs` and `model_outputs`.

    Attributes:
        inputs: of requests; empty where the bodies have names.
        outputs: of responses, likewise.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class PayloadSettings:
    """How payloads are logged.

    Attributes:
        listen: host and port that clients connect to; port 0 takes a free one.
        upstream: host and port of the scoring server.
        memory_bytes: bound of all copies, from the first byte until the store has them.
        body_bytes: bound of one body, as it came and decoded; a larger one is not logged.
        connections: bound of client connections; further ones wait in the system's backlog.
        injects_request_id: a request without `x-request-id` gets one before it is passed on. This
            changes its bytes.
        keeps_failures: exchanges that fail are stored in `failures`, sampled or not.
        slower_than_s: exchanges that take longer are kept, sampled or not; None keeps none for it.
        probe_paths: GET and HEAD of these are not logged.
        forced_headers: names that are captured although they look as if they held secrets.
        rows: names of columns where payloads become rows; None where they do not.
    """

    listen: tuple[str, int] = ("127.0.0.1", 0)
    upstream: tuple[str, int] = ("127.0.0.1", 5001)
    memory_bytes: int = 256 * 1024 * 1024
    body_bytes: int = 64 * 1024 * 1024
    connections: int = 1024
    injects_request_id: bool = False
    keeps_failures: bool = True
    slower_than_s: float | None = None
    probe_paths: tuple[str, ...] = PROBE_PATHS
    forced_headers: tuple[str, ...] = ()
    rows: RowNames | None = None

    def is_probe(self, method: str, target: bytes) -> bool:
        """Return whether a request of this method and target is not logged."""
        return method in ("GET", "HEAD") and target.partition(b"?")[0] in self._probes

    @cached_property
    def _probes(self) -> frozenset[bytes]:
        return frozenset(path.encode() for path in self.probe_paths)
