"""How the server listens."""

from __future__ import annotations

from dataclasses import dataclass

from .body import BODY_SECONDS


@dataclass(frozen=True)
class ReceiveSettings:
    """How the server listens.

    Attributes:
        host, port: where; port 0 for any that is free.
        token: that is asked for; needed where the host is not a loopback address.
        max_event_bytes: a larger event is refused.
        memory_bytes: bound of all events that are being received.
        body_seconds: see `Body`.
    """

    host: str = "127.0.0.1"
    port: int = 50011
    token: str = ""
    max_event_bytes: int = 64 * 1024 * 1024
    memory_bytes: int = 256 * 1024 * 1024
    body_seconds: float = BODY_SECONDS
