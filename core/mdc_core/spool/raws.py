"""Raw files: the data of one large event each, under their name only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from .files import STATE_FOLDER, RemovedError, write_whole
from .tree import Tree

RAW_FOLDER = "raw"  # of a spool
STAGED_FOLDER = f"{STATE_FOLDER}/staged"


class RawPart(NamedTuple):
    """A raw file, and its length."""

    path: str
    size: int


def stage_raw(tree: Tree, path: str, chunks: Iterable[bytes]) -> RawPart:
    """Write a file, whole and on the disk, to where nobody reads it yet."""
    staged = staged_path(path)
    descriptor = tree.open(staged, os.O_CREAT | os.O_EXCL)
    size = 0
    try:
        for chunk in chunks:
            write_whole(descriptor, chunk, size)
            size += len(chunk)
        os.fsync(descriptor)
    except BaseException:
        tree.remove(staged)
        raise
    finally:
        os.close(descriptor)
    return RawPart(path, size)


def publish_raw(tree: Tree, path: str) -> None:
    """Give a staged file its name, on the disk; one that has it already is left alone.

    Raises:
        RemovedError: somebody has removed it.
    """
    try:
        tree.rename(staged_path(path), path)
    except FileNotFoundError as error:
        if not tree.place(path).exists():
            raise RemovedError(error.errno, error.strerror, path) from error
    # No line may refer to it before its name is there for good.
    tree.sync_folders()


def discard_raw(tree: Tree, path: str) -> None:
    """Remove a staged file."""
    tree.remove(staged_path(path))


def staged_path(path: str) -> str:
    """Return where a new file lies until it is whole."""
    return f"{STAGED_FOLDER}/{path.rpartition('/')[2]}"
