"""Whose request is served: the id that its inputs, outputs and payload share."""

from __future__ import annotations

from typing import Any, Optional

import flask
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.http_request import current_request_id, id_in, id_in_headers, serving

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


def test_bytes_and_the_text_that_wsgi_makes_of_them_are_one_id() -> None:
    """Logs from outside and applications name a request alike, in whatever charset it is named."""
    assert id_in_headers(["café".encode()]) == "café"
    assert id_in_headers([b"caf\xe9"]) == "café"
    assert id_in_headers([b"a", b"b"]) == "a,b"
    assert id_in_headers([b""]) is None
    assert id_in_headers([]) is None
    assert id_in({"HTTP_X_REQUEST_ID": "\u65e5"}) == "\u65e5"


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3))
def test_any_bytes_are_the_same_id_on_both_sides(values: list[bytes]) -> None:
    """No header makes the two disagree."""
    environ = {"HTTP_X_REQUEST_ID": ",".join(value.decode("latin-1") for value in values)}
    assert id_in(environ) == id_in_headers(values)
    assert _id_in_flask(environ) == id_in_headers(values)
