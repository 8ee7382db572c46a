"""Every setting of the agent, as one immutable, printable value."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from mdc_core.errors import SettingsError
from mdc_core.payload_rows import names_of_signature
from mdc_core.storage import ConnectionString, Storage

from ..payload.settings import PayloadSettings, RowNames
from ..store import StoreSettings

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

    @property
    def has_own_credential(self) -> bool:
        """Whether it is given with a key or a signature, so that no identity is used."""
        storage = self.storage
        return isinstance(storage, ConnectionString) or bool(getattr(storage, "sas", ""))


@dataclass(frozen=True)
class RowSettings(RowNames):
    """How payloads become rows; the names may also be those of a model.

    Attributes:
        signature: an MLflow model's folder, or its `MLmodel` file, that names the columns.
    """

    signature: Path | None = None


def default_spool() -> Path:
    """Return the spool's folder without a setting: this user's, in the temporary folder."""
    return Path(tempfile.gettempdir()) / f"mdc-agent-spool-{os.geteuid()}"


@dataclass(frozen=True)
class AgentSettings(StoreSettings):
    """What the agent's settings file, `agent.yaml`, says; equal files give equal settings.

    Attributes:
        spool: folder of what is accepted and not delivered.
        workspace: with the extra `azure` also asked for datastores that are not listed.
        listen: where the SDKs send their events to.
        token_file: holds the bearer token that is asked for; the variable `MDC_AGENT_TOKEN` does as
            well. Needed if `listen` is not a loopback address.
        receive_bytes: bound of all events that are being received.
        max_event_bytes: a larger event is refused.
        sdk_config: the config file of the SDK that is written for the scoring container.
        datastores: by their names in lower case.
        payload: how payloads are logged on their way to the scoring server; None for no splice.
        rows: how payloads become rows; None where they do not.
        source: the file, for messages.
        given: options of the command line, which came before it.
    """

    spool: Path = field(default_factory=default_spool)
    listen: Address = Address("127.0.0.1", 50011)
    token_file: Path | None = None
    receive_bytes: int = 256 * MIB
    max_event_bytes: int = 64 * MIB
    sdk_config: Path | None = None
    datastores: Mapping[str, Datastore] = field(default_factory=lambda: MappingProxyType({}))
    payload: PayloadSettings | None = None
    rows: RowSettings | None = None
    source: str = "agent.yaml"
    given: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def token(self, environ: Mapping[str, str] = os.environ) -> str:
        """Return the bearer token that is asked for; empty for none.

        Raises:
            SettingsError: its file cannot be read, or is empty; or there is none, and other
                machines can reach the agent.
        """
        if self.token_file is None:
            token = environ.get(TOKEN_VARIABLE, "")
            if not token and not self.listen.is_loopback:
                raise SettingsError(
                    f"{self.source}: listen (--events) is {self.listen}, which other machines "
                    "can reach, but there is no token; valid: token_file or MDC_AGENT_TOKEN beside "
                    "it, or 127.0.0.1"
                )
            return token
        try:
            token = self.token_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingsError(f"{self.source}: token_file cannot be read: {error}") from error
        if not token:
            raise SettingsError(f"{self.source}: token_file {self.token_file} is empty")
        return token

    def payload_settings(self) -> PayloadSettings:
        """Return how payloads are logged, with the names of columns where they become rows.

        Raises:
            SettingsError: the signature cannot be read.
        """
        logged = self.payload or PayloadSettings()
        rows = self.rows
        if rows is None:
            return logged
        signature = {} if rows.signature is None else _signature(rows.signature, self.source)
        inputs, outputs = (
            tuple(names_of_signature(signature.get(side)) or ()) for side in ("inputs", "outputs")
        )
        return replace(logged, rows=RowNames(rows.inputs or inputs, rows.outputs or outputs))


def _signature(path: Path, source: str) -> dict[str, Any]:
    file = path / "MLmodel" if path.is_dir() else path
    try:
        held = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{source}: rows.signature {file} cannot be read: {error}") from None
    signature = held.get("signature") if isinstance(held, dict) else None
    if not isinstance(signature, dict):
        raise SettingsError(
            f"{source}: rows.signature {file} has no signature; valid: the folder of an MLflow "
            "model that was saved with one, or rows.inputs and rows.outputs"
        )
    return signature
