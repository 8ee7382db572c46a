"""A loop of deliveries whose uploader is scripted and whose clock is moved by hand."""

from __future__ import annotations

from typing import Callable, Optional

from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.uploader import Uploader
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.spool_file import SpoolFile

INTERVAL = 1.0


class Scripted(Uploader):
    """Takes `step` bytes a call, or fails as the test wants.

    Attributes:
        faults: raised for the files of a path.
        on_upload: called before anything else.
    """

    def __init__(self, step: int = 1 << 30) -> None:
        self.step = step
        self.faults: dict[str, Exception] = {}
        self.on_upload: Callable[[SpoolFile], object] = lambda file: None
        self.uploads: list[str] = []
        self.finished: list[str] = []
        self.forgotten: list[str] = []
        self.closed = 0

    def upload(self, file: SpoolFile) -> int:
        self.uploads.append(file.path)
        self.on_upload(file)
        if file.path in self.faults:
            raise self.faults[file.path]
        return min(file.size, file.delivered + self.step)

    def known_delivered(self, file: SpoolFile) -> int:
        return file.delivered

    def finish(self, file: SpoolFile) -> None:
        self.finished.append(file.path)

    def forget(self, file: SpoolFile) -> None:
        self.forgotten.append(file.path)

    def close(self) -> None:
        self.closed += 1


class Parts:
    """A loop over a scripted uploader, with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.outbox = Outbox(lambda: self.now)
        self.uploader = Scripted()
        self.retries = 0
        self.refreshed: Callable[[], object] = lambda: None
        self.loop = DeliveryLoop(
            self.uploader,
            self.outbox,
            self._retried,
            INTERVAL,
            lambda: self.refreshed() and None,
            "Azurite",
            lambda: self.now,
        )

    def fail(self, error: Optional[Exception], path: str = "a") -> None:
        """Let a file's delivery fail from now on, or no longer."""
        if error is None:
            self.uploader.faults.pop(path)
        else:
            self.uploader.faults[path] = error

    def wait(self) -> float:
        """Let time pass until something was tried again; return the seconds."""
        tries = len(self.uploader.uploads)
        before = self.now
        while len(self.uploader.uploads) == tries:
            self.now += 0.01
            self.loop.step()
        return self.now - before

    def _retried(self) -> None:
        self.retries += 1
