"""Which sockets can be read or written, from a selector of our own within the event loop.

uvloop gives up a socket that was reset: what it reads from then on, and the reset itself, is never
told to the reader. A selector of our own is one file descriptor to the loop, and reports resets.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable
from typing import Protocol

_AT_ONCE = 128
_ROUNDS = 4


class Readiness(Protocol):
    """Calls back when a socket can be read or written; an event loop is one as well."""

    def add_reader(self, fd: socket.socket, callback: Callable[[], None]) -> object:
        """Call when it can be read, or is at its end, until it is removed."""

    def remove_reader(self, fd: socket.socket) -> bool:
        """Call no more."""

    def add_writer(self, fd: socket.socket, callback: Callable[[], None]) -> object:
        """Call when it can be written, or is at its end, until it is removed."""

    def remove_writer(self, fd: socket.socket) -> bool:
        """Call no more."""


def readiness_in(loop: asyncio.AbstractEventLoop) -> Readiness | EpollReadiness:
    """Return what tells of sockets, called from a loop's thread."""
    return EpollReadiness(loop) if hasattr(select, "epoll") else loop


class EpollReadiness:
    """Sockets in an epoll of their own.

    Args:
        loop: that waits for it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}
        self._writers: dict[int, Callable[[], None]] = {}
        self._asked: set[int] = set()
        # Numbers of sockets opened while events are handled: another socket may just have had one.
        self._new: set[int] = set()
        loop.add_reader(self._epoll.fileno(), self._dispatch)

    def add_reader(self, fd: socket.socket, callback: Callable[[], None]) -> None:
        number = fd.fileno()
        self._readers[number] = callback
        self._register(number)

    def remove_reader(self, fd: socket.socket) -> bool:
        number = fd.fileno()
        if self._readers.pop(number, None) is None:
            return False
        self._register(number)
        return True

    def add_writer(self, fd: socket.socket, callback: Callable[[], None]) -> None:
        number = fd.fileno()
        self._writers[number] = callback
        self._register(number)

    def remove_writer(self, fd: socket.socket) -> bool:
        number = fd.fileno()
        if self._writers.pop(number, None) is None:
            return False
        self._register(number)
        return True

    def close(self) -> None:
        """Tell no more."""
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _register(self, number: int) -> None:
        wanted = 0
        if number in self._readers:
            wanted |= select.EPOLLIN
        if number in self._writers:
            wanted |= select.EPOLLOUT
        if not wanted:
            # Ends are also reported for sockets that nobody waits for.
            self._asked.remove(number)
            self._epoll.unregister(number)
        elif number in self._asked:
            self._epoll.modify(number, wanted)
        else:
            self._asked.add(number)
            self._new.add(number)
            self._epoll.register(number, wanted)

    def _dispatch(self) -> None:
        new = self._new
        # Events that came meanwhile are handled before the loop is asked again: it takes as long.
        for _ in range(_ROUNDS):
            new.clear()
            ready = self._epoll.poll(0, _AT_ONCE)
            for number, events in ready:
                if events != select.EPOLLOUT and number not in new:
                    self._call(self._readers.get(number))
                if events != select.EPOLLIN and number not in new:
                    self._call(self._writers.get(number))
            if not ready or self._epoll.closed:
                return

    def _call(self, callback: Callable[[], None] | None) -> None:
        if callback is None:
            return
        try:
            callback()
        except Exception as error:  # noqa: BLE001  as loops do: the others go on
            self._loop.call_exception_handler(
                {"message": "mdc-agent: unexpected error in the splice", "exception": error}
            )
