"""What an archive of the old SDK's CSV files is: where its files lie and what each row says."""

from .places import ArchiveFile, find_archive, parse_place
from .raw_rows import Reject
from .reading import ArchiveRow, read_rows

__all__ = ["ArchiveFile", "ArchiveRow", "Reject", "find_archive", "parse_place", "read_rows"]
