"""The spool: whether it can be used, how much room it has, what dead processes left in it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from mdc_core.settings import Settings
from mdc_core.spool.left_behind import waiting_files
from mdc_core.spool.private_folder import planted, refusal
from mdc_core.spool.tree import Tree
from mdc_core.systems import user_id

from .report import Check, fail, ok, ok_unless, warn

_SETTING = "MDC_SPOOL_DIR"
_BLOCK_BYTES = 1024 * 1024


def check_spool(settings: Settings) -> Iterator[Check]:
    """Yield the checks of the spool of these settings, which are read-only."""
    path = settings.spool
    if not os.path.lexists(path):
        parent = next(each for each in path.parents if each.is_dir())
        if os.access(parent, os.W_OK | os.X_OK):
            yield ok("spool", f"{path} is made by the first event, in {parent}")
        else:
            yield fail(
                "spool",
                f"{path} cannot be made by user {user_id()} in {parent}",
                f"set {_SETTING} to a folder that this user can make",
            )
        yield _room(settings, parent)
        return
    refused = refusal(path, _SETTING) or _planted_in(path)
    if refused:
        yield fail("spool", refused, "until then events wait in memory only, up to its bound")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    yield ok("spool", f"{path}, of user {path.stat().st_uid}, mode {mode:03o}")
    yield _room(settings, path)
    yield _left_behind(path)


def _left_behind(spool: Path) -> Check:
    """Return a check of what dead processes left: complete lines in unfinished files.

    The first lines of such a file may be delivered already.
    """
    files = lines = size = 0
    for root in _roots(spool):
        for path in waiting_files(root):
            blocks = [(len(block), block.count(b"\n")) for block in _blocks(Tree(root).place(path))]
            files += bool(blocks)
            size += sum(length for length, _ in blocks)
            lines += sum(ends for _, ends in blocks)
    if not files:
        return ok("waiting events", "no files of dead processes")
    return warn(
        "waiting events",
        f"up to {lines} lines ({size} bytes, {files} files) of dead processes wait in {spool}",
        "the next process that collects to the same destination delivers them",
    )


def _room(settings: Settings, path: Path) -> Check:
    free = shutil.disk_usage(path).free
    found = f"{_mb(free)} free; {_mb(settings.spool_bytes)} may wait (MDC_SPOOL_BYTES)"
    todo = "make room, or lower MDC_SPOOL_BYTES" if free < settings.spool_bytes else ""
    return ok_unless(todo, "spool room", found)


def _planted_in(path: Path) -> str:
    for root in _roots(path):
        refused = refusal(root, _SETTING)
        if refused:
            return refused
        for entry, why in itertools.islice(planted(root), 1):
            return f"{_SETTING}: {entry} is {why}; inspect and remove it"
    return ""


def _roots(spool: Path) -> list[Path]:
    return sorted(each for each in spool.iterdir() if each.is_dir())


def _blocks(path: Path) -> Iterator[bytes]:
    # A file that is not there any more was delivered meanwhile.
    with contextlib.suppress(OSError), path.open("rb") as stream:
        yield from iter(lambda: stream.read(_BLOCK_BYTES), b"")


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB"
