"""Whose the files of a spool are: every name begins with the id of the process that wrote it.

`open/ID` is locked while process ID lives; what it says of it is for people. A process that takes
over the files of a dead one renames `open/ID` to `open/ID.OWNER`, which only one can do, and needs
no descriptor for it. The owner lives as long as `open/OWNER` is locked; ids are random, so who is
dead stays dead.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Dict, Set

from .. import native
from .files import STATE_FOLDER
from .lock_file import LockFile, is_named
from .tree import Tree

OPEN_FOLDER = f"{STATE_FOLDER}/open"
# A process whose lock file somebody removed makes it again in less.
_GRACE_SECONDS = 1.0
_ID = re.compile(r"[0-9a-f]{32}")


class Owners:
    """Owns files for one process, and takes over those of dead ones.

    Args:
        tree: of the spool.
        instance: id of this process's writer.
        destination: of the files, for people.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        tree: Tree,
        instance: str,
        destination: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tree = tree
        self._instance = instance
        self._destination = destination
        self._clock = clock
        self._lock = LockFile(tree, f"{OPEN_FOLDER}/{instance}")
        # Protects the lock file: the writer's thread and the delivery's both look after it.
        self._mutex = native.Mutex()
        self._adopted: Set[str] = set()
        # When an id was first seen without any lock file.
        self._missing: Dict[str, float] = {}

    def hold(self) -> Set[str]:
        """Make sure that others see this process alive.

        Returns:
            Ids that are no longer this process's: somebody removed lock files, and another process
            has taken what they stood for.
        """
        with self._mutex:
            if self._lock.is_held:
                return set()
            lost: Set[str] = set()
            if self._lock.was_kept:
                named = self.named()
                lost = ({self._instance} | self._adopted) & named.keys()
                lost -= {each for each in lost if named[each] == self._instance}
                if named.get(self._instance) == "":  # unlocked for a moment: nobody has taken it
                    lost.discard(self._instance)
                self._adopted -= lost
                if self._instance in lost:
                    self._lock.forget()
                    return lost
            self._lock.hold()
            # For people only.
            os.write(
                self._lock.descriptor, f"process {os.getpid()}\n{self._destination}\n".encode()
            )
            for instance in self._adopted:
                os.close(self._tree.open(self._adopted_path(instance), os.O_CREAT))
            return lost

    def dead(self, instances: Iterable[str]) -> Iterator[str]:
        """Yield the ids that no living process owns.

        Args:
            instances: ids that files were found of.
        """
        named = self.named()
        now = self._clock()
        found = {*instances, *named}
        known = {*found, *named.values()} - self._adopted
        self._missing = {each: since for each, since in self._missing.items() if each in known}
        for instance in sorted(found):
            if instance == self._instance or instance in self._adopted:
                continue
            if instance in named:
                self._missing.pop(instance, None)
                owner = named[instance] or instance
                # A process that was taken over itself owns nothing any more.
                if named.get(owner) or not self._lives(owner, now):
                    yield instance
            elif now - self._missing.setdefault(instance, now) >= _GRACE_SECONDS:
                yield instance

    def adopt(self, instance: str) -> bool:
        """Take over the files of a dead process; return False when another was first."""
        if self._instance in self.hold():
            return False
        named = self.named()
        name = instance
        if instance not in named:
            os.close(self._tree.open(f"{OPEN_FOLDER}/{instance}", os.O_CREAT))
        elif named[instance]:
            name = f"{instance}.{named[instance]}"
        try:
            self._tree.rename(f"{OPEN_FOLDER}/{name}", self._adopted_path(instance))
        except FileNotFoundError:
            return False
        self._missing.pop(instance, None)
        self._adopted.add(instance)
        return True

    def finish(self, instance: str) -> None:
        """Nothing is left of an adopted process."""
        if instance in self._adopted:
            self._adopted.discard(instance)
            self._tree.remove(self._adopted_path(instance))

    def close(self, unfinished: bool) -> None:
        """Leave what is not finished to the next process.

        Args:
            unfinished: files of this process itself are left.
        """
        for instance in list(self._adopted):
            self._adopted.discard(instance)
            try:
                self._tree.rename(self._adopted_path(instance), f"{OPEN_FOLDER}/{instance}")
            except OSError:
                continue  # its owner is dead soon
        if unfinished:
            self._lock.forget()
        else:
            self._lock.remove()

    def start_over(self, instance: str) -> None:
        """Use another id from now on: another process has taken this one for dead."""
        self.abandon()
        self._instance = instance
        self._lock = LockFile(self._tree, f"{OPEN_FOLDER}/{instance}")

    @property
    def waits(self) -> bool:
        """Whether a process may have died, which only a later look can tell."""
        return bool(self._missing)

    def abandon(self) -> None:
        """Close the inherited descriptor in a forked child."""
        self._lock.forget()

    def _adopted_path(self, instance: str) -> str:
        return f"{OPEN_FOLDER}/{instance}.{self._instance}"

    def named(self) -> Dict[str, str]:
        """Return the owner of each id that has a lock file; empty for itself."""
        try:
            names = os.listdir(self._tree.root / OPEN_FOLDER)
        except FileNotFoundError:
            return {}
        named: Dict[str, str] = {}
        for name in filter(is_named, names):
            instance, _, owner = name.partition(".")
            if _ID.fullmatch(instance) and (not owner or _ID.fullmatch(owner)):
                named[instance] = owner
        return named

    def _lives(self, instance: str, now: float) -> bool:
        if instance == self._instance:
            return True
        path = f"{OPEN_FOLDER}/{instance}"
        lock = LockFile.take_over(self._tree, path)
        if lock is not None:
            lock.forget()
            return False
        if os.path.lexists(self._tree.root / path):
            return True
        return now - self._missing.setdefault(instance, now) < _GRACE_SECONDS
