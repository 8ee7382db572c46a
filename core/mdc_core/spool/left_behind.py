"""What dead processes left in a spool: found by the names of the files, taken over, made whole."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Dict, List, Set, Tuple

from ..layouts import segment_name
from .files import RAW_FOLDER, STAGED_FOLDER, STATE_FOLDER, is_mine
from .notes import INSTEAD, Notes
from .outbox import Outbox
from .owners import Owners
from .repair import repair_segment
from .tree import Tree, path_below

# Processes that are taken over at a time; the next look goes on with the others.
MOST_AT_ONCE = 64
_NAME = re.compile(r"([0-9a-f]{32})(\d{6,})(\..*)?")
# Larger than any number that a process counts up to.
_FIRST_SUCCESSOR = 10**9


class LeftBehind:
    """Takes over for one process; used by the delivery's thread.

    Args:
        tree: of the spool.
        owners: knows which processes are dead.
        notes: of the files.
        outbox: gets the files that are to be delivered.

    Attributes:
        adopted: the files that are not finished, by the process that wrote them.
        has_more: the last look has left something for the next.
    """

    def __init__(self, tree: Tree, owners: Owners, notes: Notes, outbox: Outbox) -> None:
        self.adopted: Dict[str, Set[str]] = {}
        self.has_more = False
        self._tree = tree
        self._owners = owners
        self._notes = notes
        self._outbox = outbox

    def adopt(self) -> int:
        """Take over what dead processes left; return the number of torn lines set aside."""
        dead = list(self._owners.dead(files_by_instance(self._tree.root)))
        mine = [each for each in dead[:MOST_AT_ONCE] if self._owners.adopt(each)]
        # Their earlier owner may have moved some after the first look at them.
        found = files_by_instance(self._tree.root) if mine else {}
        torn = sum(self._take(each, found.get(each, [])) for each in mine)
        self.has_more = len(dead) > MOST_AT_ONCE or self._owners.waits
        return torn

    def add(self, path: str) -> None:
        """There is a new file, if it is of a dead process."""
        self.adopted.get(instance_of(path), set()).add(path)

    def discard(self, path: str) -> None:
        """A file is finished; with the last one of a dead process, nothing is left of it."""
        instance = instance_of(path)
        self.adopted.get(instance, set()).discard(path)
        self._finish_if_empty(instance)

    def _finish_if_empty(self, instance: str) -> None:
        # Another thread may be as far.
        if self.adopted.get(instance) == set() and self.adopted.pop(instance, None) is not None:
            self._owners.finish(instance)

    def _take(self, instance: str, paths: List[str]) -> int:
        self._remove_staged(instance)
        try:
            paths = self._without_moved(paths)
        except OSError:
            self._owners.finish(instance)
            return 0  # what is noted cannot be read now: all of it stays
        torn = 0
        sizes: Dict[str, int] = {}
        left: Set[str] = set()
        for path in paths:
            try:
                if not path.startswith(f"{RAW_FOLDER}/"):
                    torn += repair_segment(self._tree, path)
                sizes[path] = self._tree.place(path).stat().st_size
            except OSError:
                left.add(path)  # it stays for the next process
                sizes.pop(path, None)
                continue
            if not sizes[path]:
                del sizes[path]
                self._tree.remove(path)
                self._tree.remove_empty_folders(path)
        self._remove_notes(instance, left.union(sizes))
        self.adopted[instance] = set(sizes)
        # Any line of that process may refer to any of its raw files.
        raws = [path for path in sizes if path.startswith(f"{RAW_FOLDER}/")]
        for path in sorted(sizes, key=lambda each: each not in raws):
            self._outbox.appended(path, sizes[path], () if path in raws else raws)
            self._outbox.seal(path)
        self._finish_if_empty(instance)
        return torn

    def _without_moved(self, paths: List[str]) -> List[str]:
        """Remove the files of which others hold what was not delivered; return all others."""
        for path in list(paths):
            note = self._notes.read(path)
            if note.startswith(INSTEAD):
                old = f"{path.rpartition('/')[0]}/{note[len(INSTEAD) :]}"
                self._tree.remove(old)
                paths = [each for each in paths if each != old]
        return paths

    def _remove_staged(self, instance: str) -> None:
        """Remove what was never finished, and nothing refers to."""
        try:
            names = os.listdir(self._tree.root / STAGED_FOLDER)
        except FileNotFoundError:
            return
        for name in names:
            if name.startswith(instance):
                self._tree.remove(f"{STAGED_FOLDER}/{name}")

    def _remove_notes(self, instance: str, paths: Set[str]) -> None:
        kept = {path.rpartition("/")[2] for path in paths}
        for name in self._notes.names():
            if name.startswith(instance) and name not in kept:
                self._notes.remove(name)


def waiting_files(root: Path) -> List[str]:
    """Return the files of dead processes in a spool; nothing is changed."""
    found = files_by_instance(root)
    owners = Owners(Tree(root), "")
    dead = set(owners.dead(found)) | (found.keys() - owners.named().keys())
    return [path for instance in sorted(dead & found.keys()) for path in found[instance]]


def files_by_instance(root: Path) -> Dict[str, List[str]]:
    """Return the files of a spool by the process that wrote them, in the order of their names."""
    found: Dict[str, List[Tuple[int, str]]] = {}
    for folder, folders, names in os.walk(root):
        if STATE_FOLDER in folders:
            folders.remove(STATE_FOLDER)
        for name in names:
            match = _NAME.fullmatch(name)
            if match and is_mine(Path(folder, name)):
                path = path_below(root, folder, name)
                found.setdefault(match.group(1), []).append((int(match.group(2)), path))
    return {
        instance: [path for _, path in sorted(numbered)] for instance, numbered in found.items()
    }


def successor_of(path: str) -> str:
    """Return a new name, of the same dead process, for what was not delivered of a file."""
    folder, _, name = path.rpartition("/")
    instance, _, ending = _parts(name)
    number = _FIRST_SUCCESSOR + random.randrange(_FIRST_SUCCESSOR)
    return f"{folder}/{segment_name(instance, number, ending)}"


def instance_of(path: str) -> str:
    """Return the process that wrote a file of the spool."""
    return _parts(path.rpartition("/")[2])[0]


def _parts(name: str) -> Tuple[str, str, str]:
    match = _NAME.fullmatch(name)
    return (match.group(1), match.group(2), match.group(3) or "") if match else ("", "", "")
