"""Azure's collector beside the container: one POST for each event, as the official SDK sends it.

Source of the form: the requests of `azureml-ai-monitoring` 1.0.0. Different on purpose: one
connection is kept, and what fails is tried again from the spool. A lost answer can make an event
arrive twice; its `trace-id` is then the same.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Optional

import pandas

from ..data.events import AGENT
from ..spool.outbox import SpoolFile
from ..spool.spool import Spool
from .errors import DeliveryError
from .uploader import Uploader

logger = logging.getLogger("mdc_core")

PATH = "/modeldata/log"
OFFICIAL_AGENT = "azureml-ai-monitoring/1.0.0"
TIMEOUT = 30.0
BATCH_BYTES = 256 * 1024
BATCH_SECONDS = 0.5
LONGEST_RETRY_AFTER = 3600.0

_RETRYABLE = frozenset({408, 429, *range(500, 600)})
# All values before the data are texts or mappings of texts, so this cannot stand inside of them.
_BEFORE_DATA = b',"data":['
_AFTER_DATA = b"]}\n"
_NOT_IN_NAMES = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_NOT_IN_VALUES = re.compile(r"[\x00-\x1f\x7f]")


class CollectorUploader(Uploader):
    """Posts spooled lines to a collector.

    Args:
        host: of the collector.
        port: of the collector.
        compact: send the text of a frame in place of JSON.
        spool: holds the lines.
        on_refused: called for every event that cannot be delivered for good: with the file, where
            its line begins, and the reason.
    """

    def __init__(
        self,
        host: str,
        port: int,
        compact: bool,
        spool: Spool,
        on_refused: Callable[[SpoolFile, int, str], None],
    ) -> None:
        self._address = f"{host}:{port}"
        self._compact = compact
        self._spool = spool
        self._on_refused = on_refused
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        # By path: what ended a batch of which something was taken.
        self._failures: dict[str, DeliveryError] = {}
        self._reported: set[tuple[str, int]] = set()

    def upload(self, file: SpoolFile) -> int:
        delivered = self._noted(file)
        if delivered > file.delivered:
            return delivered
        if file.path in self._failures:
            raise self._failures.pop(file.path)
        until = time.monotonic() + BATCH_SECONDS
        for line in self._next_lines(file):
            try:
                self._deliver(file, delivered, line)
            except DeliveryError as error:
                if delivered == file.delivered:
                    raise
                # What was taken before it counts first; the next call raises it.
                self._failures[file.path] = error
                break
            delivered += len(line)
            if time.monotonic() >= until:
                break
        # Without the note a death of the process would repeat these events, and nothing worse;
        # not to go on would repeat them now.
        with contextlib.suppress(OSError):
            self._spool.write_note(file.path, str(delivered))
        return delivered

    def finish(self, file: SpoolFile) -> None:
        self.forget(file)
        self._spool.finish(file)

    def forget(self, file: SpoolFile) -> None:
        self._failures.pop(file.path, None)

    def close(self) -> None:
        self._connection.close()

    def _noted(self, file: SpoolFile) -> int:
        """Return how much is delivered, also as a dead process noted it."""
        if file.delivered:
            return file.delivered
        return min(int(self._spool.note(file.path) or 0), file.size)

    def _deliver(self, file: SpoolFile, start: int, line: bytes) -> None:
        """Post one line; what is refused for good is counted and done with."""
        try:
            body, headers = request_of(line, self._compact)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            self._on_refused(file, start, "unreadable")
            self._say_dropped("unreadable", f"a line of the spool is damaged: {error!r}")
            return
        try:
            status, retry_after, text = self._post(body, headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise DeliveryError(
                f"nothing answers at AZUREML_MDC_HOST:AZUREML_MDC_PORT, {self._address}: {error}"
            ) from error
        if status in _RETRYABLE:
            raise DeliveryError(f"the collector answered {status}", retry_after)
        if not 200 <= status < 300:
            self._on_refused(file, start, "rejected")
            self._say_dropped(
                "rejected", f"the collector answered {status}: {text[:200]!r}", status
            )

    def _say_dropped(self, reason: str, message: str, status: int = 0) -> None:
        """Say why an event is dropped, once for each reason and status."""
        if (reason, status) not in self._reported:
            self._reported.add((reason, status))
            logger.error(
                "mdc-bridge: events are dropped and counted as %s, the first because %s",
                reason,
                message,
            )

    def _post(self, body: bytes, headers: dict[str, bytes]) -> tuple[int, Optional[float], bytes]:
        """Return status, wish for a pause, and text of the answer."""
        is_reused = self._connection.sock is not None
        try:
            return self._exchange(body, headers)
        except ConnectionError:
            self._connection.close()
            if not is_reused:
                raise
            # A kept connection may be given up by the collector at any time: that is no failure.
            return self._exchange(body, headers)

    def _exchange(
        self, body: bytes, headers: dict[str, bytes]
    ) -> tuple[int, Optional[float], bytes]:
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
        text = response.read()
        if not is_sent:
            connection.close()
        return response.status, _seconds(response.getheader("Retry-After", "")), text

    def _next_lines(self, file: SpoolFile) -> list[bytes]:
        """Return whole lines, at least one and else about `BATCH_BYTES`."""
        start, size = file.delivered, BATCH_BYTES
        content = self._spool.read(file.path, start, min(file.size, start + size))
        while b"\n" not in content and start + size < file.size:
            size *= 2
            content = self._spool.read(file.path, start, min(file.size, start + size))
        # What has no end is damaged, and leaves the spool as a line that cannot be read.
        return [line + b"\n" for line in content.split(b"\n")[:-1]] or [content]


def request_of(line: bytes, compact: bool = False) -> tuple[bytes, dict[str, bytes]]:
    """Return body and headers of the request for a spooled line.

    The data are not parsed: that would hold up the scoring threads for as long as it takes.

    Args:
        line: as `encode_records` makes it for those who keep headers.
        compact: the body is the text of a frame.

    Raises:
        ValueError, LookupError, TypeError: the line is damaged.
    """
    if not line.endswith(_AFTER_DATA):
        raise ValueError("it has no end")
    end = line.index(_BEFORE_DATA)
    event = json.loads(line[:end] + b"}")
    body = line[end + len(_BEFORE_DATA) - 1 : 1 - len(_AFTER_DATA)]
    fields = {f"ce-{key}": value for key, value in event.get("headers", {}).items()}
    own = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": "application/octet-stream" if compact else "application/json",
        "trace-id": event["id"],
        "ce-time": str(_epoch_seconds(event["time"])),
        "ce-type": event["type"],
        "ce-collect-data-type": event["collectdatatype"],
        "ce-agent": OFFICIAL_AGENT,
        "ce-x-request-id": event["correlationid"],
        "ce-model-version": event["modelversion"],
    }
    headers = _headers([*fields.items(), *own.items()])
    return (pandas.DataFrame(json.loads(body)).to_string().encode() if compact else body), headers


def _headers(fields: Iterable[tuple[str, str]]) -> dict[str, bytes]:
    """Return headers that can be sent; of names that differ in case only, the last counts."""
    headers: dict[str, tuple[str, bytes]] = {}
    for name, value in fields:
        name = _NOT_IN_NAMES.sub("-", name)
        headers[name.lower()] = (name, _header_value(value))
    return dict(headers.values())


def _header_value(value: str) -> bytes:
    text = _NOT_IN_VALUES.sub(" ", value).strip(" ")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _epoch_seconds(text: str) -> int:
    moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def _seconds(retry_after: str) -> Optional[float]:
    """Return the seconds of a `Retry-After`; a date is left to the backoff."""
    return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdecimal() else None
