"""Every setting, read once from the environment into one immutable, printable value."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Optional

from .errors import SettingsError
from .layouts import CSV_ROOT, ROLLING_RATES
from .mdc_config import CollectionRules, parse_flag, read_collection_rules
from .redaction import shown
from .storage import Folder, Storage, parse_storage
from .systems import user_name

MODES = ("auto", "legacy", "dual", "modern")
FILE_NAMES = ("data", "designation")

_LIMIT = 2**63
_VALID_PORT = "a port, a number from 1 to 65535"
_MOST_SECONDS = 1e9  # threads cannot wait for much longer

DEFAULT_QUEUE_EVENTS = 50_000
DEFAULT_QUEUE_BYTES = 64 * 1024 * 1024
DEFAULT_SPOOL_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """What the environment asks for; equal environments give equal settings.

    Attributes:
        mode: `MDC_BRIDGE_MODE`.
        csv: a legacy call becomes CSV rows.
        jsonl: a legacy call becomes JSONL lines.
        collector: the new SDK's `Collector` is switched on.
        csv_storage: where CSV goes; None when it goes nowhere.
        jsonl_storage: where JSONL goes; None when no storage is named.
        rules: collections, rates and local capture of the new SDK.
        endpoint, deployment, workspace: `MDC_ENDPOINT`, `MDC_DEPLOYMENT`, `MDC_WORKSPACE`.
        service: `SERVICE_NAME`, the web service's name where a script gives none.
        collection_names: `MDC_COLLECTIONS`, designation and collection.
        legacy_file_name: `MDC_LEGACY_FILE_NAME`.
        hourly: `AML_MODEL_DC_BOUNDARY=hour`.
        rolling_rate: `MDC_ROLLING_RATE`.
        container: `MDC_CONTAINER`, of the JSONL in a storage account.
        collector_host, collector_port: where Azure's collector listens.
        compact: send the collector a frame's text in place of JSON.
        spool: `MDC_SPOOL_DIR`.
        spool_bytes: bound of what waits there, for each process.
        delivery_interval: seconds between two rounds of delivery.
        queue_events, queue_bytes: bounds of the queue.
        sync_interval: seconds between two flushes to the disk.
        worker_disabled: accept events and write nothing; for tests of a script.
        debug: the new SDK's debug mode.
        legacy_debug: header and rows also go to stdout.
    """

    mode: str
    csv: bool
    jsonl: bool
    collector: bool
    csv_storage: Optional[Storage]
    jsonl_storage: Optional[Storage]
    rules: CollectionRules
    endpoint: Optional[str]
    deployment: Optional[str]
    workspace: Optional[str]
    service: Optional[str]
    collection_names: tuple[tuple[str, str], ...]
    legacy_file_name: str
    hourly: bool
    rolling_rate: str
    container: str
    collector_host: str
    collector_port: int
    compact: bool
    spool: Path
    spool_bytes: int
    delivery_interval: float
    queue_events: int
    queue_bytes: int
    sync_interval: float
    worker_disabled: bool
    debug: bool
    legacy_debug: bool

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Args:
            environ: variables by name.

        Raises:
            SettingsError: when a value makes no sense; the message names its variable.
        """
        rules = read_collection_rules(environ)
        mode = _choice(environ, "MDC_BRIDGE_MODE", "auto", MODES)
        storage = _storage(environ, "MDC_STORAGE")
        legacy_storage = _storage(environ, "AML_MODEL_DC_STORAGE")
        legacy_asked = environ.get("AML_MODEL_DC_STORAGE_ENABLED", "").strip().lower() == "true"
        modern_asked = bool(rules.asked) or (rules.asked is None and storage is not None)
        if mode == "auto":
            csv = legacy_asked
            jsonl = modern_asked if rules.asked is not None else modern_asked and not legacy_asked
        else:
            csv, jsonl = mode in ("legacy", "dual"), mode in ("dual", "modern")
        return cls(
            mode=mode,
            csv=csv,
            jsonl=jsonl,
            collector=modern_asked or (jsonl and rules.asked is not False),
            csv_storage=legacy_storage or storage,
            jsonl_storage=storage
            or (legacy_storage if mode != "auto" and rules.asked is None else None),
            rules=rules,
            endpoint=environ.get("MDC_ENDPOINT") or None,
            deployment=environ.get("MDC_DEPLOYMENT") or None,
            workspace=_workspace(environ),
            service=environ.get("SERVICE_NAME") or None,
            collection_names=_collection_names(environ),
            legacy_file_name=_choice(environ, "MDC_LEGACY_FILE_NAME", "data", FILE_NAMES),
            hourly=environ.get("AML_MODEL_DC_BOUNDARY", "").strip().lower() == "hour",
            rolling_rate=_choice(environ, "MDC_ROLLING_RATE", "hour", ROLLING_RATES),
            container=environ.get("MDC_CONTAINER") or CSV_ROOT,
            collector_host=environ.get("AZUREML_MDC_HOST") or "127.0.0.1",
            collector_port=_whole(environ, "AZUREML_MDC_PORT", 50011, 65536, _VALID_PORT),
            compact=_flag(environ, "AZUREML_MDC_FORMAT_COMPACT"),
            spool=_spool(environ),
            spool_bytes=_whole(environ, "MDC_SPOOL_BYTES", DEFAULT_SPOOL_BYTES),
            delivery_interval=_seconds(environ, "MDC_DELIVERY_INTERVAL", 1.0),
            queue_events=_whole(environ, "AZUREML_MDC_QUEUE_CAPACITY", DEFAULT_QUEUE_EVENTS),
            queue_bytes=_whole(environ, "MDC_QUEUE_BYTES", DEFAULT_QUEUE_BYTES),
            sync_interval=_seconds(environ, "MDC_SYNC_INTERVAL", 5.0),
            worker_disabled=_flag(environ, "AZUREML_MDC_WORKER_DISABLED"),
            debug=_flag(environ, "AZUREML_MDC_DEBUG"),
            legacy_debug=environ.get("AML_MODEL_DC_DEBUG", "").strip().lower() == "true",
        )

    def describe(self) -> dict[str, str]:
        """Return every setting as text; keys and signatures are masked."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}


def _storage(environ: Mapping[str, str], setting: str) -> Optional[Storage]:
    text = environ.get(setting, "")
    return parse_storage(text, setting) if text.strip() else None


def _choice(environ: Mapping[str, str], setting: str, default: str, valid: tuple[str, ...]) -> str:
    value = environ.get(setting, "").strip().lower() or default
    if value not in valid:
        raise SettingsError(f"{setting} is {shown(environ[setting])}; valid: {', '.join(valid)}")
    return value


def _flag(environ: Mapping[str, str], setting: str) -> bool:
    return parse_flag(environ.get(setting, "false"), setting)


def _whole(
    environ: Mapping[str, str],
    setting: str,
    default: int,
    limit: int = _LIMIT,
    valid: str = "a whole number from 1 up, below 2^63",
) -> int:
    digits = (environ.get(setting, "").strip() or str(default)).lstrip("0")
    # Python reads no number of very many digits.
    is_number = digits.isdecimal() and len(digits) <= len(str(limit))
    if not (is_number and 0 < int(digits) < limit):
        raise SettingsError(f"{setting} is {shown(environ[setting])}; valid: {valid}")
    return int(digits)


def _seconds(environ: Mapping[str, str], setting: str, default: float) -> float:
    text = environ.get(setting, "").strip() or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= _MOST_SECONDS:
        raise SettingsError(
            f"{setting} is {shown(text)}; valid: seconds, a number from 0 up to 10^9"
        )
    return value


def _spool(environ: Mapping[str, str]) -> Path:
    """Return the spool's folder; without a setting one of this user's in the temporary folder."""
    text = environ.get("MDC_SPOOL_DIR", "").strip()
    if not text:
        return Path(_temporary_folder()) / f"mdc-spool-{user_name()}"
    storage = parse_storage(text, "MDC_SPOOL_DIR")
    if not isinstance(storage, Folder):
        raise SettingsError("MDC_SPOOL_DIR must be a folder of the local file system")
    return storage.path


def _temporary_folder() -> str:
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        # A read-only file system has none. Whatever needs the spool will report that.
        return "/tmp"


def _workspace(environ: Mapping[str, str]) -> Optional[str]:
    text = environ.get("MDC_WORKSPACE", "").strip("/ ")
    if text and (text.count("/") != 2 or not all(text.split("/"))):
        raise SettingsError(
            f"MDC_WORKSPACE is {shown(text)}; valid: SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE"
        )
    return text or None


def _collection_names(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    text = environ.get("MDC_COLLECTIONS", "")
    pairs = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        designation, equals, collection = (part.strip() for part in entry.partition("="))
        if not (designation and equals and collection):
            raise SettingsError(
                f"MDC_COLLECTIONS holds {shown(entry)}; valid: designation=collection pairs, "
                "separated by commas, such as predictions=scores,labels=truth"
            )
        pairs.append((designation, collection))
    return tuple(pairs)
