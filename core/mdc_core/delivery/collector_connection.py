"""The connection to Azure's collector: one at a time, kept, and bounded in what it reads.

An answer has so much time and so many bytes for its head; of its text only the beginning is read.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any, Dict, List, NamedTuple, Optional

from ..open_file import OpenFile
from ..redaction import redact
from .errors import DeliveryError

PATH = "/modeldata/log"
CONNECT_SECONDS = 30.0
# For an event to be sent, and for the head of its answer to come.
ANSWER_SECONDS = 30.0
ANSWER_BYTES = 256 * 1024
# Bounds of the answer's body, which is read only so that the connection can be kept.
TEXT_SECONDS = 2.0
TEXT_BYTES = 64 * 1024
LONGEST_RETRY_AFTER = 3600.0


class Answer(NamedTuple):
    """What the collector says of one event.

    Attributes:
        status: of HTTP.
        retry_after: seconds that it asks to wait.
        text: the first bytes of it.
        location: where a redirect points to.
    """

    status: int
    retry_after: Optional[float]
    text: bytes
    location: str

    def in_words(self) -> str:
        """Return what was answered, for a message."""
        if 300 <= self.status < 400:
            return (
                f"{self.status}, a redirect to {redact(self.location)[:200]!r}, as a proxy does; "
                "it is not followed: valid for AZUREML_MDC_HOST and AZUREML_MDC_PORT is the "
                "collector itself"
            )
        text = f": {redact(repr(self.text[:200]))}" if self.text else ""
        return f"{self.status}{text}"


class NoAnswerError(DeliveryError):
    """A connection was made, and one event was not answered on it as HTTP is."""


class CollectorConnection:
    """Posts events one by one.

    Args:
        host, port: of the collector.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = f"AZUREML_MDC_HOST:AZUREML_MDC_PORT, {host}:{port}"
        self._connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        self._connection.response_class = _Response
        self._open = OpenFile()
        self._answer_seconds = ANSWER_SECONDS

    def limit(self, seconds: float) -> None:
        """Wait half of that to connect, and half for each answer."""
        self._connection.timeout = min(CONNECT_SECONDS, seconds / 2)
        self._answer_seconds = min(ANSWER_SECONDS, seconds / 2)

    def close(self) -> None:
        """Give up the connection; the next event makes a new one."""
        self._let_go_if_lost()
        self._connection.close()

    def post(self, body: bytes, headers: Dict[str, bytes]) -> Answer:
        """Send an event.

        Raises:
            DeliveryError: nobody listens.
            NoAnswerError: whether it was taken is not known.
        """
        if self._let_go_if_lost():
            self._connection.close()
        # A kept connection may be given up by the collector at any time: that is not a failure.
        is_kept = self._connection.sock is not None
        while True:
            self._connect()
            try:
                return self._exchange(body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if not (is_kept and isinstance(error, ConnectionError)):
                    raise NoAnswerError(
                        f"{self._address} gave an answer that is not valid HTTP: {error!r}"
                    ) from error
                is_kept = False

    def _connect(self) -> None:
        if self._connection.sock is None:
            try:
                self._connection.connect()
            except OSError as error:
                self.close()
                raise DeliveryError(f"nothing answers at {self._address}: {error}") from error
            opened: Any = self._connection.sock
            self._open.watch(opened.fileno())
        self._connection.sock.settimeout(self._answer_seconds)

    def _let_go_if_lost(self) -> bool:
        """Forget the number of a socket that may be another's by now; see `OpenFile`."""
        if self._connection.sock is None or self._open.look() is not None:
            return False
        self._connection.sock.detach()
        return True

    def _exchange(self, body: bytes, headers: Dict[str, bytes]) -> Answer:
        connection = self._connection
        is_sent = False
        try:
            connection.request("POST", PATH, body, headers)
            is_sent = True
        except ConnectionError:
            if connection.sock is None:
                raise
            # It may have refused before it had read all of a large event.
        response = connection.getresponse()
        text, is_whole = _beginning(response)
        if not (is_sent and is_whole):
            response.close()
            connection.close()
        return Answer(
            response.status,
            _seconds(response.getheader("Retry-After") or ""),
            text,
            response.getheader("Location") or "",
        )


class _Bounded(io.RawIOBase):
    """Reads a socket up to a number of bytes and a point in time.

    Attributes:
        left: bytes.
        deadline: monotonic seconds.
    """

    def __init__(self, raw: Any, connection: socket.socket) -> None:
        self._raw = raw
        self._connection = connection
        self.left = ANSWER_BYTES
        self.deadline = time.monotonic() + (connection.gettimeout() or ANSWER_SECONDS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise socket.timeout("the answer takes too long")
        if self.left <= 0:
            raise http.client.HTTPException("the answer is too long")
        self._connection.settimeout(seconds)
        count: Optional[int] = self._raw.readinto(memoryview(buffer)[: self.left])
        self.left -= count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer of which no more is read than it may have."""

    def __init__(self, connection: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(connection, *args, **options)
        self.bounded = _Bounded(self.fp.detach(), connection)
        self.fp = io.BufferedReader(self.bounded)


def _beginning(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    """Return the first bytes of the text, and whether it ends with them."""
    assert isinstance(response, _Response)
    bounded = response.bounded
    bounded.left = TEXT_BYTES
    bounded.deadline = min(bounded.deadline, time.monotonic() + TEXT_SECONDS)
    parts: List[bytes] = []
    size = 0
    try:
        while size < TEXT_BYTES:
            part = response.read(4096)
            if not part:
                return b"".join(parts), True
            parts.append(part)
            size += len(part)
    except (OSError, http.client.HTTPException):
        pass  # the head has said what counts
    return b"".join(parts), False


def _seconds(retry_after: str) -> Optional[float]:
    """Return the seconds of a `Retry-After`; a date is left to the backoff."""
    return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdecimal() else None
