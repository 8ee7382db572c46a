"""Options of the command line that stand for settings: one line is enough on a laptop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mdc_core.errors import SettingsError
from mdc_core.redaction import shown
from mdc_core.settings import Settings
from mdc_core.storage import Folder, parse_storage

from ..payload.settings import PayloadSettings
from . import value_rules as rules
from .datastore_path import DEFAULT_DATASTORE
from .settings import AgentSettings, Datastore

NO_FILE = "agent.yaml (none was given)"


def with_options(
    settings: AgentSettings, given: Mapping[str, str], environ: Mapping[str, str]
) -> AgentSettings:
    """Return settings in which options replace those of the file.

    Args:
        settings: of the file.
        given: options by their names, without dashes: `events`, `listen`, `upstream`, `storage`,
            `spool`.
        environ: variables by name; `MDC_STORAGE` is the storage if neither names one.

    Raises:
        SettingsError: an option makes no sense.
    """
    for name, text in given.items():
        option = f"--{name}"
        if name == "storage":
            settings = _with_storage(settings, text, option, {})
        elif name == "spool":
            settings = replace(settings, spool=_read(rules.path, text, option).absolute())
        elif name == "events":
            settings = replace(settings, listen=_read(rules.address, text, option))
        else:  # of the payloads' two addresses
            logged = settings.payload or PayloadSettings()
            address = _read(rules.host_and_port, text, option)
            settings = replace(settings, payload=replace(logged, **{name: address}))
    if DEFAULT_DATASTORE not in settings.datastores and environ.get("MDC_STORAGE", "").strip():
        settings = _with_storage(settings, environ["MDC_STORAGE"], "MDC_STORAGE", environ)
    return replace(settings, given=MappingProxyType(dict(given)))


def _with_storage(
    settings: AgentSettings, text: str, setting: str, environ: Mapping[str, str]
) -> AgentSettings:
    storage = parse_storage(text, setting)
    container = "" if isinstance(storage, Folder) else Settings.from_environ(environ).container
    datastore = Datastore(storage, container)
    return replace(
        settings,
        datastores=MappingProxyType({**settings.datastores, DEFAULT_DATASTORE: datastore}),
    )


def _read(rule: rules.ValueRule, text: str, option: str) -> Any:
    try:
        return rule(int(text) if text.isdecimal() and len(text) < 6 else text)
    except rules.InvalidValueError as error:
        raise SettingsError(f"{option} is {shown(text)}; valid: {error}") from error
