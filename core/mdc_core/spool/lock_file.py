"""A file whose lock says that the process which made it lives; the kernel gives it up at death."""

from __future__ import annotations

import os
from typing import Optional

from ..open_file import OpenFile
from ..systems import try_lock
from .tree import Tree

_UNNAMED = ".new"


class LockFile(OpenFile):
    """A locked file of this process, or of a dead one that was taken over.

    In a forked child that forgets it, the lock stays with the parent.

    Args:
        tree: that holds it.
        path: in the tree.
    """

    def __init__(self, tree: Tree, path: str) -> None:
        super().__init__()
        self.path = path
        self._tree = tree
        # As a text: the writer asks for it after each batch, and to make it anew takes 10 us.
        self._place = os.fspath(tree.place(path))

    @classmethod
    def take_over(cls, tree: Tree, path: str) -> Optional[LockFile]:
        """Return the file of a dead process; None when it lives, or another was first."""
        descriptor = tree.open_existing(path, os.O_APPEND)
        if descriptor is None:
            return None
        # Without a link it was finished by another process between the listing and now.
        if not try_lock(descriptor) or os.fstat(descriptor).st_nlink == 0:
            os.close(descriptor)
            return None
        lock = cls(tree, path)
        lock.keep(descriptor)
        return lock

    @property
    def is_held(self) -> bool:
        """Whether the file is there, under its name, and locked by this process."""
        if self.look() is None:
            return False
        try:
            return self.was(os.lstat(self._place))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # nobody may look there now
            return True

    def hold(self) -> None:
        """Make the file, locked."""
        # It gets its name when it is locked: unlocked, it would pass for that of a dead process.
        unnamed = self.path + _UNNAMED
        descriptor = self._tree.open(unnamed, os.O_CREAT | os.O_APPEND)
        try:
            try_lock(descriptor)
            self._tree.rename(unnamed, self.path)
        except BaseException:
            os.close(descriptor)
            raise
        self.keep(descriptor)

    def remove(self) -> None:
        """Remove the file, and give up the lock."""
        if self.is_held:
            self._tree.remove(self.path)
        self.forget()


def is_named(name: str) -> bool:
    """Return whether a file in a folder of lock files is one, not one that is being made."""
    return not name.endswith(_UNNAMED)
