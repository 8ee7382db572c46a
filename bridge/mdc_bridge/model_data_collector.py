"""`ModelDataCollector` of the old SDK: the same calls, as CSV, as JSONL, or as both.

Signature and meaning are those of `azureml-monitoring` 0.1.0a21. `collect` never raises into
the scoring script: what cannot be collected is warned about and counted.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, Optional

import numpy
import pandas

from mdc_core.data import correlation_columns as columns
from mdc_core.data.events import CsvTarget, Event, Stream
from mdc_core.data.rows import count_rows
from mdc_core.data.sampling import is_sampled
from mdc_core.data.snapshot import (
    Snapshot,
    is_spark_frame,
    snapshot_array,
    snapshot_frame,
    snapshot_list,
)
from mdc_core.errors import MdcError, SettingsError, UnsupportedDataError
from mdc_core.names import legal_deployment
from mdc_core.runtime import count_unplaced, pipeline_for
from mdc_core.settings import Settings
from mdc_core.throttle import Throttle
from mdc_core.transport.pipeline import Pipeline

from . import designations, request_memory
from .correlations import (
    Correlations,
    append_correlations,
    new_correlation_id,
    new_correlations,
)
from .model_config import read_model_config
from .request_scope import current_scope

logger = logging.getLogger("mdc_bridge")

_DEFAULT = "default"
_DEFAULT_WORKSPACE = "default/default/default"

_NOT_ENABLED = (
    "Data collection is not enabled. Set environment variable AML_MODEL_DC_STORAGE_ENABLED to "
    "'true' to enable (or MDC_STORAGE to a folder or storage account)"
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
        designation: str = _DEFAULT,
        feature_names: Optional[Sequence[str]] = None,
        workspace: str = _DEFAULT_WORKSPACE,
        webservice_name: str = _DEFAULT,
        model_version: Any = _DEFAULT,
        collection_name: str = _DEFAULT,
        *,
        identifier: Optional[str] = None,
    ) -> None:
        self.designation = designations.resolve_designation(designation, identifier)
        self.model_name = _text_or_default(model_name)
        self.feature_names = _names(feature_names)
        self.collection_name = _text_or_default(collection_name)
        self._throttle = Throttle()
        self._pipeline: Optional[Pipeline] = None
        self._stream: Optional[Stream] = None
        self._percentage = 100.0
        self._is_unusable = False
        try:
            settings: Optional[Settings] = Settings.from_environ()
        except SettingsError as error:
            settings = None
            self._say_unusable(error)
        version = _DEFAULT if model_version is None or model_version == "" else model_version
        config = read_model_config(self.model_name, str(version))
        self.model_version = config.version or version if version == _DEFAULT else version
        self.webservice_name = _first(webservice_name, settings.service if settings else None)
        self._source = _first(workspace, config.workspace, default=_DEFAULT_WORKSPACE)
        self.workspace = self._source.lower()
        self._csv_base = config.folder.replace("{webservice_name}", self.webservice_name)
        self._hourly = settings.hourly if settings else False
        self._echo = settings.legacy_debug if settings else False
        self._file_name = designations.file_name(
            self.designation,
            self.collection_name,
            settings.legacy_file_name if settings else "data",
        )
        self._csv = settings.csv if settings else False
        self._model = (self.model_name, str(self.model_version), self.webservice_name)
        self._outputs = (self.designation, self.collection_name, self.feature_names)
        if settings is not None:
            try:
                self._open(settings)
            except SettingsError as error:
                self._say_unusable(error)

    def _open(self, settings: Settings) -> None:
        if not (settings.csv or settings.jsonl):
            print(_NOT_ENABLED)  # noqa: T201  the original does, and its users look for it
            return
        self._pipeline = pipeline_for(settings)
        if not settings.jsonl:
            return
        collection = designations.collection_of(
            self.designation, self.collection_name, settings.collection_names
        )
        rule = settings.rules.of(collection)
        if not rule.enabled:
            self._warn(f"collection {collection} is not enabled, no JSONL is written for it")
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
            return self._collect(input_data, user_correlation_id)
        except MdcError as error:
            self._lost(error.reason, str(error))
        except Exception as error:  # noqa: BLE001  the script must not fail for its collection
            # Unlike `repr`, this cannot fail whatever the error is.
            shown = "".join(traceback.format_exception_only(type(error), error)).strip()
            self._lost("error", f"collect failed: {shown}")
        return None

    def add_correlations(self, input_data: Any, correlations: Optional[Correlations]) -> Any:
        """Return data with eight more columns that tie them to the inputs.

        Args:
            input_data: what is going to be collected.
            correlations: what `collect` returned for the inputs; None returns the data unchanged.
        """
        return append_correlations(input_data, correlations)

    def _collect(self, data: Any, user_correlation_id: str) -> Optional[Correlations]:
        scope, caller = current_scope(), sys._getframe(2)  # noqa: SLF001  what calls `collect`
        link = None
        if self.designation == designations.INPUTS:
            link = request_memory.begin_inputs(self._model, scope, caller)
        pipeline = self._pipeline
        if pipeline is None:
            if self._is_unusable:
                count_unplaced()
            return None
        snapshot, size = _snapshot(data)
        time_us = int(time.time() * 1_000_000)
        correlation_id = new_correlation_id(str(user_correlation_id or ""))
        request_id = None if scope is None else scope.request_id
        correlations = input_rows = None
        if link is not None:
            link.open(correlation_id, count_rows(snapshot, self.feature_names))
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
            found = request_memory.find_link(self._model, scope, caller)
            if found is not None:
                rows = count_rows(snapshot, self.feature_names, found.rows)
                if found.take(self._outputs, rows):
                    correlation_id = found.correlation_id
                    request_id, input_rows = found.request_id, found.rows
        event = Event(
            snapshot,
            size,
            time_us,
            correlation_id,
            str(self.model_version),
            self._stream,
            self._csv_target(correlations) if self._csv else None,
            request_id,
            None,
            self.feature_names,
            input_rows,
            link is None,
            self._percentage,
        )
        if not (event.carries_correlations or is_sampled(correlation_id, self._percentage)):
            event = event._replace(stream=None)
        if event.stream is not None or event.csv is not None:
            pipeline.put(event)
        elif self._stream is not None:
            pipeline.count_dropped("dropped_sampling")
        return correlations

    def _csv_target(self, correlations: Optional[Correlations]) -> CsvTarget:
        return CsvTarget(
            workspace=self.workspace,
            service=self.webservice_name,
            model=self.model_name,
            version=str(self.model_version),
            designation=self.designation,
            file_name=self._file_name,
            hourly=self._hourly,
            correlation=() if correlations is None else tuple(correlations.values()),
            follows_rows=self.designation in designations.CORRELATED,
            echo=self._echo,
            base=self._csv_base,
        )

    def _say_unusable(self, error: SettingsError) -> None:
        self._is_unusable = True
        print(f"Error: Initialize(): {error}")  # noqa: T201  as the original
        self._warn(f"nothing is collected: {error}")

    def _lost(self, reason: str, message: str) -> None:
        if self._pipeline is not None:
            self._pipeline.count_dropped(reason)
        held = self._throttle.due(reason)
        if held is not None:
            self._warn(f"{message} ({held} more since the last such message)" if held else message)

    def _warn(self, message: str) -> None:
        try:
            warnings.warn(message, UserWarning, stacklevel=4)
        except UserWarning:  # made an error by the script's filters; it must not fail for that
            logger.warning("mdc-bridge: %s", message)


def _snapshot(data: Any) -> tuple[Snapshot, int]:
    """Return an isolated copy, and its size in bytes."""
    if is_spark_frame(data):
        data = data.toPandas()
    if isinstance(data, pandas.DataFrame):
        return snapshot_frame(data)
    if isinstance(data, numpy.ndarray):
        return snapshot_array(data)
    if isinstance(data, list):
        return snapshot_list(data)
    raise UnsupportedDataError(
        "collect failed: input data must be list,numpy array, pandas dataframe, or spark "
        "dataframe. Corresponding modules must be installed first."
    )


def _names(feature_names: Any) -> tuple[str, ...]:
    if feature_names is None:
        return ()
    if isinstance(feature_names, str):
        return (feature_names,)
    try:
        return tuple(str(name) for name in feature_names)
    except TypeError:
        return (str(feature_names),)


def _text_or_default(value: object) -> str:
    return _DEFAULT if value is None or value == "" else str(value)


def _first(given: object, *others: Optional[str], default: str = _DEFAULT) -> str:
    """Return what was given unless it is missing or the default; then the first that is there."""
    text = _text_or_default(given)
    if text in (_DEFAULT, default):
        return next(filter(None, others), default)
    return text
