"""Every setting of the agent, as one immutable, printable value."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mdc_core.storage import Storage

MIB = 1024 * 1024
TOKEN_VARIABLE = "MDC_AGENT_TOKEN"
_LOOPBACK = ("localhost", "::1", "[::1]")


@dataclass(frozen=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine, or pod, reaches it."""
        return self.host in _LOOPBACK or self.host.startswith("127.")


@dataclass(frozen=True)
class Datastore:
    """What a datastore of a workspace is here.

    Attributes:
        storage: a folder or an account.
        container: in the account; empty for a folder.
        client_id: of the user-assigned identity that writes; None for the system's, or where the
            account is given with a key or a signature.
    """

    storage: Storage
    container: str = ""
    client_id: str | None = None


@dataclass(frozen=True)
class PayloadSettings:
    """How request and response payloads are logged.

    Attributes:
        listen: where clients connect; None where there is no splice.
        upstream: the scoring server.
        memory_bytes: bound of all copies that wait to be logged.
        max_body_bytes: a longer body is logged without its rest, and counted.
        slow_seconds: requests that take longer are kept whatever the sampling says; None for none.
        keep_failures: so are failures, in the collection `failures`.
        make_request_ids: a request for which neither side has an `x-request-id` gets one.
        force_headers: names of captured headers that are kept though they may hold secrets.
        skip_paths: requests to these paths are not logged.
        inputs: names of the columns where `request` becomes rows of `model_inputs`; None where it
            does not, empty where the body or a signature names them.
        outputs: likewise of `response` and `model_outputs`.
        signature: an MLflow model's folder, or its `MLmodel` file, that names the columns.
    """

    listen: Address | None = None
    upstream: Address = Address("127.0.0.1", 5001)
    memory_bytes: int = 256 * MIB
    max_body_bytes: int = 100 * MIB
    slow_seconds: float | None = None
    keep_failures: bool = True
    make_request_ids: bool = False
    force_headers: tuple[str, ...] = ()
    skip_paths: tuple[str, ...] = ("/", "/health", "/healthz", "/ready", "/livez", "/readyz")
    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    signature: Path | None = None


def default_spool() -> Path:
    """Return the spool's folder without a setting: this user's, in the temporary folder."""
    return Path(tempfile.gettempdir()) / f"mdc-agent-spool-{os.geteuid()}"


@dataclass(frozen=True)
class AgentSettings:
    """What the agent's settings file, `agent.yaml`, says; equal files give equal settings.

    Attributes:
        listen: where the SDKs send their events to.
        token_file: holds the bearer token that is asked for; the variable `MDC_AGENT_TOKEN` does as
            well. Needed where `listen` is no loopback address.
        spool: folder of what is accepted and not delivered.
        spool_bytes: bound of what lies there.
        delivery_interval: seconds between two deliveries.
        sync_interval: seconds between two flushes to the disk.
        max_event_bytes: a larger event is refused.
        remembered_ids: how many ids of events are known, so that a repeated one is stored once.
        batch_window: seconds in which lines of one id become one line; 0 for never.
        workspace: `subscription/resource group/workspace`, for the lines' `source` and, with the
            extra `azure`, to be asked for datastores that are not listed.
        sdk_config: the config file of the SDK that is written for the scoring container.
        datastores: by their names in lower case.
        payload: see `PayloadSettings`.
        source: the file, for messages.
    """

    listen: Address = Address("127.0.0.1", 50011)
    token_file: Path | None = None
    spool: Path = field(default_factory=default_spool)
    spool_bytes: int = 1024 * MIB
    delivery_interval: float = 1.0
    sync_interval: float = 5.0
    max_event_bytes: int = 64 * MIB
    remembered_ids: int = 1_000_000
    batch_window: float = 0.0
    workspace: str | None = None
    sdk_config: Path | None = None
    datastores: Mapping[str, Datastore] = field(default_factory=lambda: MappingProxyType({}))
    payload: PayloadSettings = PayloadSettings()
    source: str = "agent.yaml"
