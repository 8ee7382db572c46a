"""What a collector of the old SDK does in `collect`: data in, an event for the writer out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import FrameType
from typing import Any, Optional, Set

from numpy import ndarray
from pandas import DataFrame

from mdc_bridge.scoring import input_links
from mdc_bridge.scoring.input_links import Link, ModelKey
from mdc_bridge.scoring.output_rows import Doubt, carries_another_id, doubt_of
from mdc_bridge.scoring.request_scope import current_scope
from mdc_bridge.scoring.served_request import Scope
from mdc_core import designations
from mdc_core.data import correlation_columns as columns
from mdc_core.data.events import CsvTarget, Event, Stream
from mdc_core.data.printed import with_texts
from mdc_core.data.rows import count_rows, rows_of_texts
from mdc_core.data.sampling import is_sampled
from mdc_core.data.snapshot import (
    Snapshot,
    is_spark_frame,
    snapshot_array,
    snapshot_frame,
    snapshot_list,
)
from mdc_core.errors import MdcError, UnsupportedDataError
from mdc_core.http_request import middleware_id
from mdc_core.ids import new_uuid
from mdc_core.interrupts import is_interrupt, of_data, shown
from mdc_core.runtime import count_unplaced
from mdc_core.throttle import Throttle
from mdc_core.transport.pipeline import Pipeline

from .constructor_arguments import warn
from .correlations import UNSUPPORTED_DATA, Correlations, as_given, identity_of, timestamp_text
from .debug_output import show_rows


class Collecting:
    """The part of `ModelDataCollector` that runs while a script scores.

    The constructor of `ModelDataCollector` sets the attributes; each call reads them.
    """

    designation: str
    model_name: str
    feature_names: tuple[str, ...]
    collection_name: str
    webservice_name: str
    workspace: str
    model_version: Any
    _version: str
    _header: Optional[tuple[str, ...]]
    _model: ModelKey
    _outputs: tuple[Any, ...]
    _hourly: bool
    _echo: bool
    _csv: bool
    _csv_folders: Mapping[tuple[str, str], str]
    _file_name: str

    def __init__(self) -> None:
        self._throttle = Throttle()
        self._warned: Set[str] = set()
        self._pipeline: Optional[Pipeline] = None
        self._stream: Optional[Stream] = None
        self._percentage = 100.0
        self._is_unusable = False

    def _collect(
        self,
        data: Any,
        user_correlation_id: str,
        caller: FrameType,
        correlations_of_original: Optional[Correlations] = None,
    ) -> Optional[Correlations]:
        scope = current_scope()
        link = None
        if self.designation == designations.INPUTS:
            link = input_links.begin_inputs(self._model, scope, caller)
        pipeline = self._pipeline
        if pipeline is None:
            if self._is_unusable:
                count_unplaced()
            elif not self._echo:
                return None
        snapshot, size = _snapshot(data)
        time_us = int(time.time() * 1_000_000)
        correlation_id = new_uuid()
        if type(user_correlation_id) is not str or user_correlation_id:
            text = of_data(str, user_correlation_id)
            correlation_id = f"{text}-{correlation_id}" if text else correlation_id
        if correlations_of_original is not None:
            correlation_id, time_us = identity_of(correlations_of_original, time_us)
        request_id = middleware_id() if scope is None else scope.request_id
        correlations = input_rows = None
        if link is not None:
            input_rows = rows_of_texts(snapshot, self.feature_names)
            link.open(correlation_id, count_rows(snapshot, self.feature_names, input_rows))
            boundary = columns.HOURLY_BOUNDARY if self._hourly else columns.DAILY_BOUNDARY
            correlations = {
                columns.CORRELATION_HEADER: correlation_id,
                columns.TIMESTAMP_HEADER: timestamp_text(time_us),
                columns.BOUNDARY_HEADER: boundary,
                columns.WORKSPACE_HEADER: self.workspace,
                columns.SERVICE_NAME_HEADER: self.webservice_name,
                columns.MODEL_NAME_HEADER: self.model_name,
                columns.MODEL_VERSION_HEADER: self.model_version,
                columns.REQUEST_ID_HEADER: request_id or columns.NO_REQUEST_ID,
            }
        else:
            found = self._link_of_outputs(snapshot, scope, caller)
            if found is not None:
                correlation_id = found.correlation_id
                request_id, input_rows = found.request_id, found.rows
        target = self._csv_target(correlations) if self._csv or self._echo else None
        if self._csv and target is not None and snapshot.prints:
            printed = with_texts(snapshot, link is not None)
            if printed is not None:
                target = target._replace(printed=printed[0])
                size += printed[1]
        event: Event = tuple.__new__(  # as in `_csv_target`
            Event,
            (
                snapshot,
                size,
                time_us,
                correlation_id,
                self._version,
                self._stream,
                target if self._csv else None,
                request_id,
                None,
                self.feature_names,
                input_rows,
                link is None,
                self._percentage,
            ),
        )
        if self._echo and target is not None:
            show_rows(event, target)
        if pipeline is not None:
            self._put(event, pipeline)
        return correlations

    def _link_of_outputs(
        self, snapshot: Snapshot, scope: Optional[Scope], caller: FrameType
    ) -> Optional[Link]:
        """Return the link whose id and row count the outputs have; None where they have none."""
        link = input_links.find_link(self._model, scope, caller)
        if link is None or carries_another_id(snapshot, link.correlation_id):
            return None
        rows = count_rows(snapshot, self.feature_names, link.rows)
        if not link.take(self._outputs, rows):
            return None
        if self._stream is not None:
            self._warn_once(doubt_of(snapshot, self.feature_names, link.rows, rows))
        return link

    def _put(self, event: Event, pipeline: Pipeline) -> None:
        """Hand an event to the writer, or count that sampling drops it."""
        if (
            self._percentage < 100
            and not event.carries_correlations
            and not is_sampled(event.request_id or event.correlation_id, self._percentage)
        ):
            event = event._replace(stream=None)
        if event.stream is not None or event.csv is not None:
            pipeline.put(event)
        elif self._stream is not None:
            pipeline.count_dropped("dropped_sampling")

    def _csv_target(self, correlations: Optional[Correlations]) -> CsvTarget:
        # By position, as `CsvTarget(...)` by its `__new__` of Python takes 0.7 us more.
        target: CsvTarget = tuple.__new__(
            CsvTarget,
            (
                self.workspace,
                self.webservice_name,
                self.model_name,
                self._version,
                self.designation,
                self._file_name,
                self._hourly,
                () if correlations is None else tuple(correlations.values()),
                self.designation in designations.CORRELATED,
                self._header,
                self._csv_folders,
                None,
            ),
        )
        return target

    def _count_lost(self, error: Exception) -> tuple[str, str]:
        """Count an event that is lost; return the reason, and a message for the user."""
        if is_interrupt(error):
            raise error
        reason, message = "error", f"collect failed: {shown(error)}"
        if isinstance(error, MdcError):
            reason, message = error.reason, str(error)
        if self._pipeline is not None:
            self._pipeline.count_dropped(reason)
        return reason, message

    def _warn_throttled(self, reason: str, message: str) -> None:
        suppressed = self._throttle.due(reason)
        if suppressed is not None:
            more = f" ({suppressed} more since the last such message)" if suppressed else ""
            self._warn(message + more)

    def _warn_once(self, doubt: Optional[Doubt]) -> None:
        if doubt is not None and doubt.kind not in self._warned:
            self._warned.add(doubt.kind)
            self._warn(doubt.message, stacklevel=7)

    def _warn(self, message: str, stacklevel: int = 5) -> None:
        warn(message, stacklevel)


def _snapshot(data: Any) -> tuple[Snapshot, int]:
    """Return an isolated copy, and its size in bytes."""
    if isinstance(data, DataFrame):
        return snapshot_frame(data)
    if isinstance(data, ndarray):
        return snapshot_array(as_given(data) if data.dtype.kind == "O" else data)
    if isinstance(data, list):
        return snapshot_list(data)
    if is_spark_frame(data):
        return snapshot_frame(data.toPandas())
    raise UnsupportedDataError(UNSUPPORTED_DATA)
