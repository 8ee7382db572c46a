"""Which HTTP request is served here, by the id that its logs share: `x-request-id`.

REQUEST_ID          in the environ: servers of old images
HTTP_X_REQUEST_ID   in the environ: the client's header
flask.g.request_id  made by `azureml-inference-server-http` where the client sent none
serving(...)        set by a middleware, for requests that have none of these

A proxy that logs a request sees bytes, the application sees text; both get the same id from them.
Bytes are UTF-8, else Latin-1; a header that comes several times is one with commas, as WSGI servers
make it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Dict, Optional

_KEYS = ("REQUEST_ID", "HTTP_X_REQUEST_ID")

_request_id: ContextVar[Optional[str]] = ContextVar("mdc_core_request_id", default=None)
# Returns the id that a middleware has set, None without one.
middleware_id = _request_id.get


def current_request_id() -> Optional[str]:
    """Return the id of the request that is served here; None outside of any, or without one."""
    environ = flask_environ() if "flask" in sys.modules else None
    return middleware_id() if environ is None else id_in_flask(environ)


def flask_environ() -> Optional[Dict[str, Any]]:
    """Return the environ of the request that Flask serves here, None outside of any."""
    flask = sys.modules.get("flask")
    if flask is None:
        return None
    # A tenth of what the proxies take, which every call would pay; not all releases have it.
    globals_of_flask = sys.modules.get("flask.globals")
    current = None if globals_of_flask is None else vars(globals_of_flask).get("_cv_request")
    environ: Dict[str, Any]
    if isinstance(current, ContextVar):
        context: Any = current.get(None)
        if context is None:
            return None
        environ = context.request.environ
        return environ
    has_request = getattr(flask, "has_request_context", None)
    if has_request is None or not has_request():
        return None
    environ = flask.request.environ
    return environ


def id_in_flask(environ: Mapping[str, Any]) -> Optional[str]:
    """Return the id of the request that Flask serves here.

    Args:
        environ: of that request.
    """
    for key in _KEYS:
        value = environ.get(key)
        if value:
            return _text(value)
    made = sys.modules["flask"].g.get("request_id")
    return str(made) if made else middleware_id()


def id_in(environ: Mapping[str, Any]) -> Optional[str]:
    """Return the id of a request that a WSGI server serves here.

    Args:
        environ: of that request.
    """
    for key in _KEYS:
        value = environ.get(key)
        if value:
            return _text(value)
    return middleware_id()


def id_in_headers(values: Iterable[bytes]) -> Optional[str]:
    """Return the id of a request, None where it has none.

    Args:
        values: of all its headers of this name, as they came.
    """
    value = b",".join(values)
    return header_text(value) if value else None


def _text(value: object) -> str:
    """Return an id that WSGI holds, which is bytes as text of Latin-1."""
    text = str(value)
    try:
        return header_text(text.encode("latin-1"))
    except UnicodeEncodeError:
        return text  # somebody has put another text there


def header_text(value: bytes) -> str:
    """Return the value of a header: senders use UTF-8 or, what fits into it, Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextlib.contextmanager
def serving(request_id: Optional[str]) -> Iterator[None]:
    """Set the id of the request that the block serves, for requests without any other."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        # ValueError: a generator may end in another context than it began in.
        with contextlib.suppress(ValueError):
            _request_id.reset(token)
