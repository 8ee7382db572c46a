"""Where lines and rows go: the interface, and its kinds."""

from .base import Destination
from .folder import FolderDestination
from .local_capture import LocalCaptureDestination
from .memory import MemoryDestination

__all__ = [
    "Destination",
    "FolderDestination",
    "LocalCaptureDestination",
    "MemoryDestination",
]
