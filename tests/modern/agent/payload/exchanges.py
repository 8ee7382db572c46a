"""Raw exchanges: what a client and a server say to each other, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.modern.agent.payload.payload_peers import CLOSE, SEE_END, Step, see, send

LARGE = b"0123456789abcdef" * 65536  # 1 MiB
BODY = b'{"data": [[1, 2], [3, 4]]}'


class Script(NamedTuple):
    """An exchange.

    Attributes:
        client, server: what they do.
        logged: how many exchanges the agent is to log, failures included; None where it may be any.
    """

    client: Sequence[Step]
    server: Sequence[Step]
    logged: int | None = 1


def request(head: bytes = b"", body: bytes = BODY, line: bytes = b"POST /score HTTP/1.1") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return line + b"\r\nHost: scoring\r\n" + head + length + b"\r\n" + body


def response(head: bytes = b"", body: bytes = b"[1, 2]", line: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return line + b"\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def plain(sent: bytes, answered: bytes, logged: int | None = 1) -> Script:
    """One piece each way, then the client closes."""
    return Script(
        [send(sent), see(answered), CLOSE], [see(sent), send(answered), SEE_END, CLOSE], logged
    )


GET = request(body=b"", line=b"GET /score?x=1 HTTP/1.1")
OK = response()
CHUNKED = b"Transfer-Encoding: chunked\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

EXCHANGES: dict[str, Script] = {
    "post": plain(request(), OK),
    "get": plain(GET, OK),
    "empty_answer": plain(request(), response(body=b"")),
    "put": plain(request(line=b"PUT /v2/repository HTTP/1.1"), response(line=b"HTTP/1.1 201 Made")),
    "delete": plain(
        request(line=b"DELETE /x HTTP/1.1", body=b""), b"HTTP/1.1 204 No Content\r\n\r\n"
    ),
    "options": plain(request(line=b"OPTIONS * HTTP/1.1", body=b""), OK),
    "own_method": plain(request(line=b"PURGE /x HTTP/1.1", body=b""), OK),
    "unknown_method": plain(request(line=b"SCORE /x HTTP/1.1", body=b""), OK, None),
    "absolute_target": plain(request(line=b"GET http://scoring/score HTTP/1.1", body=b""), OK),
    "head": plain(
        request(line=b"HEAD /score HTTP/1.1", body=b""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n",
    ),
    "head_then_get": Script(
        [
            send(request(line=b"HEAD /score HTTP/1.1", body=b"")),
            see(b"400\r\n\r\n"),
            send(GET),
            see(OK),
            CLOSE,
        ],
        [
            see(b"\r\n\r\n"),
            send(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"),
            see(b"\r\n\r\n"),
            send(OK),
            SEE_END,
            CLOSE,
        ],
        2,
    ),
    "header_case": plain(
        request(b"X-TeNaNt: A\r\nx-weird_Name: b\r\n"), response(b"X-cAsE: y\r\n")
    ),
    "repeated_headers": plain(
        request(b"X-Tenant: a\r\nX-Tenant: b\r\n"), response(b"A: 1\r\nA: 2\r\n")
    ),
    "latin_1_header": plain(request(b"X-Tenant: caf\xe9\r\n"), response(b"X-Who: \xfc\r\n")),
    "utf_8_header": plain(request("X-Tenant: ☃\r\n".encode()), response("X-Who: ☃\r\n".encode())),
    "spaces_in_header": plain(request(b"X-Tenant:    a  b   \r\n"), response(b"X-Who:\t b\r\n")),
    "folded_header": plain(request(b"X-Tenant: a\r\n b\r\n"), OK, None),
    "large_header": plain(
        request(b"X-Large: " + b"a" * 20_000 + b"\r\n"), response(b"B: " + b"b" * 20_000 + b"\r\n")
    ),
    "many_headers": plain(request(b"".join(b"X-%d: a\r\n" % n for n in range(500))), OK),
    "own_reason": plain(request(), response(line=b"HTTP/1.1 200 All Right Then")),
    "no_reason": plain(request(), response(line=b"HTTP/1.1 200 ")),
    "http_1_0": plain(request(line=b"POST /score HTTP/1.0"), response(line=b"HTTP/1.0 200 OK")),
    "until_close": Script(
        [send(request()), SEE_END, CLOSE],
        [see(BODY), send(UNTIL_CLOSE + b"[1,"), send(b" 2]"), CLOSE],
    ),
    "not_modified": plain(
        GET, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: x\r\n\r\n"
    ),
    "chunked_answer": plain(
        request(), b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n3\r\n[1,\r\n002;x=y\r\n2]\r\n0\r\n\r\n"
    ),
    "trailers": plain(
        request(b"TE: trailers\r\n"),
        b"HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n"
        + CHUNKED
        + b"\r\n2\r\n[]\r\n0\r\nX-Sum: 7\r\n\r\n",
    ),
    "chunked_request": plain(
        b"POST /score HTTP/1.1\r\nHost: s\r\n" + CHUNKED + b"\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n", OK
    ),
    "chunked_request_with_trailers": plain(
        b"POST /score HTTP/1.1\r\nHost: s\r\n" + CHUNKED + b"\r\n2\r\n[]\r\n0\r\nX-T: 1\r\n\r\n", OK
    ),
    "continue": Script(
        [
            send(request(b"Expect: 100-continue\r\n")[: -len(BODY)]),
            see(b"100 Continue\r\n\r\n"),
            send(BODY),
            see(OK),
            CLOSE,
        ],
        [
            see(b"\r\n\r\n"),
            send(b"HTTP/1.1 100 Continue\r\n\r\n"),
            see(BODY),
            send(OK),
            SEE_END,
            CLOSE,
        ],
    ),
    "expectation_failed": Script(
        [send(request(b"Expect: 100-continue\r\n")[: -len(BODY)]), see(b"\r\n\r\n"), CLOSE],
        [see(b"\r\n\r\n"), send(response(line=b"HTTP/1.1 417 No", body=b"")), SEE_END, CLOSE],
    ),
    "early_hints": plain(request(), b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK),
    "processing": plain(request(), b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + OK),
    "keep_alive": Script(
        [send(request()), see(OK), send(request(b"A: 2\r\n")), see(OK), send(GET), see(OK), CLOSE],
        [see(BODY), send(OK), see(BODY), send(OK), see(b"\r\n\r\n"), send(OK), SEE_END, CLOSE],
        3,
    ),
    "server_closes_after": Script(
        [send(request(b"Connection: close\r\n")), SEE_END, CLOSE],
        [see(BODY), send(response(b"Connection: close\r\n")), CLOSE],
    ),
    "pipelined": Script(
        [send(GET * 3 + request()), see(OK), see(OK), see(OK), see(OK), CLOSE],
        [see(GET * 3 + request()), send(OK), send(OK), send(OK * 2), SEE_END, CLOSE],
        4,
    ),
    "pipelined_with_head": Script(
        [
            send(GET + request(line=b"HEAD / HTTP/1.1", body=b"", head=b"A: 1\r\n") + GET),
            see(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + OK),
            CLOSE,
        ],
        [
            see(b"A: 1\r\n\r\n" + GET),
            send(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + OK),
            SEE_END,
            CLOSE,
        ],
        2,
    ),
    "large_request": Script(
        [send(request(body=LARGE * 8)), see(OK), CLOSE],
        [see(LARGE[-64:] * 1), *[see(LARGE)] * 7, send(OK), SEE_END, CLOSE],
    ),
    "large_answer": Script(
        [send(request()), *[see(LARGE)] * 8, CLOSE],
        [see(BODY), send(response(body=LARGE * 8)), SEE_END, CLOSE],
    ),
}
