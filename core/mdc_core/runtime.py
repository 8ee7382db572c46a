"""The pipelines of this process: one for each distinct set of settings, made when first needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Optional

from .destinations import (
    Destination,
    FolderDestination,
    LocalCaptureDestination,
    MemoryDestination,
)
from .errors import SettingsError
from .settings import Settings
from .storage import Folder, Memory, Storage
from .transport import lifecycle
from .transport.counters import Counts
from .transport.pipeline import Pipeline

logger = logging.getLogger("mdc_core")

EXIT_SECONDS = 5.0

# Protects `_pipelines`; reentrant for signal handlers that flush.
_lock = threading.RLock()
_pipelines: dict[Settings, Pipeline] = {}


def pipeline_for(settings: Settings) -> Pipeline:
    """Return the pipeline of these settings, making it if this process has none yet.

    Raises:
        SettingsError: when the settings name no destination, or one that is not supported.
    """
    with _lock:
        pipeline = _pipelines.get(settings)
        if pipeline is None:
            pipeline = _pipelines[settings] = _make(settings)
            lifecycle.install(_flush_at_signal, _close_at_exit, _start_over_in_child)
        return pipeline


def flush(timeout: Optional[float] = None) -> bool:
    """Wait until everything accepted in this process is delivered.

    Args:
        timeout: seconds for all together; None waits as long as it takes.

    Returns:
        False when that did not happen in time.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    done = True
    for pipeline in list(_pipelines.values()):
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        done = pipeline.flush(left) and done
    return done


def shutdown(timeout: float = EXIT_SECONDS) -> bool:
    """Write what waits in this process and close everything; later collectors start afresh.

    Args:
        timeout: seconds for all together; what is not written by then is dropped and counted.

    Returns:
        Whether nothing was lost.
    """
    with _lock:
        closing = list(_pipelines.values())
        _pipelines.clear()
    deadline = time.monotonic() + timeout
    done = True
    for pipeline in closing:
        done = pipeline.close(max(0.0, deadline - time.monotonic())) and done
        logger.info("mdc-bridge: %s", pipeline.counts())
    return done


def counts() -> list[Counts]:
    """Return the counters of every pipeline of this process."""
    return [pipeline.counts() for pipeline in list(_pipelines.values())]


@cache
def memory_destination(name: str) -> MemoryDestination:
    """Return this process's in-memory destination of a name."""
    return MemoryDestination(name)


def _make(settings: Settings) -> Pipeline:
    lines = _lines_factory(settings)
    rows = _factory(settings.csv_storage) if settings.csv else None
    if lines is not None and settings.csv and settings.csv_storage == settings.jsonl_storage:
        rows = lines
    if lines is None and (settings.jsonl or settings.collector):
        raise SettingsError("there is nowhere to write JSONL to: set MDC_STORAGE to a folder")
    if rows is None and settings.csv:
        raise SettingsError(
            "there is nowhere to write CSV to: set AML_MODEL_DC_STORAGE or MDC_STORAGE to a folder"
        )
    return Pipeline(
        lines,
        rows,
        settings.queue_events,
        settings.queue_bytes,
        settings.sync_interval,
        enabled=not settings.worker_disabled,
    )


def _lines_factory(settings: Settings) -> Optional[Callable[[], Destination]]:
    if not (settings.jsonl or settings.collector):
        return None
    if settings.jsonl_storage is None and settings.rules.local_capture:
        return LocalCaptureDestination
    return _factory(settings.jsonl_storage)


def _factory(storage: Optional[Storage]) -> Optional[Callable[[], Destination]]:
    if storage is None:
        return None
    if isinstance(storage, Folder):
        return partial(FolderDestination, storage.path)
    if isinstance(storage, Memory):
        return partial(memory_destination, storage.name)
    raise SettingsError(f"storage accounts are not supported by this version: {storage}")


def _flush_at_signal() -> None:
    flush(EXIT_SECONDS)


def _close_at_exit() -> None:
    shutdown(EXIT_SECONDS)


def _start_over_in_child() -> None:
    global _lock
    _lock = threading.RLock()
    for pipeline in _pipelines.values():
        pipeline.start_over_in_child()
