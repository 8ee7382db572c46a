"""The pipelines of this process: one for each distinct set of settings, made when first needed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Optional

from . import native
from .destination_choice import for_lines, for_rows
from .settings import Settings
from .transport import lifecycle
from .transport.counters import Counts, Refusals
from .transport.pipeline import GRACE_SECONDS, Pipeline

logger = logging.getLogger("mdc_core")

EXIT_SECONDS = 5.0
# The interpreter's own end takes the rest of the five seconds.
_ENDING_SECONDS = 3.75
# The end waits so long for a thread that logs; a signal handler may have interrupted that thread.
_LOGGING_SECONDS = 0.25

# Protects the pipelines; reentrant for signal handlers that flush, or end the process.
_lock = native.RLock()
_pipelines: dict[Settings, Pipeline] = {}
# Pipelines that are being closed; a process that ends meanwhile waits for them too.
_closing: dict[Pipeline, None] = {}
# One for each thread that closes pipelines, until it has logged what was lost.
_logging: dict[native.Latch, None] = {}
# Events that were offered to collectors whose settings name no usable destination.
_unplaced = Refusals()
# Monotonic seconds, once the process ends; nothing is accepted any more.
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
            lifecycle.install(_CALLBACKS)
            if _ends_at:
                pipeline.close(0)
            else:
                pipeline.start_if_left_behind()
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
        timeout: seconds for all together; what is not written by then is dropped and counted, and
            what is not delivered stays in the spool.

    Returns:
        Whether nothing was lost: it is delivered, or the next process delivers it.
    """
    return _close_all(time.monotonic() + timeout)


def counts() -> list[Counts]:
    """Return the counters of every pipeline of this process.

    One more comes last when events were lost because settings name no usable destination.
    """
    unplaced = _unplaced.added_to(Counts())
    placed = [pipeline.counts() for pipeline in list(_pipelines.values())]
    return [*placed, unplaced] if unplaced.dropped else placed


def count_unplaced() -> None:
    """Count an event that was lost because its collector's settings make no sense."""
    with _lock:
        lifecycle.install(_CALLBACKS)
    _unplaced.add("no_destination")


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
        is_safe=lifecycle.is_complete,
    )


def _close_all(
    deadline: float, natively: bool = False, on_emptied: Callable[[], None] = lambda: None
) -> bool:
    """Close all pipelines side by side; may be called again meanwhile, even in the same thread."""
    global _unplaced
    logged = native.Latch()
    with _lock:
        _logging[logged] = None
        _closing.update(dict.fromkeys(_pipelines.values()))
        _pipelines.clear()
        closing = list(_closing)
        unplaced, _unplaced = _unplaced.added_to(Counts()), Refusals()
    done = not unplaced.dropped
    if unplaced.dropped:
        logger.warning("mdc-bridge: %s", unplaced)

    def left() -> float:
        return max(0.0, deadline - time.monotonic())

    def wait(latch: native.Latch) -> None:
        # One grace for all of them: they end side by side.
        seconds = max(0.0, deadline + GRACE_SECONDS - time.monotonic())
        (latch.wait_natively if natively else latch.wait)(seconds)

    for pipeline in closing:
        pipeline.begin_to_close(left())
    for pipeline in closing:
        wait(pipeline.emptied)
    on_emptied()
    for pipeline in closing:
        wait(pipeline.closed)
        if pipeline in _closing:
            _closing.pop(pipeline, None)
            done = not pipeline.report_lost() and done
            _log(pipeline.counts())
    _logging.pop(logged, None)
    logged.set()
    return done


def _log(counts: Counts) -> None:
    lost = counts.dropped.keys() - {"dropped_sampling"}
    logger.log(logging.WARNING if lost else logging.INFO, "mdc-bridge: %s", counts)


class _Callbacks(lifecycle.Callbacks):
    def hold(self) -> Callable[[], None]:
        deadline = time.monotonic() + EXIT_SECONDS
        pipelines = [*_closing, *_pipelines.values()]
        resumes = [each.hold(max(0.0, deadline - time.monotonic())) for each in pipelines]
        for pipeline in pipelines:
            _log(pipeline.counts_if_ended())

        def resume_all() -> None:
            for resume in resumes:
                resume()

        return resume_all

    def finish(self, on_written: Callable[[], None] = lambda: None) -> None:
        global _ends_at
        _ends_at = _ends_at or time.monotonic() + _ENDING_SECONDS
        _close_all(_ends_at, natively=True, on_emptied=on_written)
        patience = time.monotonic() + _LOGGING_SECONDS
        for logged in list(_logging):
            logged.wait_natively(max(0.0, patience - time.monotonic()))

    def start_over_in_child(self) -> None:
        global _lock, _unplaced, _ends_at
        _lock = native.RLock()
        _unplaced = Refusals()
        _ends_at = 0.0
        _closing.clear()
        _logging.clear()
        for pipeline in _pipelines.values():
            pipeline.start_over_in_child()


_CALLBACKS = _Callbacks()
