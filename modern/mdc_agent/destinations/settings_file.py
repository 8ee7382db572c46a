"""`agent.yaml` -> `AgentSettings`; what is unknown or makes no sense is refused with its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from mdc_core.errors import SettingsError
from mdc_core.redaction import shown

from ..payload.settings import PayloadSettings
from ..reading.remarks import Keys, Remark, dotted
from ..reading.walk import Walk
from ..reading.yaml_nodes import Entry, Nodes, YamlError, read_text
from . import value_rules as rules
from .command_options import NO_FILE, with_options
from .datastore_settings import DATASTORE_KEYS, datastore
from .settings import TOKEN_VARIABLE, AgentSettings, Datastore, RowSettings

AGENT_KEYS: Mapping[str, rules.Rule] = {
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
PAYLOAD_KEYS: Mapping[str, rules.Rule] = {
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
ROW_KEYS: Mapping[str, rules.Rule] = {
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
        nodes = Nodes(read_text(Path(path)))
        walk = Walk(nodes)
        values = {} if nodes.root is None else _File(walk, Path(path).parent).read(nodes.root)
        _check_token(walk, values, environ)
    except YamlError as error:
        at = (
            f"{source}:{error.position.line}:{error.position.column}"
            if error.position.line
            else source
        )
        raise SettingsError(f"{at}: {error}") from error
    if walk.remarks:
        remarks = sorted(walk.remarks, key=lambda each: (each.line, each.column))
        raise SettingsError("\n".join(_told(each, source) for each in remarks))
    return with_options(AgentSettings(**values, source=source), given, environ)


class _File:
    def __init__(self, walk: Walk, base: Path) -> None:
        self._walk = walk
        self._base = base

    def read(self, root: yaml.Node) -> dict[str, Any]:
        found = self._walk.mapping(root, ()) or {}
        self._refuse_unknown(found, (), (*AGENT_KEYS, *_SECTIONS))
        values = self._values(found, (), AGENT_KEYS)
        if "datastores" in found:
            values["datastores"] = MappingProxyType(self._datastores(found["datastores"][1]))
        if "payload" in found:
            parts = self._section(found["payload"][1], "payload", PAYLOAD_KEYS)
            values["payload"] = PayloadSettings(**parts)
        if "rows" in found:
            values["rows"] = RowSettings(**self._section(found["rows"][1], "rows", ROW_KEYS))
        return values

    def _values(
        self, found: dict[str, Entry], keys: Keys, known: Mapping[str, rules.Rule]
    ) -> dict[str, Any]:
        values = {}
        for key in known.keys() & found.keys():
            node = found[key][1]
            try:
                value = known[key](self._plain(node, (*keys, key)))
            except rules.InvalidValueError as error:
                name = dotted((*keys, key))
                text = f"{name} is {self._walk.shown(node)}"
                self._walk.error(node, (*keys, key), text, str(error))
                continue
            # A relative path begins where the file lies.
            is_path = isinstance(value, Path)
            values[key] = Path(os.path.abspath(self._base / value)) if is_path else value
        return values

    def _plain(self, node: yaml.Node, keys: Keys) -> Any:
        """Return the value of a scalar, or a list of such."""
        if not isinstance(node, yaml.SequenceNode):
            return self._walk.scalar(node)
        return [self._walk.scalar(each) for each in self._walk.items(node, keys, "a list")]

    def _section(self, node: yaml.Node, key: str, known: Mapping[str, rules.Rule]) -> Any:
        found = self._walk.mapping(node, (key,)) or {}
        self._refuse_unknown(found, (key,), tuple(known))
        return self._values(found, (key,), known)

    def _datastores(self, node: yaml.Node) -> dict[str, Datastore]:
        keys = ("datastores",)
        found = self._walk.mapping(node, keys) or {}
        read = {}
        for name, (_, value) in found.items():
            each = self._datastore(value, (*keys, name))
            if each is not None:
                read[name.lower()] = each
        return read

    def _datastore(self, node: yaml.Node, keys: Keys) -> Datastore | None:
        where = dotted(keys)
        if not self._walk.is_mapping(node):
            parts = {"folder": self._walk.scalar(node)}
        else:
            found = self._walk.mapping(node, keys) or {}
            self._refuse_unknown(found, keys, tuple(DATASTORE_KEYS))
            parts = self._values(found, keys, DATASTORE_KEYS)
            if len(parts) < len(found):
                return None  # what is wrong was said
        try:
            return datastore(parts, where, self._base)
        except SettingsError as error:
            self._walk.error(node, keys, str(error))
            return None

    def _refuse_unknown(self, found: dict[str, Entry], keys: Keys, known: tuple[str, ...]) -> None:
        where = dotted(keys) if keys else "the settings file"
        for key, (node, _) in self._walk.unknown(found, known):
            close = get_close_matches(key, known, 1)
            valid = close[0] if close else ", ".join(known)
            self._walk.error(node, (*keys, key), f"{where} has no key {shown(key)}", valid)


def _check_token(walk: Walk, values: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    listen = values.get("listen")
    if listen is None or listen.is_loopback or values.get("token_file"):
        return
    if not environ.get(TOKEN_VARIABLE):
        text = f"listen is {listen}, which other machines can reach, but no token is set"
        valid = f"token_file: PATH or the variable {TOKEN_VARIABLE}; or listen: 127.0.0.1:50011"
        walk.error(walk.value_of("listen"), ("listen",), text, valid)


def _told(remark: Remark, source: str) -> str:
    valid = f"; valid: {remark.valid}" if remark.valid else ""
    return f"{source}:{remark.line}:{remark.column}: {remark.text}{valid}"
