"""`ModelDataCollector` of the old SDK: the same calls, as CSV, as JSONL, or as both.

Signature and meaning are those of `azureml-monitoring` 0.1.0a21. `collect` never raises into
the scoring script: what cannot be collected is warned about and counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any, Optional, Set

from numpy import ndarray
from pandas import DataFrame

from mdc_bridge.scoring import request_memory
from mdc_bridge.scoring.output_rows import Doubt, carries_another_id, doubt_of
from mdc_bridge.scoring.request_memory import Link, ModelKey
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
from mdc_core.errors import MdcError, SettingsError, UnsupportedDataError
from mdc_core.http_request import said_id
from mdc_core.ids import new_uuid
from mdc_core.interrupts import is_interrupt, of_data, shown
from mdc_core.model_config import read_model_config
from mdc_core.names import legal_deployment
from mdc_core.runtime import count_unplaced, pipeline_for
from mdc_core.settings import Settings
from mdc_core.throttle import Throttle
from mdc_core.transport.pipeline import Pipeline

from .correlations import (
    UNSUPPORTED_DATA,
    Correlations,
    append_correlations,
    as_given,
    behind_users_id,
    identity_of,
    new_correlations,
)
from .debug_output import show_rows
from .given import (
    DEFAULT,
    DEFAULT_WORKSPACE,
    first_given,
    is_given,
    names_given,
    text_or_default,
    version_given,
    warn,
    with_headers,
    without_unknown,
)

_NOT_ENABLED = (
    "Data collection is not enabled. Set environment variable AML_MODEL_DC_STORAGE_ENABLED to "
    "'true' to enable (or MDC_STORAGE to a folder or storage account)"
)
_DEBUG_ONLY = (
    "Data collection is in debug mode. Set environment variable AML_MODEL_DC_STORAGE_ENABLED to "
    "'true' to send data to the cloud (http://aka.ms/amlmodeldatacollection)."
)


class ModelDataCollector:
    """Collects the inputs, predictions or other data of a model.

    Args:
        model_name: name of the model.
        designation: `inputs`, `predictions`, `labels`, `signals`, `general`; `default` means
            `general`. Other names are collected as they are, with a warning.
        feature_names: names of the columns of arrays and lists.
        workspace: `subscription/resource group/workspace`.
        webservice_name: name of the web service; `SERVICE_NAME` when not given.
        model_version: version of the model.
        collection_name: names the file of signals and general data.
        identifier: the name of `designation` before 0.1.0a15.
        model_management_account_id: of the first preview; not used.
        model_id: likewise.

    Raises:
        TypeError: `identifier` and `designation` are both given and differ.
    """

    AML_DC_CORRELATION_HEADER = columns.CORRELATION_HEADER
    AML_DC_SCORING_TIMESTAMP_HEADER = columns.TIMESTAMP_HEADER
    AML_DC_BOUNDARY_HEADER = columns.BOUNDARY_HEADER
    AML_WORKSPACE_HEADER = columns.WORKSPACE_HEADER
    AML_SERVICE_NAME_HEADER = columns.SERVICE_NAME_HEADER
    AML_MODEL_NAME_HEADER = columns.MODEL_NAME_HEADER
    AML_MODEL_VERSION_HEADER = columns.MODEL_VERSION_HEADER
    AML_REQUEST_ID_HEADER = columns.REQUEST_ID_HEADER

    def __init__(
        self,
        model_name: str,
        designation: str = DEFAULT,
        feature_names: Optional[Sequence[str]] = None,
        workspace: str = DEFAULT_WORKSPACE,
        webservice_name: str = DEFAULT,
        model_version: Any = DEFAULT,
        collection_name: str = DEFAULT,
        *,
        identifier: Optional[str] = None,
        model_management_account_id: Optional[str] = None,
        model_id: Optional[str] = None,
    ) -> None:
        self.designation = designations.resolve_designation(designation, identifier)
        webservice_name, model_version = without_unknown(
            webservice_name, model_version, account=model_management_account_id, model_id=model_id
        )
        self.model_name = text_or_default(model_name)
        self._header = names_given(feature_names)
        self.feature_names = self._header or ()
        self.collection_name = text_or_default(collection_name)
        self._throttle = Throttle()
        self._told: Set[str] = set()
        self._pipeline: Optional[Pipeline] = None
        self._stream: Optional[Stream] = None
        self._percentage = 100.0
        self._is_unusable = False
        try:
            settings: Optional[Settings] = Settings.from_environ()
        except SettingsError as error:
            settings = None
            self._say_unusable(error)
        config = read_model_config(self.model_name)
        self.model_version, self._version = version_given(model_version, config.version)
        self.webservice_name = first_given(webservice_name, settings.service if settings else None)
        self._source = first_given(workspace, config.workspace, default=DEFAULT_WORKSPACE)
        self.workspace = self._source.lower()
        self._csv_folders = config.folders
        self._hourly = settings.hourly if settings else False
        self._echo = settings.legacy_debug if settings else False
        self._file_name = designations.file_name(
            self.designation,
            self.collection_name,
            settings.legacy_file_name if settings else "data",
        )
        self._csv = settings.csv if settings else False
        self._model = ModelKey(
            self.model_name,
            self._version if is_given(model_version) else None,
            self.webservice_name if is_given(webservice_name) else None,
        )
        self._outputs = (self.designation, self.collection_name, self.feature_names, self._model)
        if settings is not None:
            try:
                self._open(settings)
            except SettingsError as error:
                self._say_unusable(error)

    def _open(self, settings: Settings) -> None:
        if not (settings.csv or settings.jsonl):
            # As the original, whose users look for it.
            print(_DEBUG_ONLY if self._echo else _NOT_ENABLED)  # noqa: T201
            return
        self._pipeline = pipeline_for(settings)
        if not settings.jsonl:
            return
        collection = designations.collection_of(
            self.designation, self.collection_name, settings.collection_names
        )
        rule = settings.rules.of(collection)
        if not rule.enabled:
            self._warn(f"collection {collection} is not enabled, so no JSONL is written for it")
            return
        self._percentage = rule.percentage
        self._stream = Stream(
            endpoint=settings.endpoint or legal_deployment(self.webservice_name),
            deployment=settings.deployment or legal_deployment(self.model_name),
            collection=collection,
            workspace=settings.workspace or self._source,
            rolling_rate=settings.rolling_rate,
        )

    def collect(self, input_data: Any, user_correlation_id: str = "") -> Optional[Correlations]:
        """Accept data; they are copied, and written by another thread.

        Args:
            input_data: a list (one row), a numpy array (1-D: one row, else a row for each entry
                of the first dimension), a pandas DataFrame, or a Spark DataFrame.
            user_correlation_id: put before the correlation id of inputs.

        Returns:
            The correlations for `add_correlations` when the designation is `inputs`, else None.
        """
        try:
            caller = sys._getframe(1)  # noqa: SLF001  what calls this
            return self._collect(input_data, user_correlation_id, caller)
        except Exception as error:  # noqa: BLE001  the script must not fail for its collection
            self._tell(*self._counted(error))
        return None

    def add_correlations(self, input_data: Any, correlations: Optional[Correlations]) -> Any:
        """Return data with eight more columns that tie them to the inputs.

        Args:
            input_data: what is going to be collected.
            correlations: what `collect` returned for the inputs; None returns the data unchanged.
        """
        if correlations is not None and self.designation in designations.CORRELATED:
            self._header = with_headers(self._header)
        try:
            return append_correlations(input_data, correlations)
        except MdcError as error:
            self._tell("add_correlations", str(error))
        except Exception as error:  # as above
            if is_interrupt(error):
                raise
            self._tell("add_correlations", f"add_correlations failed: {shown(error)}")
        return input_data

    def _collect(
        self,
        data: Any,
        user_correlation_id: str,
        caller: FrameType,
        given: Optional[Correlations] = None,
    ) -> Optional[Correlations]:
        scope = current_scope()
        link = None
        if self.designation == designations.INPUTS:
            link = request_memory.begin_inputs(self._model, scope, caller)
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
            correlation_id = behind_users_id(of_data(str, user_correlation_id), correlation_id)
        if given is not None:
            correlation_id, time_us = identity_of(given, time_us)
        request_id = said_id() if scope is None else scope.request_id
        correlations = input_rows = None
        if link is not None:
            input_rows = rows_of_texts(snapshot, self.feature_names)
            link.open(correlation_id, count_rows(snapshot, self.feature_names, input_rows))
            correlations = new_correlations(
                correlation_id=correlation_id,
                time_us=time_us,
                hourly=self._hourly,
                workspace=self.workspace,
                service=self.webservice_name,
                model=self.model_name,
                version=self.model_version,
                request_id=request_id,
            )
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
        link = request_memory.find_link(self._model, scope, caller)
        if link is None or carries_another_id(snapshot, link.correlation_id):
            return None
        rows = count_rows(snapshot, self.feature_names, link.rows)
        if not link.take(self._outputs, rows):
            return None
        if self._stream is not None:
            self._tell_once(doubt_of(snapshot, self.feature_names, link.rows, rows))
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

    def _say_unusable(self, error: SettingsError) -> None:
        self._is_unusable = True
        print(f"Error: Initialize(): {error}")  # noqa: T201  as the original
        self._warn(f"nothing is collected: {error}")

    def _counted(self, error: Exception) -> tuple[str, str]:
        """Count an event that is lost; return why, and what to say of it."""
        if is_interrupt(error):
            raise error
        reason, message = "error", f"collect failed: {shown(error)}"
        if isinstance(error, MdcError):
            reason, message = error.reason, str(error)
        if self._pipeline is not None:
            self._pipeline.count_dropped(reason)
        return reason, message

    def _tell(self, reason: str, message: str) -> None:
        held = self._throttle.due(reason)
        if held is not None:
            self._warn(f"{message} ({held} more since the last such message)" if held else message)

    def _tell_once(self, doubt: Optional[Doubt]) -> None:
        if doubt is not None and doubt.kind not in self._told:
            self._told.add(doubt.kind)
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
