"""Rows that could not be converted: named in a file, and counted by reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO, Optional

from ..archive.raw_rows import Reject


class Rejects:
    """The rejected rows of a unit, on disk: there may be as many as there are rows.

    Args:
        local: the file, made when the first one comes.
    """

    def __init__(self, local: Path) -> None:
        self.reasons: dict[str, int] = {}
        self._local = local
        self._stream: Optional[BinaryIO] = None

    @property
    def local(self) -> Optional[Path]:
        """The file, None without any."""
        return None if self._stream is None else self._local

    def add(self, path: str, reject: Reject) -> None:
        """Note a row.

        Args:
            path: of its file.
            reject: what is wrong with it.
        """
        if self._stream is None:
            self._stream = open(self._local, "wb")  # noqa: SIM115  # kept open
        value = {"file": path, **reject._asdict()}
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        self._stream.write(text + b"\n")
        kind = _kind(reject.reason)
        self.reasons[kind] = self.reasons.get(kind, 0) + 1

    def close(self) -> None:
        """Complete the file."""
        if self._stream is not None:
            self._stream.close()


def _kind(reason: str) -> str:
    """Return a reason without the cell it names: `column a: 'x' is not a number` for all of a."""
    subject, _, cell = reason.partition(": ")
    _, says, fault = cell.rpartition(" is ")
    return f"{subject}: {fault}" if says else reason
