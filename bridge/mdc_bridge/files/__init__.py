"""Trees of files that the tools read and write: a folder, or a container of a storage account."""

from .base import FileInfo, Files
from .location import open_files

__all__ = ["FileInfo", "Files", "open_files"]
