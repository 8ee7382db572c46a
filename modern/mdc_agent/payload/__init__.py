"""Payload logging: bytes pass between client and scoring server, copies of them become lines."""

from .server import PayloadServer
from .settings import PayloadSettings

__all__ = ["PayloadServer", "PayloadSettings"]
