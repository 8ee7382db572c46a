"""A spool and its delivery to append blobs, without threads: all happens when it is asked for."""

from __future__ import annotations

from pathlib import Path

from mdc_core.delivery.append_blob import FULL_BLOCKS, AppendBlobUploader
from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.loop import LONGEST_WAIT, DeliveryLoop
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import AccountUrl, ConnectionString, Storage


class Mirror:
    """A writer of one folder of lines, and what takes them to a container.

    Args:
        storage: the account.
        container: in it.
        root: of the spool; its parent is the folder that the setting names.
        full_blocks: see `AppendBlobUploader`.

    Attributes:
        now: seconds of the delivery's clock, which stands still between rounds.
    """

    def __init__(
        self,
        storage: Storage,
        container: str,
        root: Path,
        full_blocks: int = FULL_BLOCKS,
    ) -> None:
        assert isinstance(storage, (AccountUrl, ConnectionString))
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.root = root
        self.outbox = Outbox()
        self.spool = Spool(root, self.outbox, 1 << 40)
        self.torn = self.spool.adopt()
        self.retries = 0
        self._account = ConnectedAccount(storage)
        self.uploader = AppendBlobUploader(self._account, container, self.spool, full_blocks)
        self.loop = DeliveryLoop(
            self.uploader,
            self.outbox,
            self._retried,
            LONGEST_WAIT,
            lambda: None,
            "Azurite",
            lambda: self.now,
        )
        self.now = 1000.0

    def append(self, lines: bytes, folder: str = "lines") -> None:
        """Put lines into the spool."""
        self.spool.append(folder, lines, b"", ".jsonl")

    def step(self) -> float:
        """Do one round of delivery, what the writer's thread would do then, and wait.

        Returns:
            The seconds that were waited: until something that has failed was due.
        """
        pause = self.loop.step()
        self.spool.tidy()
        self.now += pause
        return pause

    def deliver(self, rounds: int = 10) -> None:
        """Do rounds until nothing waits."""
        for _ in range(rounds):
            self.step()
            if not self.outbox.waiting_bytes():
                return
        raise AssertionError(f"in {rounds} rounds not delivered")

    def spooled(self) -> dict[str, bytes]:
        """Return the content of the spool's files, by path."""
        files = sorted(self.root.glob("[!.]*/**/*.jsonl"))
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}

    def close(self) -> None:
        """Seal everything and leave the rest to the next start."""
        self.spool.close()
        self._account.close()

    def die(self) -> None:
        """Leave everything as a death of the process would."""
        self.spool.abandon()
        self._account.close()

    def _retried(self) -> None:
        self.retries += 1
