"""`ModelDataCollector` of the old SDK: the same calls, as CSV, as JSONL, or as both.

Signature and meaning are those of `azureml-monitoring` 0.1.0a21. `collect` never raises into
the scoring script: what cannot be collected is warned about and counted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Optional

from mdc_bridge.scoring.input_links import ModelKey
from mdc_core import designations
from mdc_core.data import correlation_columns as columns
from mdc_core.data.events import Stream
from mdc_core.errors import MdcError, SettingsError
from mdc_core.interrupts import is_interrupt, shown
from mdc_core.model_config import read_model_config
from mdc_core.names import legal_deployment
from mdc_core.runtime import pipeline_for
from mdc_core.settings import Settings

from .collecting import Collecting
from .constructor_arguments import (
    DEFAULT,
    DEFAULT_WORKSPACE,
    first_given,
    is_given,
    names_given,
    text_or_default,
    version_given,
    with_headers,
    without_unknown,
)
from .correlations import Correlations, append_correlations

_NOT_ENABLED = (
    "Data collection is not enabled. Set environment variable AML_MODEL_DC_STORAGE_ENABLED to "
    "'true' to enable (or MDC_STORAGE to a folder or storage account)"
)
_DEBUG_ONLY = (
    "Data collection is in debug mode. Set environment variable AML_MODEL_DC_STORAGE_ENABLED to "
    "'true' to send data to the cloud (http://aka.ms/amlmodeldatacollection)."
)


class ModelDataCollector(Collecting):
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
        super().__init__()
        self.designation = designations.resolve_designation(designation, identifier)
        webservice_name, model_version = without_unknown(
            webservice_name, model_version, account=model_management_account_id, model_id=model_id
        )
        self.model_name = text_or_default(model_name)
        self._header = names_given(feature_names)
        self.feature_names = self._header or ()
        self.collection_name = text_or_default(collection_name)
        try:
            settings = Settings.from_environ()
        except SettingsError as error:
            settings = Settings.from_environ({})
            self._mark_unusable(error)
        config = read_model_config(self.model_name)
        self.model_version, self._version = version_given(model_version, config.version)
        self.webservice_name = first_given(webservice_name, settings.service)
        self._source = first_given(workspace, config.workspace, default=DEFAULT_WORKSPACE)
        self.workspace = self._source.lower()
        self._csv_folders = config.folders
        self._hourly = settings.hourly
        self._echo = settings.legacy_debug
        self._file_name = designations.file_name(
            self.designation, self.collection_name, settings.legacy_file_name
        )
        self._csv = settings.csv
        self._model = ModelKey(
            self.model_name,
            self._version if is_given(model_version) else None,
            self.webservice_name if is_given(webservice_name) else None,
        )
        self._outputs = (self.designation, self.collection_name, self.feature_names, self._model)
        if not self._is_unusable:
            try:
                self._open(settings)
            except SettingsError as error:
                self._mark_unusable(error)

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
            self._warn_throttled(*self._count_lost(error))
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
            self._warn_throttled("add_correlations", str(error))
        except Exception as error:  # as above
            if is_interrupt(error):
                raise
            self._warn_throttled("add_correlations", f"add_correlations failed: {shown(error)}")
        return input_data

    def _mark_unusable(self, error: SettingsError) -> None:
        self._is_unusable = True
        print(f"Error: Initialize(): {error}")  # noqa: T201  as the original
        self._warn(f"nothing is collected: {error}")
