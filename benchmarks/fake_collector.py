"""A collector that answers 200 at once and counts: as cheap as a server can be.

It runs in a process of its own, so that its work is not counted as the SDK's. It keeps
connections, as the collector of an endpoint does.
"""

from __future__ import annotations

import selectors
import socket

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


class _Client:
    """One connection, and what came of a request so far."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._received = b""

    def requests(self) -> list[bytes]:
        """Return the requests that are complete; raises EOFError at the end."""
        part = self.connection.recv(1 << 18)
        if not part:
            raise EOFError
        self._received += part
        complete = []
        while True:
            head, end, _ = self._received.partition(b"\r\n\r\n")
            size = len(head) + len(end) + _content_length(head)
            if not end or len(self._received) < size:
                return complete
            complete.append(self._received[:size])
            self._received = self._received[size:]


def main() -> None:
    """Print the port, then serve until the process is ended."""
    received = 0
    selector = selectors.DefaultSelector()
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        selector.register(server, selectors.EVENT_READ)
        print(server.getsockname()[1], flush=True)
        while True:
            for key, _events in selector.select():
                if key.data is None:
                    connection, _address = server.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(connection, selectors.EVENT_READ, _Client(connection))
                    continue
                client: _Client = key.data
                try:
                    for request in client.requests():
                        is_event = request.startswith(b"POST ")
                        received += is_event
                        count = b"" if is_event else b"%d" % received
                        client.connection.sendall(_OK % (len(count), count))
                except (OSError, EOFError):
                    selector.unregister(client.connection)
                    client.connection.close()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    main()
