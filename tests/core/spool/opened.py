"""A spool and its outbox, as tests use them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.spool.spool_file import SpoolFile


class Opened:
    """A spool and its outbox."""

    def __init__(self, root: Path, max_bytes: int = 1 << 30, segment_bytes: int = 1 << 26) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.root = root
        self.outbox = Outbox()
        self.spool = Spool(root, self.outbox, max_bytes, segment_bytes)

    def append(self, content: bytes, folder: str = "f") -> None:
        self.spool.append(folder, content, b"", ".jsonl")

    def waiting(self) -> list[SpoolFile]:
        return self.outbox.unfinished()

    def acknowledge(self, count: Optional[int] = None) -> SpoolFile:
        """Acknowledge bytes of the first file, by default all; finish it when it is sealed."""
        file = self.waiting()[0]
        self.outbox.acknowledged(file, file.size if count is None else count)
        if file.sealed and not file.waiting:
            self.spool.finish(file)
            self.outbox.forget(file)
        return file

    def content(self, file: SpoolFile) -> bytes:
        return self.spool.read(file.path, file.delivered, file.size)

    def journals(self) -> list[str]:
        folder = self.root / ".mdc-bridge" / "open"
        return sorted(os.listdir(folder)) if folder.exists() else []
