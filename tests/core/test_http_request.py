"""Whose request is served: the id that its inputs, outputs and payload share."""

from __future__ import annotations

from typing import Any, Optional

import flask

from mdc_core.http_request import current_request_id, id_in, serving

APP = flask.Flask(__name__)


def _id_in_flask(environ: dict[str, Any], made: Optional[str] = None) -> Optional[str]:
    with APP.test_request_context(environ_overrides=environ):
        if made:
            flask.g.request_id = made
        return current_request_id()


def test_what_the_server_says_comes_first() -> None:
    """The environ of old servers, then the client's header, then what the new server made."""
    assert _id_in_flask({"REQUEST_ID": "a", "HTTP_X_REQUEST_ID": "b"}, "c") == "a"
    assert _id_in_flask({"HTTP_X_REQUEST_ID": "b"}, "c") == "b"
    assert _id_in_flask({}, "c") == "c"
    assert _id_in_flask({}) is None
    assert current_request_id() is None


def test_a_middleware_says_it_where_nothing_else_does() -> None:
    """An id that was said is that of requests without another."""
    with serving("said"):
        assert current_request_id() == "said"
        assert _id_in_flask({}) == "said"
        assert _id_in_flask({"HTTP_X_REQUEST_ID": "b"}) == "b"
        assert id_in({}) == "said"
        assert id_in({"HTTP_X_REQUEST_ID": "b"}) == "b"
        with serving(None):
            assert current_request_id() is None
    assert current_request_id() is None
