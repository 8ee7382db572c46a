"""What the current request has collected as inputs, for the outputs that follow without saying so.

Most scripts collect inputs, then predictions, and never call `add_correlations`. The memory is
the WSGI environment of the Flask request where there is one, and goes with it; else a context
variable, which threads do not share.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Any, NamedTuple, Optional

_ENVIRON_KEY = "mdc_bridge.inputs"
_REQUEST_ID_KEY = "REQUEST_ID"


class RememberedInputs(NamedTuple):
    """The last inputs that a request collected for a model.

    Attributes:
        correlation_id: of the inputs.
        request_id: of the HTTP request, None where it has none.
        rows: number of rows of the inputs.
    """

    correlation_id: str
    request_id: Optional[str]
    rows: int


_of_context: ContextVar[dict[str, RememberedInputs]] = ContextVar("mdc_bridge_inputs")


def remember(model: str, inputs: RememberedInputs) -> None:
    """Keep the last inputs of a model for the rest of the request."""
    environ = _request_environ()
    if environ is not None:
        environ.setdefault(_ENVIRON_KEY, {})[model] = inputs
    else:
        # A new mapping: a context copied from this one must not see what this one does next.
        _of_context.set({**_of_context.get({}), model: inputs})


def recall(model: str) -> Optional[RememberedInputs]:
    """Return the last inputs of a model in this request, None when it collected none."""
    environ = _request_environ()
    remembered = _of_context.get({}) if environ is None else environ.get(_ENVIRON_KEY, {})
    return remembered.get(model)


def request_id() -> Optional[str]:
    """Return the id that the server gave the Flask request; None outside of one."""
    environ = _request_environ()
    value = environ.get(_REQUEST_ID_KEY) if environ is not None else None
    return str(value) if value else None


def _request_environ() -> Optional[dict[str, Any]]:
    flask = sys.modules.get("flask")
    if flask is None or not flask.has_request_context():
        return None
    environ: dict[str, Any] = flask.request.environ
    return environ
