"""`agent.yaml` -> `AgentSettings`; what is unknown or makes no sense is refused with its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from mdc_core.errors import SettingsError

from ..payload.settings import PayloadSettings
from ..reading.walk import Field, Walk
from ..reading.yaml_nodes import Nodes, YamlError, read_text
from . import value_rules as rules
from .command_options import NO_FILE, with_options
from .datastore_settings import DATASTORE_KEYS, datastore
from .settings import TOKEN_VARIABLE, AgentSettings, Datastore, RowSettings

AGENT_KEYS: Mapping[str, rules.ValueRule] = {
    "listen": rules.address,
    "token_file": rules.path,
    "spool": rules.path,
    "spool_bytes": rules.size,
    "waiting_bytes": rules.size,
    "receive_bytes": rules.size,
    "delivery_interval": rules.seconds,
    "sync_interval": rules.seconds,
    "max_event_bytes": rules.size,
    "remembered_ids": rules.count,
    "batch_window": rules.seconds,
    "workspace": rules.workspace,
    "sdk_config": rules.path,
}
_SECTIONS = ("datastores", "payload", "rows")
PAYLOAD_KEYS: Mapping[str, rules.ValueRule] = {
    "listen": rules.host_and_port,
    "upstream": rules.host_and_port,
    "memory_bytes": rules.size,
    "body_bytes": rules.size,
    "connections": rules.count,
    "injects_request_id": rules.flag,
    "keeps_failures": rules.flag,
    "slower_than_s": rules.seconds,
    "probe_paths": rules.texts,
    "forced_headers": rules.texts,
}
ROW_KEYS: Mapping[str, rules.ValueRule] = {
    "inputs": rules.texts,
    "outputs": rules.texts,
    "signature": rules.path,
}


def read_settings(
    path: Path | str | None,
    environ: Mapping[str, str] = os.environ,
    given: Mapping[str, str] = MappingProxyType({}),
) -> AgentSettings:
    """Return what a settings file says; without a file, the defaults.

    Args:
        path: of the file.
        environ: variables by name.
        given: options of the command line by their names, which come before the file.

    Raises:
        SettingsError: a key is unknown or a value makes no sense; each is named, with its line.
        StoreError: the file does not exist, or it cannot be read.
    """
    if path is None or path == NO_FILE:
        return with_options(AgentSettings(source=NO_FILE), given, environ)
    source = str(path)
    try:
        walk = Walk(Nodes(read_text(Path(path))))
        file = _SettingsFile(walk, Path(path).parent)
        values = {} if walk.root is None else file.read(walk.root)
        _check_token(walk, values, environ)
    except YamlError as error:
        raise SettingsError(f"{error.position.of(source)}: {error}") from error
    if walk.remarks:
        remarks = walk.sorted_remarks()
        raise SettingsError(
            "\n".join(f"{each.position.of(source)}: {each.what}" for each in remarks)
        )
    return with_options(AgentSettings(**values, source=source), given, environ)


class _SettingsFile:
    def __init__(self, walk: Walk, base: Path) -> None:
        self._walk = walk
        self._base = base

    def read(self, root: Field) -> dict[str, Any]:
        found = self._walk.mapping(root) or {}
        self._walk.refuse_unknown(found, (*AGENT_KEYS, *_SECTIONS))
        values = self._values(found, AGENT_KEYS)
        if "datastores" in found:
            values["datastores"] = MappingProxyType(self._datastores(found["datastores"]))
        if "payload" in found:
            values["payload"] = PayloadSettings(**self._section(found["payload"], PAYLOAD_KEYS))
        if "rows" in found:
            values["rows"] = RowSettings(**self._section(found["rows"], ROW_KEYS))
        return values

    def _section(self, field: Field, known: Mapping[str, rules.ValueRule]) -> dict[str, Any]:
        found = self._walk.mapping(field) or {}
        self._walk.refuse_unknown(found, known)
        return self._values(found, known)

    def _values(
        self, found: Mapping[str, Field], known: Mapping[str, rules.ValueRule]
    ) -> dict[str, Any]:
        values = {}
        for key in known.keys() & found.keys():
            field = found[key]
            try:
                value = known[key](self._plain(field))
            except rules.InvalidValueError as error:
                self._walk.invalid(field, str(error))
                continue
            # A relative path begins where the file lies.
            is_path = isinstance(value, Path)
            values[key] = Path(os.path.abspath(self._base / value)) if is_path else value
        return values

    def _plain(self, field: Field) -> Any:
        """Return the value of a scalar, or a list of such."""
        if not isinstance(field.value, yaml.SequenceNode):
            return self._walk.scalar(field)
        return [self._walk.scalar(each) for each in self._walk.items(field, "a list")]

    def _datastores(self, field: Field) -> dict[str, Datastore]:
        found = self._walk.mapping(field) or {}
        read = {name.lower(): self._datastore(each) for name, each in found.items()}
        return {name: each for name, each in read.items() if each is not None}

    def _datastore(self, field: Field) -> Datastore | None:
        if isinstance(field.value, yaml.MappingNode):
            found = self._walk.mapping(field) or {}
            self._walk.refuse_unknown(found, DATASTORE_KEYS)
            parts = self._values(found, DATASTORE_KEYS)
            if len(parts) < len(found):
                return None  # what is wrong is noted
        else:
            parts = {"folder": self._walk.scalar(field)}
        try:
            return datastore(parts, str(field), self._base)
        except SettingsError as error:
            self._walk.error(field, str(error))
            return None


def _check_token(walk: Walk, values: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    listen = values.get("listen")
    if listen is None or listen.is_loopback or values.get("token_file"):
        return
    if not environ.get(TOKEN_VARIABLE):
        text = f"listen is {listen}, which other machines can reach, but no token is set"
        valid = f"token_file: PATH or the variable {TOKEN_VARIABLE}; or listen: 127.0.0.1:50011"
        walk.error(walk.fields["listen",], text, valid)
