"""Services, and a list of them: a small YAML file that says of each where its parts lie."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from mdc_core.errors import SettingsError, StoreError
from mdc_core.layouts import CSV_ROOT
from mdc_core.storage import Folder, parse_storage

from ..texts import read_text
from ..yaml_text import load

_FILES = {"scripts": "scripts", "comparison": "comparisons", "deployment": "deployments"}
_PLACES = {"archive": "archives", "collected": "collected"}
_TEXTS = ("plan", "service", "endpoint", "source_container", "container")
_SCHEME = re.compile(r"\w+:")
_VALID = ("name", *_FILES, *_PLACES, *_TEXTS)


@dataclass(frozen=True)
class WebService:
    """One web service, and where what belongs to it lies.

    Attributes:
        name: for people.
        scripts: files, and folders of them; also files of conda and pip, and Dockerfiles.
        archives: places of CSV.
        collected: places of JSONL, collected or migrated.
        comparisons: files that `compare --json` has printed.
        deployments: YAML files of the endpoint's deployment.
        plan: file of the migration's plan; None without one.
        service: only CSV of this web service; None for all that is there.
        endpoint: only JSONL of this endpoint; None for all that is there.
        source_container: of the CSV, in a storage account.
        container: of the JSONL, in a storage account.
        problem: why nothing of it can be read, else empty.
    """

    name: str
    scripts: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    plan: Optional[str] = None
    service: Optional[str] = None
    endpoint: Optional[str] = None
    source_container: str = CSV_ROOT
    container: str = CSV_ROOT
    problem: str = ""


def services_in(path: Path) -> list[WebService]:
    """Return the services of a list, in its order.

    An entry that makes no sense becomes a service with a problem, and hides no other.

    Args:
        path: of the YAML file; what it names is relative to its folder.

    Raises:
        SettingsError: it is not a list of services.
        StoreError: it cannot be read.
    """
    text = read_text(str(path))
    try:
        value = load(text, str(path))
    except StoreError as error:
        raise SettingsError(str(error)) from error
    entries = value.get("services") if isinstance(value, dict) else None
    if not isinstance(entries, list) or not entries:
        raise SettingsError(
            f"{path} is not a list of services; valid: `services:`, and of each {', '.join(_VALID)}"
        )
    services = []
    names: set[str] = set()
    for at, entry in enumerate(entries):
        service = _service(entry, at, path.parent)
        if service.name in names:
            service = replace(service, problem=f"name: {service.name} is listed twice")
        names.add(service.name)
        services.append(service)
    return services


def _service(entry: Any, at: int, folder: Path) -> WebService:
    name = f"services[{at}]"
    if not isinstance(entry, dict):
        return WebService(name, problem=f"is {entry!r}; valid: a mapping of {', '.join(_VALID)}")
    if isinstance(entry.get("name"), (str, int)) and str(entry["name"]).strip():
        name = str(entry["name"])
    try:
        return _parsed(name, entry, folder)
    except SettingsError as error:
        return WebService(name, problem=str(error))


def _parsed(name: str, entry: Mapping[Any, Any], folder: Path) -> WebService:
    unknown = [str(key) for key in entry if key not in _VALID]
    if unknown:
        raise SettingsError(f"{', '.join(unknown)} is not known; valid: {', '.join(_VALID)}")
    if not isinstance(entry.get("name"), (str, int)):
        raise SettingsError("name is missing; valid: a text")
    paths: dict[str, Any] = {}
    for key, attribute in _FILES.items():
        paths[attribute] = tuple(_joined(folder, text) for text in _texts(entry, key))
    for key, attribute in _PLACES.items():
        paths[attribute] = tuple(_place(folder, text, key) for text in _texts(entry, key))
    texts = {key: _text(entry, key) for key in _TEXTS}
    if texts["plan"] is not None:
        texts["plan"] = _joined(folder, texts["plan"])
    for key in ("source_container", "container"):
        texts[key] = texts[key] or CSV_ROOT
    return WebService(name, **paths, **texts)


def _place(folder: Path, text: str, key: str) -> str:
    """Return a place as the commands take it; folders are relative to that of the list."""
    is_folder = isinstance(parse_storage(text, key), Folder)
    return text if not is_folder or _SCHEME.match(text) else _joined(folder, text)


def _joined(folder: Path, text: str) -> str:
    return os.path.join(os.path.abspath(folder), os.path.expanduser(text))


def _texts(entry: Mapping[Any, Any], key: str) -> list[str]:
    value = entry.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    for each in values:
        if not isinstance(each, str) or not each.strip():
            raise SettingsError(f"{key} is {each!r}; valid: a text, or a list of texts")
    return values


def _text(entry: Mapping[Any, Any], key: str) -> Any:
    value = entry.get(key)
    if value is not None and (not isinstance(value, (str, int)) or isinstance(value, bool)):
        raise SettingsError(f"{key} is {value!r}; valid: a text")
    return None if value is None else str(value)
