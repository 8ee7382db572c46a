"""The short answer to a stored event says what aiohttp's own says, and ends a connection as it."""

from __future__ import annotations

import socket
from email.utils import parsedate_to_datetime

import pytest

from tests.modern.agent.running import Running

_BODY = b"[1]"
_EVENT = b"Host: localhost\r\nce-type: azureml.inference.model_inputs\r\nContent-Length: 3\r\n"


def _answers(agent: Running, requests: bytes, until: int | None) -> bytes:
    """Return what comes until so many answers are here, or until the connection is closed."""
    got = b""
    with socket.create_connection(("127.0.0.1", agent.port), 30) as client:
        client.sendall(requests)
        while until is None or got.count(b"\r\n\r\n") < until:
            part = client.recv(65536)
            if not part:
                break
            got += part
    return got


def _request(version: bytes, connection: bytes = b"") -> bytes:
    return b"POST /modeldata/log HTTP/%s\r\n%s%s\r\n%s" % (version, _EVENT, connection, _BODY)


def test_two_on_one_connection(agent: Running) -> None:
    """Events on a connection that is kept are answered in turn, each with the usual headers."""
    got = _answers(agent, 2 * _request(b"1.1"), until=2)
    for answer in got.split(b"\r\n\r\n")[:2]:
        status, *lines = answer.decode().split("\r\n")
        headers = dict(line.split(": ") for line in lines)
        assert status == "HTTP/1.1 200 OK"
        assert headers.pop("Date").endswith("GMT")
        assert headers == {"Server": "mdc-agent", "Content-Length": "0"}
    assert len(agent.lines()) == 2


@pytest.mark.parametrize(
    "request_bytes",
    [_request(b"1.0"), _request(b"1.1", b"Connection: close\r\n")],
    ids=["HTTP/1.0", "close"],
)
def test_one_and_no_more(agent: Running, request_bytes: bytes) -> None:
    """A client that wants no other answer sees the end of the connection."""
    got = _answers(agent, request_bytes, until=None)
    assert got.split(b" ", 2)[1] == b"200"
    assert b"Server: mdc-agent" in got
    assert len(agent.lines()) == 1


def test_the_time_is_now(agent: Running) -> None:
    """The date of the second answer is not older than that of an ordinary one before it."""
    ordinary = _answers(agent, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", until=1)
    stored = _answers(agent, _request(b"1.1"), until=1)
    before, after = (
        parsedate_to_datetime(each.split(b"Date: ")[1].split(b"\r\n")[0].decode())
        for each in (ordinary, stored)
    )
    assert before <= after
