"""The door for events: `POST /modeldata/log` as the SDKs send it; health, readiness and metrics."""

from .server import Receiver

__all__ = ["Receiver"]
