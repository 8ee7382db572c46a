"""Which JSONL files collectors wrote, at a destination and beside an archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mdc_core.errors import MissingFileError
from mdc_core.layouts import JSONL_ROOT

from ..archive.places import LeftOut
from ..collected.copies import without_copies
from ..collected.payloads import COLLECTIONS
from ..collected.period import DAY_US, folder_bounds
from ..collected.places import CollectionFile, parse_place
from ..collected.problems import Problems
from ..files import Files
from .ledger import Ledger, unit_of
from .plan import StreamNames

_ANY_TIME = (-(2**63), 2**63)


class Collected(NamedTuple):
    """A file.

    Attributes:
        tree: index of the tree in which it lies, see `Trees`.
        file: the file.
        begin_us, end_us: of its folder's time.
    """

    tree: int
    file: CollectionFile
    begin_us: int
    end_us: int

    def may_have(self, begin_us: int, end_us: int) -> bool:
        """Return whether it may have lines of rows of a CSV folder.

        A row's time and that of its call may be of two days.
        """
        return self.begin_us < end_us + DAY_US and self.end_us > begin_us - DAY_US


def collected_files(
    trees: Sequence[Files],
) -> tuple[dict[StreamNames, list[Collected]], list[LeftOut]]:
    """Return what collectors wrote, by endpoint, deployment and collection, and what is unreadable.

    Payload logging has no CSV, and is left out.

    Args:
        trees: a destination, and an archive; if both are one, it is looked at once.

    Raises:
        StoreError: when one cannot be read.
    """
    found: dict[StreamNames, list[Collected]] = {}
    unreadable: list[LeftOut] = []
    seen: set[str] = set()
    for at, tree in enumerate(trees):
        if tree.url in seen:
            continue
        seen.add(tree.url)
        for file in _live(tree, unreadable):
            bounds = folder_bounds(file.rolled) or _ANY_TIME
            target = (file.endpoint, file.deployment, file.collection)
            found.setdefault(target, []).append(Collected(at, file, *bounds))
    return found, unreadable


def _live(tree: Files, unreadable: list[LeftOut]) -> Iterable[CollectionFile]:
    there: list[CollectionFile] = []
    try:
        for info in tree.find(JSONL_ROOT):
            file = parse_place(info)
            if info.problem and not info.is_special:
                reason = f"{info.problem}; rows that are collected there may be converted again"
                unreadable.append(LeftOut(info.path, reason, is_unreadable=True))
            elif not info.problem and file is not None and file.collection not in COLLECTIONS:
                there.append(file)
    except MissingFileError:
        return []
    migrated = Ledger(tree).units() if there else set()
    live = (file for file in there if unit_of(file.info.path) not in migrated)
    # A row that was collected once is no reason to leave out two.
    return without_copies(tree, live, Problems())
