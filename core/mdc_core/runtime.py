"""The pipelines of this process: one for each distinct set of settings, made when first needed."""

from __future__ import annotations

import logging
import threading
import time
from typing import Optional

from .destination_choice import for_lines, for_rows
from .settings import Settings
from .transport import lifecycle
from .transport.counters import Counters, Counts
from .transport.pipeline import Pipeline

logger = logging.getLogger("mdc_core")

EXIT_SECONDS = 5.0
# The interpreter's own end takes the rest of the five seconds.
_ENDING_SECONDS = 3.75
# What a signal leaves of them to the exit that follows it.
_LEFT_TO_EXIT = 1.0

# Protects `_pipelines`; reentrant for signal handlers that flush.
_lock = threading.RLock()
_pipelines: dict[Settings, Pipeline] = {}
# Those that `shutdown` is closing: a signal that ends the process meanwhile waits for them too.
_closing: list[Pipeline] = []
# Events that were offered to collectors whose settings name no usable destination.
_unplaced = Counters()
# Monotonic seconds, set by a signal that is expected to end the process.
_ends_at = 0.0


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
    for pipeline in [*_closing, *_pipelines.values()]:
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
    global _unplaced
    with _lock:
        closing = list(_pipelines.values())
        _closing.extend(closing)
        _pipelines.clear()
        unplaced, _unplaced = _unplaced.read(), Counters()
    deadline = time.monotonic() + timeout
    done = not unplaced.dropped
    if unplaced.dropped:
        logger.warning("mdc-bridge: %s", unplaced)
    for pipeline in closing:
        done = pipeline.close(max(0.0, deadline - time.monotonic())) and done
        _closing.remove(pipeline)
        counts = pipeline.counts()
        lost = counts.dropped.keys() - {"dropped_sampling"}
        logger.log(logging.WARNING if lost else logging.INFO, "mdc-bridge: %s", counts)
    return done


def counts() -> list[Counts]:
    """Return the counters of every pipeline of this process.

    One more comes last when events were lost because settings name no usable destination.
    """
    unplaced = _unplaced.read()
    placed = [pipeline.counts() for pipeline in list(_pipelines.values())]
    return [*placed, unplaced] if unplaced.dropped else placed


def count_unplaced() -> None:
    """Count an event that was lost because its collector's settings make no sense."""
    with _lock:
        lifecycle.install(_flush_at_signal, _close_at_exit, _start_over_in_child)
    _unplaced.add_dropped("no_destination")


def _make(settings: Settings) -> Pipeline:
    lines = for_lines(settings)
    rows = for_rows(settings)
    if lines is not None and rows is not None and settings.csv_storage == settings.jsonl_storage:
        rows = lines
    return Pipeline(
        lines,
        rows,
        settings.queue_events,
        settings.queue_bytes,
        settings.sync_interval,
        enabled=not settings.worker_disabled,
    )


def _flush_at_signal() -> None:
    global _ends_at
    _ends_at = time.monotonic() + _ENDING_SECONDS
    flush(_ENDING_SECONDS - _LEFT_TO_EXIT)


def _close_at_exit() -> None:
    left = _ends_at - time.monotonic()
    shutdown(max(left, _LEFT_TO_EXIT) if left > 0 else _ENDING_SECONDS)


def _start_over_in_child() -> None:
    global _lock, _unplaced
    _lock = threading.RLock()
    _unplaced = Counters()
    _closing.clear()
    for pipeline in _pipelines.values():
        pipeline.start_over_in_child()
