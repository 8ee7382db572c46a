"""A spool is one agent's: claimed by a lock, and of one version."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from mdc_core.errors import SettingsError, SpoolFolderError
from mdc_core.spool.files import PRIVATE_MODE, read_from
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.tree import Tree
from mdc_core.systems import try_lock

FORMAT = "mdc-agent spool, version 1\n"
# An agent that is being replaced may still be ending.
CLAIM_SECONDS = 10.0
_LOCK = "lock"
_FORMAT = "format"
_MOST_BYTES = 200


class Claim:
    """The right to use a spool, held until `give_up`, or the death of the process.

    Args:
        spool: folder, made when missing.
    """

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._descriptor = -1

    def take(self) -> None:
        """Claim the spool.

        Raises:
            SettingsError: another agent has it, and does not end; it has another format; or it
                cannot be a spool: not this user's alone, or it cannot be made.
        """
        try:
            prepare_folder(self._spool / "ids", "spool")
            tree = Tree(self._spool, PRIVATE_MODE)
            self._lock(tree)
            try:
                self._check_format(tree)
            except BaseException:
                self.give_up()
                raise
        except SpoolFolderError:
            raise
        except OSError as error:
            raise SettingsError(
                f"spool: {self._spool} cannot be used: {error.strerror}; "
                "valid: a folder that this user can make and write to"
            ) from error

    def give_up(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self, tree: Tree) -> None:
        descriptor = tree.open(_LOCK, os.O_CREAT)
        deadline = time.monotonic() + CLAIM_SECONDS
        while not try_lock(descriptor):
            if time.monotonic() >= deadline:
                owner = read_from(descriptor, 0, _MOST_BYTES).decode(errors="replace").strip()
                os.close(descriptor)
                raise SettingsError(
                    f"spool: {self._spool} is used by another agent ({owner or 'unknown'}); "
                    "valid: a folder of its own for each agent"
                )
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} of {socket.gethostname()}\n".encode(), 0)
        self._descriptor = descriptor

    def _check_format(self, tree: Tree) -> None:
        try:
            descriptor = tree.open(_FORMAT)
        except FileNotFoundError:
            tree.write_new(f"{_FORMAT}.new", [FORMAT.encode()])
            tree.rename(f"{_FORMAT}.new", _FORMAT)
            tree.sync_folders()
            return
        try:
            found = read_from(descriptor, 0, _MOST_BYTES).decode(errors="replace")
        finally:
            os.close(descriptor)
        if found != FORMAT:
            raise SettingsError(
                f"spool: {self._spool} has the format {found.strip()[:80]!r}, this agent writes "
                f"{FORMAT.strip()!r}; valid: let the agent that wrote it deliver what is in it, "
                "or another folder"
            )
