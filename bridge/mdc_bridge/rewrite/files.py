"""Files as they are rewritten: what there was, what there will be, and the way between."""

from __future__ import annotations

import difflib
import os
import tempfile
from dataclasses import dataclass

from ..scripts.sources import split_lines
from .results import Change, LeftAlone


@dataclass(frozen=True)
class RewrittenFile:
    """A file with code of the old SDK.

    Attributes:
        path: of the file.
        before: its text, without a byte order mark.
        after: its text rewritten.
        encoding: of the file.
        changes: by cell and line.
        left_alone: by cell and line.
    """

    path: str
    before: str
    after: str
    encoding: str
    changes: tuple[Change, ...]
    left_alone: tuple[LeftAlone, ...]

    @property
    def diff(self) -> str:
        """The unified diff; empty where nothing is rewritten."""
        lines = difflib.unified_diff(
            split_lines(self.before), split_lines(self.after), self.path, self.path
        )
        return "".join(
            line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


def replace_file(path: str, content: bytes) -> None:
    """Put content in place of a file at once, under the file's own mode; a link stays a link.

    Raises:
        OSError: it cannot be written.
    """
    target = os.path.realpath(path)
    handle, name = tempfile.mkstemp(prefix=".mdc-bridge.", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, os.stat(target).st_mode & 0o7777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
