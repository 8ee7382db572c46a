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

from ..reading.remarks import Keys, Remark, dotted
from ..reading.walk import Walk
from ..reading.yaml_nodes import Entry, Nodes, YamlError, read_text
from . import value_rules as rules
from .datastore_settings import DATASTORE_KEYS, datastore
from .settings import TOKEN_VARIABLE, AgentSettings, Datastore, PayloadSettings

AGENT_KEYS: Mapping[str, rules.Rule] = {
    "listen": rules.address,
    "token_file": rules.path,
    "spool": rules.path,
    "spool_bytes": rules.size,
    "delivery_interval": rules.seconds,
    "sync_interval": rules.seconds,
    "max_event_bytes": rules.size,
    "remembered_ids": rules.count,
    "batch_window": rules.seconds,
    "workspace": rules.workspace,
    "sdk_config": rules.path,
}
_PAYLOAD_VALUES: Mapping[str, rules.Rule] = {
    "listen": rules.address,
    "upstream": rules.address,
    "memory_bytes": rules.size,
    "max_body_bytes": rules.size,
    "slow_seconds": rules.seconds,
    "keep_failures": rules.flag,
    "make_request_ids": rules.flag,
    "signature": rules.path,
}
_LISTS = ("force_headers", "skip_paths", "inputs", "outputs")
PAYLOAD_KEYS = (*_PAYLOAD_VALUES, *_LISTS)


def read_settings(
    path: Path | str | None, environ: Mapping[str, str] = os.environ
) -> AgentSettings:
    """Return what a settings file says; without a file, the defaults.

    Args:
        path: of the file.
        environ: variables by name.

    Raises:
        SettingsError: a key is unknown or a value makes no sense; each is named, with its line.
        StoreError: there is no such file, or it cannot be read.
    """
    if path is None:
        return AgentSettings()
    source = str(path)
    try:
        nodes = Nodes(read_text(Path(path)))
        walk = Walk(nodes)
        values = {} if nodes.root is None else _File(walk, Path(path).parent).read(nodes.root)
        _check_token(walk, values, environ)
    except YamlError as error:
        at = f"{source}:{error.place.line}:{error.place.column}" if error.place.line else source
        raise SettingsError(f"{at}: {error}") from error
    if walk.remarks:
        remarks = sorted(walk.remarks, key=lambda each: (each.line, each.column))
        raise SettingsError("\n".join(_told(each, source) for each in remarks))
    return AgentSettings(**values, source=source)


class _File:
    def __init__(self, walk: Walk, base: Path) -> None:
        self._walk = walk
        self._base = base

    def read(self, root: yaml.Node) -> dict[str, Any]:
        found = self._walk.mapping(root, ()) or {}
        self._refuse_unknown(found, (), (*AGENT_KEYS, "datastores", "payload"))
        values = self._values(found, (), AGENT_KEYS)
        if "datastores" in found:
            values["datastores"] = MappingProxyType(self._datastores(found["datastores"][1]))
        if "payload" in found:
            values["payload"] = self._payload(found["payload"][1])
        return values

    def _values(
        self, found: dict[str, Entry], keys: Keys, known: Mapping[str, rules.Rule]
    ) -> dict[str, Any]:
        values = {}
        for key in known.keys() & found.keys():
            node = found[key][1]
            try:
                value = known[key](self._walk.scalar(node))
            except rules.InvalidValueError as error:
                name = dotted((*keys, key))
                text = f"{name} is {self._walk.shown(node)}"
                self._walk.error(node, (*keys, key), text, str(error))
                continue
            # A relative path begins where the file lies.
            is_path = isinstance(value, Path)
            values[key] = Path(os.path.abspath(self._base / value)) if is_path else value
        return values

    def _payload(self, node: yaml.Node) -> PayloadSettings:
        keys = ("payload",)
        found = self._walk.mapping(node, keys) or {}
        self._refuse_unknown(found, keys, PAYLOAD_KEYS)
        values = self._values(found, keys, _PAYLOAD_VALUES)
        for key in found.keys() & set(_LISTS):
            name, listed = found[key]
            items = self._walk.items(listed, (*keys, key), "a list: [name, ...]")
            texts = (self._walk.text((name, each), (*keys, key)) for each in items)
            values[key] = tuple(each for each in texts if each is not None)
        return PayloadSettings(**values)

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
        text = f"listen is {listen}, which other machines reach, and no token is set"
        valid = f"token_file: PATH or the variable {TOKEN_VARIABLE}; or listen: 127.0.0.1:50011"
        walk.error(walk.value_of("listen"), ("listen",), text, valid)


def _told(remark: Remark, source: str) -> str:
    valid = f"; valid: {remark.valid}" if remark.valid else ""
    return f"{source}:{remark.line}:{remark.column}: {remark.text}{valid}"
