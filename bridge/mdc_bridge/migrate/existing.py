"""Rows that collected lines have already, as those of a day in dual mode.

Dual mode wrote the CSV rows of a call as a line, too. Rows with a correlation id are the line's by
it; of rows without one, those of equal values are the line's, whichever they are: all else about
them is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from mdc_core.payload_rows.json_texts import parse_json

from ..archive.time_zone import zone_of
from ..collected.lines import CollectedLine, Parse, lines_of_file
from ..collected.period import ALWAYS
from ..collected.problems import Problems
from ..equality.values import loads
from .collected_files import Collected
from .correlation_cells import inner_json
from .plan import DatasetKey, Target
from .units import Trees, Unit, bounds_of
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
        files = (file for target in targets for file in collected.get(target, ()))
        existing = tuple(file for file in files if file.may_have(first, last))
        known.append(unit._replace(existing=existing))
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

    def __init__(self, unit: Unit, trees: Trees) -> None:
        self._unit = unit
        self._trees = trees
        problems = Problems()
        lines = self._lines(problems, parse_json)
        self.ids = frozenset(inner_json(line.correlation_id.encode()) for line in lines)
        self.unreadable = problems.unreadable

    def __bool__(self) -> bool:
        return bool(self._unit.existing)

    @cached_property
    def rows(self) -> WaitingRows:
        """Rows of the time of the unit's folder: those of another day may have equal values."""
        first, last = bounds_of(self._unit.files[0], zone_of(self._unit.dataset.time_zone))
        waiting = WaitingRows()
        for line in self._lines(Problems(), loads):
            if line.time_us is None or first <= line.time_us < last:
                waiting.add(line.rows)
        return waiting

    def _lines(self, problems: Problems, parse: Parse) -> Iterator[CollectedLine]:
        for each in self._unit.existing:
            yield from lines_of_file(self._trees[each.tree], each.file, ALWAYS, problems, parse)
