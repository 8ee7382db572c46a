"""Rows that collected lines have already, as those of a day in dual mode.

Dual mode wrote the CSV rows of a call as a line, too. Rows with a correlation id are the line's by
it; of rows without one, those of equal values are the line's, whichever they are: all else about
them is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from mdc_core.payload_rows.json_texts import parse_json

from ..archive.time_zone import zone_of
from ..collected.lines import Parse, lines_of_file
from ..collected.period import ALWAYS
from ..collected.places import CollectionFile, parse_place
from ..collected.problems import Problems
from ..equality.values import loads
from ..files import FileInfo, Files
from .collected_files import Collected
from .correlation_cells import inner_json
from .plan import DatasetKey, Target
from .units import Unit, bounds_of
from .waiting_rows import WaitingRows


def with_existing(
    units: Iterable[Unit],
    collected: Mapping[Target, Sequence[Collected]],
    others: Mapping[DatasetKey, Sequence[Target]],
) -> list[Unit]:
    """Return units that know which collected files may have rows of theirs.

    Args:
        units: of the archive.
        collected: see `collected_files`.
        others: where rows of a dataset were collected under names that are not the plan's.
    """
    known = []
    for unit in units:
        first, last = bounds_of(unit.files[0], zone_of(unit.dataset.time_zone))
        targets = (unit.dataset.target, *others.get(unit.dataset.source, ()))
        paths = tuple(
            (each.tree, each.file.info.path)
            for target in targets
            for each in collected.get(target, ())
            if each.may_have(first, last)
        )
        known.append(unit._replace(existing=paths) if paths else unit)
    return known


class Existing:
    """What collected lines have already of the rows of a unit.

    Args:
        unit: see `Unit.existing`.
        trees: in which its files are.

    Attributes:
        ids: correlation ids, as the inner parts of JSON strings.
        unreadable: number of lines, and files, that cannot be read.

    Raises:
        StoreError: when a tree cannot be reached.
    """

    def __init__(self, unit: Unit, trees: Sequence[Files]) -> None:
        self._files = [(trees[at], _file(path)) for at, path in unit.existing or ()]
        self._bounds = bounds_of(unit.files[0], zone_of(unit.dataset.time_zone))
        self.unreadable = 0
        self.ids = frozenset(self._ids())

    def __bool__(self) -> bool:
        return bool(self._files)

    @cached_property
    def rows(self) -> WaitingRows:
        """Rows of the time of the unit's folder: those of another day may have equal values."""
        first, last = self._bounds
        waiting = WaitingRows()
        for tree, file in self._files:
            for line in lines_of_file(tree, file, ALWAYS, Problems(), loads):
                if line.time_us is None or first <= line.time_us < last:
                    waiting.add(line.rows)
        return waiting

    def _ids(self) -> Iterable[bytes]:
        problems = Problems()
        parse: Parse = parse_json
        for tree, file in self._files:
            for line in lines_of_file(tree, file, ALWAYS, problems, parse):
                yield inner_json(line.correlation_id.encode())
        self.unreadable = problems.unreadable


def _file(path: str) -> CollectionFile:
    file = parse_place(FileInfo(path, 0, ""))
    assert file is not None  # it was one when it was listed
    return file
