"""Payload logging: bytes pass between client and scoring server, copies of them become lines."""

from .serve import PayloadServer, serve
from .settings import PayloadSettings

__all__ = ["PayloadServer", "PayloadSettings", "serve"]
