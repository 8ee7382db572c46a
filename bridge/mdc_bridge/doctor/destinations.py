"""Where CSV and JSONL go, and whether something arrives there."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Optional

from mdc_core.destination_choice import for_lines, for_rows
from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT, JSONL_ROOT
from mdc_core.settings import Settings
from mdc_core.storage import Folder, Memory, Storage

from .account_probe import probe_account
from .folder_probe import probe_folder
from .original import is_for_original
from .report import Check, MayChange, fail, ok

PROBE_SECONDS = 10.0
# What a change that has begun gets beyond the bound, to be undone.
_UNDOING_SECONDS = 5.0
_CSV, _JSONL = "destination of CSV", "destination of JSONL"


def check_destinations(
    settings: Settings, environ: Mapping[str, str], seconds: float = PROBE_SECONDS
) -> Iterator[Check]:
    """Probe where CSV rows and JSONL lines go.

    Args:
        settings: of this container.
        environ: what they were read from.
        seconds: that are waited for one destination.
    """
    if settings.csv:
        setting = _first_set(environ, "AML_MODEL_DC_STORAGE", "MDC_STORAGE")
        yield from _check(_CSV, for_rows, settings, settings.csv_storage, setting, seconds)
    if settings.jsonl or settings.collector:
        setting = _first_set(environ, "MDC_STORAGE", "AML_MODEL_DC_STORAGE")
        yield from _check(_JSONL, for_lines, settings, settings.jsonl_storage, setting, seconds)


def uses_spool(settings: Settings) -> bool:
    """Return whether events wait in the spool before they are delivered."""
    lines = settings.jsonl or settings.collector
    stores = [settings.csv_storage] * settings.csv + [settings.jsonl_storage] * lines
    if any(store is not None and not isinstance(store, (Folder, Memory)) for store in stores):
        return True
    return lines and settings.jsonl_storage is None and not settings.rules.local_capture


def _check(
    name: str,
    choose: Callable[[Settings], object],
    settings: Settings,
    storage: Storage | None,
    setting: str,
    seconds: float,
) -> Iterator[Check]:
    try:
        choose(settings)
    except SettingsError as error:
        yield fail(name, str(error), "nothing is collected until then")
        return
    if isinstance(storage, Memory):
        yield ok(name, f"{storage} ({setting}): in this process, for tests")
        return
    if storage is None and settings.rules.local_capture:
        yield ok(name, "the logger local.capture, stdout unless logging is configured")
        return
    attempt = _Attempt(partial(_probe, name, settings, storage, setting))
    checks = attempt.run(seconds)
    if checks is None:
        place = storage or f"the collector at {settings.collector_host}:{settings.collector_port}"
        yield fail(name, f"{place} does not answer in {seconds:g} s", "check the network")
        return
    yield from checks


def _probe(
    name: str, settings: Settings, storage: Storage | None, setting: str, may_change: MayChange
) -> list[Check]:
    if storage is None:
        return [_probe_collector(name, settings.collector_host, settings.collector_port)]
    if isinstance(storage, Folder):
        folder = storage.path / (CSV_ROOT if name == _CSV else JSONL_ROOT)
        return probe_folder(may_change, name, folder, setting)
    assert not isinstance(storage, Memory)
    # Credentials that fail say so at length; without a handler that would go to stderr.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if name == _JSONL:
        container, kind = settings.container, "AppendBlob"
        return probe_account(may_change, name, storage, container, kind, setting)
    until_then = "until then events wait in the spool"
    if is_for_original():
        until_then = "until then the rows are lost: the original keeps none"
    return probe_account(may_change, name, storage, CSV_ROOT, "BlockBlob", setting, until_then)


def _probe_collector(name: str, host: str, port: int) -> Check:
    """Connect and say nothing: what is sent to a collector is collected."""
    place = f"the collector at {host}:{port} (AZUREML_MDC_HOST, AZUREML_MDC_PORT)"
    try:
        socket.create_connection((host, port), PROBE_SECONDS / 2).close()
    except OSError as error:
        return fail(
            name,
            f"{place} accepts no connection: {error.strerror or error}",
            "beside an online endpoint with data_collector one listens there; elsewhere set "
            "MDC_STORAGE",
        )
    return ok(name, f"{place} accepts connections; no event was sent")


def _first_set(environ: Mapping[str, str], *names: str) -> str:
    return next((name for name in names if environ.get(name, "").strip()), names[0])


class _Attempt:
    """Checks that run in their own thread; neither a name server nor a mount can be hurried."""

    def __init__(self, work: Callable[[MayChange], list[Check]]) -> None:
        self._work = work
        self._checks: list[Check] = []
        self._error: Optional[BaseException] = None
        # Protects the two flags: a change begins while somebody waits for it, or never.
        self._lock = threading.Lock()
        self._changing = False
        self._given_up = False
        self._done = threading.Event()

    def run(self, seconds: float) -> Optional[list[Check]]:
        """Return the checks; None when there are none after so many seconds."""
        threading.Thread(target=self._run, name="mdc-bridge doctor", daemon=True).start()
        if not self._done.wait(seconds):
            with self._lock:
                self._given_up = True
            if not (self._changing and self._done.wait(_UNDOING_SECONDS)):
                return None
        if self._error is not None:
            raise self._error
        return self._checks

    def may_change(self) -> bool:
        """Return whether something may be changed now; it will be waited for until it is undone."""
        with self._lock:
            self._changing = not self._given_up
            return self._changing

    def _run(self) -> None:
        try:
            self._checks = self._work(self.may_change)
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            self._error = error
        self._done.set()
