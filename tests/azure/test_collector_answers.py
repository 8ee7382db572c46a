"""Whatever answers at the collector's place is read with bounds, and said as what it is."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Callable, Optional

import pytest

from mdc_core.delivery import collector_connection
from mdc_core.delivery.collector_connection import Answer, CollectorConnection, NoAnswerError
from mdc_core.delivery.errors import DeliveryError

Send = Callable[[bytes], None]
Script = Callable[[Send], None]
HEAD = b"HTTP/1.1 200 OK\r\n"


def _listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


class Server:
    """Answers each request as a script says, and closes the connection unless told otherwise.

    Attributes:
        port: it listens on.
        requests: so many have come.
    """

    def __init__(self, script: Script, keeps: bool = False) -> None:
        self.requests = 0
        self._script = script
        self._keeps = keeps
        self._listener = _listening()
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                while self._read(connection):
                    self.requests += 1
                    self._script(connection.sendall)
                    if not self._keeps:
                        break

    def _read(self, connection: socket.socket) -> bool:
        content = b""
        while b"\r\n\r\n" not in content or not content.endswith(b"[1]"):
            part = connection.recv(4096)
            if not part:
                return False
            content += part
        return True


@contextlib.contextmanager
def answering(script: Script, keeps: bool = False) -> Iterator[tuple[CollectorConnection, Server]]:
    """Yield a connection to such a server."""
    server = Server(script, keeps)
    connection = CollectorConnection("127.0.0.1", server.port)
    try:
        yield connection, server
    finally:
        connection.close()
        server.close()


def says(content: bytes) -> Script:
    return lambda send: send(content)


def endless(start: bytes, more: bytes, size: int = 1 << 31) -> Script:
    def script(send: Send) -> None:
        send(start)
        for _ in range(size // len(more)):
            send(more)

    return script


def dripping(start: bytes, drop: bytes) -> Script:
    def script(send: Send) -> None:
        send(start)
        while True:
            send(drop)
            time.sleep(0.02)

    return script


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second stands for half a minute."""
    monkeypatch.setattr(collector_connection, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(collector_connection, "TEXT_SECONDS", 0.2)


X = b"x" * 65536
ANSWERED: dict[str, Script] = {
    "a text without end": endless(HEAD + b"\r\n", X),
    "a text of two gigabytes": endless(HEAD + b"Content-Length: 2147483648\r\n\r\n", X),
    "chunks without end": endless(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"
    ),
    "one endless chunk": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", X),
    "trailers without end": endless(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: " + X + b"\r\n"
    ),
    "a text that drips": dripping(HEAD + b"\r\n", b"x"),
    "chunks that are none": says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
    "less than it says": says(HEAD + b"Content-Length: 1000\r\n\r\nx"),
    "not a length": says(HEAD + b"Content-Length: many\r\n\r\n"),
    "a negative length": says(HEAD + b"Content-Length: -1\r\n\r\n"),
    "the oldest protocol": says(b"HTTP/1.0 200 OK\r\n\r\nfine"),
}
UNANSWERED: dict[str, Script] = {
    "headers without end": endless(HEAD, b"X-Header: 1\r\n"),
    "one header without end": endless(HEAD + b"X: ", X),
    "a status without end": endless(b"HTTP/1.1 200 ", X),
    "a head that drips": dripping(HEAD, b"X-Header: 1\r\n"),
    "a status that drips": dripping(b"HTTP/1.1 200 ", b"x"),
    "provisional answers without end": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "provisional answers that drip": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "another protocol": says(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "binary": says(bytes(range(256)) * 100),
    "not a status": says(b"HTTP/1.1 fine\r\n\r\n"),
    "a status too large": says(b"HTTP/1.1 99999 OK\r\n\r\n"),
    "nothing": says(b""),
    "half a status": says(b"HTTP/1.1 2"),
}


def post(connection: CollectorConnection) -> tuple[Optional[Answer], float, int]:
    """Return the answer, the seconds it took, and how many bytes of memory were used at most."""
    tracemalloc.start()
    began = time.monotonic()
    try:
        return connection.post(b"[1]", {}), time.monotonic() - began, _most()
    except NoAnswerError:
        return None, time.monotonic() - began, _most()
    finally:
        tracemalloc.stop()


def _most() -> int:
    return tracemalloc.get_traced_memory()[1]


@pytest.mark.parametrize("name", ANSWERED)
def test_a_head_is_an_answer_whatever_follows(name: str) -> None:
    """The event was taken; of the text little is kept, and the connection is not used again."""
    with answering(ANSWERED[name]) as (connection, server):
        answer, took, memory = post(connection)
        assert answer is not None
        assert answer.status == 200
        assert len(answer.text) <= collector_connection.TEXT_BYTES + 4096
        assert memory < 8 << 20
        assert took < 20
        assert post(connection)[0] is not None
        assert server.requests == 2


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_has_no_head_is_no_answer(name: str) -> None:
    """It is given up within bounds of time and memory, and the next event is tried all the same."""
    with answering(UNANSWERED[name]) as (connection, server):
        answer, took, memory = post(connection)
        assert answer is None
        assert memory < 8 << 20
        assert took < 20
        assert post(connection)[0] is None
        assert server.requests == 2


def test_a_short_text_keeps_the_connection() -> None:
    """Answers that end are read to their end."""
    script = says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
    with answering(script, keeps=True) as (connection, server):
        answers = [post(connection)[0] for _ in range(3)]
        assert [answer.text for answer in answers if answer] == [b"fine"] * 3
        assert server.requests == 3


def test_nobody_listens() -> None:
    """No event is to blame for that."""
    with _listening() as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DeliveryError, match="nothing answers") as failure:
        CollectorConnection("127.0.0.1", port).post(b"[1]", {})
    assert not isinstance(failure.value, NoAnswerError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 399])
def test_a_redirect_is_said_as_what_it_is(status: int) -> None:
    """With where it leads to, without the secrets in it."""
    location = b"https://proxy.example/login?sig=SECRET&next=1"
    script = says(b"HTTP/1.1 %d Moved\r\nLocation: %s\r\n\r\n" % (status, location))
    with answering(script) as (connection, _):
        answer, _, _ = post(connection)
        assert answer is not None
        words = answer.in_words()
    assert "redirect to 'https://proxy.example/login?sig=***&next=1'" in words
    assert "AZUREML_MDC_HOST" in words
