"""Raw files: the data of one large event each, under their name only when they are whole."""

from __future__ import annotations

from collections.abc import Iterable

from .files import STATE_FOLDER, FileSize, RemovedError
from .tree import Tree

RAW_FOLDER = "raw"  # of a spool
STAGED_FOLDER = f"{STATE_FOLDER}/staged"


def stage_raw(tree: Tree, path: str, chunks: Iterable[bytes]) -> FileSize:
    """Write a file, whole and on the disk, to where nobody reads it yet."""
    return FileSize(path, tree.write_new(_staged_path(path), chunks))


def publish_raw(tree: Tree, path: str) -> None:
    """Give a staged file its name, on the disk; one that has it already is left alone.

    Raises:
        RemovedError: somebody has removed it.
    """
    try:
        tree.rename(_staged_path(path), path)
    except FileNotFoundError as error:
        if not tree.place(path).exists():
            raise RemovedError(error.errno, error.strerror, path) from error
    # No line may refer to it before its name is there for good.
    tree.sync_folders()


def discard_raw(tree: Tree, path: str) -> None:
    """Remove a staged file."""
    tree.remove(_staged_path(path))


def _staged_path(path: str) -> str:
    return f"{STAGED_FOLDER}/{path.rpartition('/')[2]}"
