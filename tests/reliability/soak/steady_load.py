"""Requests at a steady rate, and whether what serves them keeps growing meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Client:
    """Sends one request after the other.

    Args:
        port: of the server.
        path: where to.
        body: makes the body of each request.
        headers: of all of them.
        is_kept: whether all go over one connection.

    Attributes:
        sent: how many were answered 200.
    """

    def __init__(
        self,
        port: int,
        path: str,
        body: Callable[[], bytes],
        headers: dict[str, str],
        is_kept: bool = True,
    ) -> None:
        self.sent = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._path = path
        self._body = body
        self._headers = headers
        self._is_kept = is_kept

    def send(self) -> None:
        """Send one, on a new connection where these are not kept."""
        self._connection.request("POST", self._path, self._body(), self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise OSError(f"answered {answer.status}")
        self.sent += 1
        if not self._is_kept:
            self._connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Load:
    """Clients that send until the end of the context, each in a thread.

    Args:
        clients: with the requests per second of each.

    Attributes:
        failed: errors of requests.
    """

    def __init__(self, *clients: tuple[Client, float]) -> None:
        self.failed: list[str] = []
        self._clients = [client for client, _ in clients]
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=each) for each in clients]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    @property
    def sent(self) -> int:
        """How many requests were answered 200."""
        return sum(client.sent for client in self._clients)

    def _send(self, client: Client, rate: float) -> None:
        """Send at a rate until it is time to stop; what is late is sent at once."""
        due = time.monotonic()
        with contextlib.closing(client):
            while not self._stopping.wait(max(0.0, due - time.monotonic())):
                try:
                    client.send()
                except (OSError, http.client.HTTPException) as error:
                    self.failed.append(repr(error))
                    client.close()
                due = max(due + 1 / rate, time.monotonic() - 1.0)


class Growth(NamedTuple):
    """The second half of a run, when all that is kept once is there.

    Attributes:
        megabytes: at its beginning.
        grown: how many more at its end.
        per_hour: the slope of the line that fits best.
    """

    megabytes: float
    grown: float
    per_hour: float

    def __str__(self) -> str:
        return f"{self.grown:.1f} MB from {self.megabytes:.0f} MB on, {self.per_hour:.1f} MB/h"


def growth(seconds: float, pause: float, *measures: Callable[[], float]) -> list[Growth]:
    """Look at the memory until the time is over.

    Args:
        seconds: to look.
        pause: between two looks.
        measures: each returns bytes.

    Returns:
        Of each measure, in their order.
    """
    looks = list(_looks(seconds, pause, measures))
    half = looks[len(looks) // 2 :]
    found = []
    for at in range(len(measures)):
        points = [(when, megabytes[at]) for when, megabytes in half]
        (_, first), (_, last) = points[0], points[-1]
        found.append(Growth(first, last - first, 3600 * slope_of(points)))
    return found


def slope_of(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the line that fits points best, by least squares."""
    count = len(points)
    middle = sum(x for x, _ in points) / count
    level = sum(y for _, y in points) / count
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * (y - level) for x, y in points) / spread


def _looks(
    seconds: float, pause: float, measures: Sequence[Callable[[], float]]
) -> Iterator[tuple[float, list[float]]]:
    began = time.monotonic()
    for at in range(int(seconds / pause) + 1):
        time.sleep(max(0.0, began + at * pause - time.monotonic()))
        yield time.monotonic() - began, [measure() / 2**20 for measure in measures]
