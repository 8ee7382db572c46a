"""A model that is scored and collected, for as long as its server runs."""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

import numpy
import pandas

from mdc_core.encoding.cells import cell_json
from mdc_core.errors import SettingsError
from mdc_core.interrupts import is_interrupt
from mdc_core.throttle import Throttle
from mdc_modern.collector import Collector
from mdc_modern.contexts import BasicCorrelationContext, CorrelationContext

from .frames import frame_of
from .requests import BadRequestError, parse_request

MODEL_FILE = "MLmodel"
_FOLDER_VARIABLE = "MLFLOW_MODEL_FOLDER"
_ABOVE_VARIABLE = "AZUREML_MODEL_DIR"
_SHOWN = 5
_logger = logging.getLogger("mdc_bridge")
_BAD_REQUEST = 400
_REQUEST_ID = "x-request-id"


def find_model(folder: str = "") -> Path:
    """Return the folder of a model.

    Args:
        folder: its name below AZUREML_MODEL_DIR; MLFLOW_MODEL_FOLDER wins. Without either it is the
            one folder there that holds a model.

    Raises:
        SettingsError: there is none, or several and nothing says which.
    """
    above = Path(os.environ.get(_ABOVE_VARIABLE) or ".")
    name = os.environ.get(_FOLDER_VARIABLE) or folder
    if name:
        # What the variable names is the model, or holds it.
        for candidate in (above / name, above):
            if (candidate / MODEL_FILE).is_file():
                return candidate
        raise SettingsError(
            f"{above / name} holds no {MODEL_FILE}; valid: {_FOLDER_VARIABLE} is the name of the "
            f"model's folder below {_ABOVE_VARIABLE}, which is {str(above)!r}"
        )
    found = sorted(file.parent for file in above.rglob(MODEL_FILE))
    if len(found) == 1:
        return found[0]
    there = ", ".join(str(each.relative_to(above)) for each in found[:_SHOWN]) or "none"
    raise SettingsError(
        f"{len(found)} models are below {_ABOVE_VARIABLE}, which is {str(above)!r} ({there}); "
        f"valid: one, or {_FOLDER_VARIABLE} names it"
    )


class MlflowScoring:
    """One model, its requests and answers collected under the ids of the requests.

    Args:
        folder: of the model, see `find_model`.

    Raises:
        SettingsError: no model is there.
    """

    def __init__(self, folder: str = "") -> None:
        from mlflow.pyfunc import load_model

        self._model = load_model(str(find_model(folder)))
        self._schema = self._model.metadata.get_input_schema()
        self._takes_params = "params" in inspect.signature(self._model.predict).parameters
        self._inputs = Collector(name="model_inputs", on_error=_report)
        self._outputs = Collector(name="model_outputs", on_error=_report)

    def run(self, data: str, request_headers: Mapping[str, str]) -> Any:
        """Return the answer to a request: a value that the server writes as JSON.

        What cannot be collected changes no answer.

        Args:
            data: the body.
            request_headers: as they came.
        """
        from mlflow.exceptions import MlflowException

        headers = {name.lower(): value for name, value in request_headers.items()}
        try:
            request = parse_request(data, headers.get("content-type", ""), self._schema)
            context = _collect(self._inputs, request.data, _context_of(headers))
            if self._takes_params:
                result = self._model.predict(request.data, params=request.params)
            else:
                result = self._model.predict(request.data)
        except BadRequestError as error:
            return _refusal(str(error))
        except MlflowException as error:
            if error.get_http_status_code() != _BAD_REQUEST:
                raise
            return _refusal(str(error.message))
        _collect(self._outputs, result, context)
        answer = answer_of(result)
        return answer if request.is_azure else {"predictions": answer}


def answer_of(result: Any) -> Any:
    """Return what the server writes as JSON: rows as objects, arrays as lists; NaN is null.

    Args:
        result: of `predict`.
    """
    if isinstance(result, pandas.Series):
        result = result.to_frame(0 if result.name is None else result.name)
    if isinstance(result, pandas.DataFrame):
        result = result.to_dict(orient="records")
    elif hasattr(result, "toarray"):  # sparse
        result = result.toarray()
    if isinstance(result, numpy.ndarray):
        kind = result.dtype.kind
        if kind in "biu" or (kind == "f" and numpy.isfinite(result).all()):
            return result.tolist()
    return json.loads(cell_json(result))


def _context_of(headers: Mapping[str, str]) -> CorrelationContext:
    """Return a context with the id of the request: the client's, or the server's own."""
    request_id: Optional[str] = headers.get(_REQUEST_ID)
    if not request_id:
        with contextlib.suppress(ImportError, RuntimeError):  # another server
            from flask import g

            # The inference server makes one, and sends it with the answer.
            request_id = g.get("request_id")
    return BasicCorrelationContext(id=request_id or None)


def _collect(collector: Collector, value: Any, context: CorrelationContext) -> CorrelationContext:
    try:
        collector.collect(frame_of(value), context)
    except Exception as error:  # code of the value's class, of any kind
        if is_interrupt(error):
            raise
        _report(error)
    return context


def _refusal(message: str) -> Any:
    from flask import Response

    # The form that the inference server gives its own refusals.
    return Response(
        json.dumps({"message": message}), status=_BAD_REQUEST, mimetype="application/json"
    )


_throttle = Throttle()


def _report(error: Exception) -> None:
    suppressed = _throttle.due(type(error).__name__)
    if suppressed is not None:
        more = f" (and {suppressed:,} times before)" if suppressed else ""
        _logger.warning("not collected: %s%s", error, more)
