"""A collector that answers 200 at once and counts: as cheap as a server can be.

It runs in a process of its own, so that its work is not counted as the SDK's.
"""

from __future__ import annotations

import socket

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


def main() -> None:
    """Print the port, then serve one connection after the other until the process is ended."""
    received = 0
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _address = server.accept()
            with connection:
                connection.settimeout(10)
                request = _read_request(connection)
                if request.startswith(b"POST "):
                    received += 1
                    connection.sendall(_OK % (0, b""))
                elif request:
                    count = b"%d" % received
                    connection.sendall(_OK % (len(count), count))


def _read_request(connection: socket.socket) -> bytes:
    """Return a whole request; what came of it when the client gave up."""
    request = b""
    missing = 1
    while missing > 0:
        part = connection.recv(1 << 16)
        if not part:
            return b""
        request += part
        head, end, body = request.partition(b"\r\n\r\n")
        missing = _content_length(head) - len(body) if end else 1
    return request


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    main()
