"""Raw exchanges that are not plain HTTP, or do not end in order."""

from __future__ import annotations

from tests.modern.agent.payload.exchanges import (
    BODY,
    CHUNKED,
    EXCHANGES,
    GET,
    LARGE,
    OK,
    UNTIL_CLOSE,
    Script,
    plain,
    request,
    response,
)
from tests.modern.agent.payload.payload_peers import CLOSE, END_SENDING, RESET, SEE_END, see, send

ODD_EXCHANGES: dict[str, Script] = {
    "binary": plain(request(body=bytes(range(256)) * 8), response(body=bytes(range(255, -1, -1)))),
    "compressed_name_only": plain(
        request(b"Content-Encoding: gzip\r\n", b"not gzip"), response(b"Content-Encoding: br\r\n")
    ),
    "half_close": Script(
        [send(request()), END_SENDING, SEE_END, CLOSE],
        [see(BODY), SEE_END, send(OK), CLOSE],
    ),
    "half_close_of_server": Script(
        [send(GET), SEE_END, send(b"still here"), CLOSE],
        [see(b"\r\n\r\n"), send(OK), END_SENDING, see(b"still here"), SEE_END, CLOSE],
        None,
    ),
    "server_sent_events": Script(
        [
            send(GET),
            see(b"data: 1\n\n"),
            see(b"data: 2\n\n"),
            see(b"data: 3\n\n"),
            SEE_END,
            CLOSE,
        ],
        [
            see(b"\r\n\r\n"),
            send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"),
            send(b"data: 1\n\n"),
            send(b"data: 2\n\n"),
            send(b"data: 3\n\n"),
            CLOSE,
        ],
    ),
    "websocket": Script(
        [
            send(
                request(b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"", b"GET /ws HTTP/1.1")
            ),
            see(b"\r\n\r\n"),
            send(b"\x81\x85abcdefghi"),
            see(b"\x81\x05hello"),
            CLOSE,
        ],
        [
            see(b"\r\n\r\n"),
            send(
                b"HTTP/1.1 101 Switching Protocols\r\n"
                b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            ),
            see(b"abcdefghi"),
            send(b"\x81\x05hello"),
            SEE_END,
            CLOSE,
        ],
    ),
    "upgrade_ignored": Script(
        [
            send(request(b"Upgrade: h2c\r\nConnection: Upgrade\r\n")),
            see(OK),
            send(GET),
            see(OK),
            CLOSE,
        ],
        [see(BODY), send(OK), see(b"\r\n\r\n"), send(OK), SEE_END, CLOSE],
        2,
    ),
    "connect": Script(
        [
            send(b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"),
            see(b"\r\n\r\n"),
            send(b"tunnel"),
            see(b"other way"),
            CLOSE,
        ],
        [
            see(b"\r\n\r\n"),
            send(b"HTTP/1.1 200 Connected\r\n\r\n"),
            see(b"tunnel"),
            send(b"other way"),
            SEE_END,
            CLOSE,
        ],
        None,
    ),
    "http_2": plain(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00", b"\x00\x00\x00\x04\x00", 0
    ),
    "not_http": plain(b"\x16\x03\x01 a TLS hello\n", b"\x15\x03\x01 an alert", 0),
    "bare_line_ends": plain(b"GET / HTTP/1.1\nHost: a\n\n", OK, None),
    "empty_lines_first": plain(b"\r\n\r\n" + request(), OK),
    "length_and_chunked": plain(
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\n" + CHUNKED + b"\r\n0\r\n\r\n", OK, None
    ),
    "two_lengths": plain(
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", OK, None
    ),
    "chunked_not_last": plain(
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", OK, None
    ),
    "space_before_colon": plain(b"POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\na", OK, None),
    "server_error": plain(request(), response(line=b"HTTP/1.1 500 Oh No")),
    "server_speaks_first": Script(
        [see(b"hello"), send(request()), see(OK), CLOSE],
        [send(b"hello"), see(BODY), send(OK), SEE_END, CLOSE],
        None,
    ),
    "answers_early": Script(
        [send(request(body=b"x" * 100)[:-50]), see(b"no"), CLOSE],
        [
            see(b"\r\n\r\n"),
            send(response(line=b"HTTP/1.1 413 Too Large", body=b"no")),
            SEE_END,
            CLOSE,
        ],
    ),
    "answers_early_and_resets": Script(
        [send(request(body=LARGE * 8)[:100]), see(b"no"), send(LARGE * 8), SEE_END, CLOSE],
        [
            see(request(body=LARGE * 8)[:100]),
            send(response(line=b"HTTP/1.1 413 Too Large", body=b"no")),
            RESET,
        ],
    ),
    "less_than_said": Script(
        [send(request()), SEE_END, CLOSE], [see(BODY), send(response(body=b"12345")[:-2]), CLOSE]
    ),
    "more_than_said": Script(
        [send(request()), SEE_END, CLOSE],
        [see(BODY), send(OK + b"and more"), CLOSE],
    ),
    "chunks_cut": Script(
        [send(request()), SEE_END, CLOSE],
        [see(BODY), send(b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n5\r\nab"), CLOSE],
    ),
    "no_answer": Script([send(request()), SEE_END, CLOSE], [see(BODY), CLOSE]),
    "reset_before_answer": Script([send(request()), SEE_END, CLOSE], [see(BODY), RESET]),
    "reset_in_answer": Script(
        [send(request()), SEE_END, CLOSE],
        [see(BODY), send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), RESET],
    ),
    "client_gives_up": Script(
        [send(request(body=b"x" * 100)[:-50]), CLOSE], [see(b"\r\n\r\n"), SEE_END, CLOSE]
    ),
    "client_resets": Script(
        [send(request()), see(b"100 Continue\r\n\r\n"), RESET],
        [see(BODY), send(b"HTTP/1.1 100 Continue\r\n\r\n"), SEE_END, CLOSE],
    ),
    "client_leaves_stream": Script(
        [send(GET), see(b"data: 1\n\n"), CLOSE],
        [see(b"\r\n\r\n"), send(UNTIL_CLOSE + b"data: 1\n\n"), SEE_END, CLOSE],
    ),
    "nothing_at_all": Script([CLOSE], [SEE_END, CLOSE], 0),
}

ALL_EXCHANGES = {**EXCHANGES, **ODD_EXCHANGES}
