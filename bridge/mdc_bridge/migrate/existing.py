"""Rows that collected lines at the destination have already, as those of a day in dual mode.

Dual mode wrote the CSV rows of a call as a line, too. Rows with a correlation id are the line's by
it; of rows without one, those of equal values are the line's, whichever they are: all else about
them is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from mdc_core.errors import MissingFileError
from mdc_core.layouts import JSONL_ROOT
from mdc_core.payload_rows.json_texts import parse_json

from ..collected.lines import lines_of_file
from ..collected.period import ALWAYS, DAY_US, Period, folder_bounds
from ..collected.places import CollectionFile, parse_place
from ..collected.problems import StrictProblems
from ..files import FileInfo, Files
from .blocks import Block
from .ledger import Ledger
from .tails import inner_json, line_time, zone_of
from .units import Unit, bounds_of

Key = tuple[tuple[str, str], ...]


def with_existing(units: Iterable[Unit], destination: Files) -> list[Unit]:
    """Return units that know which collected files at the destination may have rows of theirs.

    Args:
        units: of the archive.
        destination: what a migration made there is not looked at.

    Raises:
        StoreError: when it cannot be read.
    """
    migrated = Ledger(destination).units()
    collected: dict[tuple[str, str, str], list[tuple[CollectionFile, int, int]]] = {}
    try:
        found = [parse_place(info) for info in destination.find(JSONL_ROOT)]
    except MissingFileError:
        found = []
    for file in found:
        bounds = None if file is None else folder_bounds(file.rolled)
        # A file's name begins with the id of its unit.
        if file is None or file.info.path.rpartition("/")[2][:32] in migrated:
            continue
        begin, end = bounds or (-(2**63), 2**63)
        key = (file.endpoint, file.deployment, file.collection)
        collected.setdefault(key, []).append((file, begin, end))
    known = []
    for unit in units:
        first, last = bounds_of(unit.files[0], zone_of(unit.dataset.time_zone))
        paths = tuple(
            file.info.path
            for file, begin, end in collected.get(unit.dataset.target, ())
            # A row's time and that of its call may be of two days.
            if begin < last + DAY_US and end > first - DAY_US
        )
        known.append(unit._replace(existing=paths))
    return known


class Existing(NamedTuple):
    """What lines at a destination have already of the rows of a unit.

    Attributes:
        ids: correlation ids, as the inner parts of JSON strings.
        rows: how often there is a row of some values, in lines of the time of the unit's folder:
            rows of another day may have the same values.
        calls: the same of all rows of one line together.
    """

    ids: frozenset[bytes]
    rows: Counter[Key]
    calls: Counter[tuple[Key, ...]]


NOTHING = Existing(frozenset(), Counter(), Counter())


def existing_of(unit: Unit, destination: Files) -> Existing:
    """Return what collected lines have of a unit.

    Args:
        unit: see `Unit.existing`.
        destination: where the lines are.

    Raises:
        StoreError: when it, or a line, cannot be read.
    """
    if not unit.existing:
        return NOTHING
    ids: set[bytes] = set()
    rows: Counter[Key] = Counter()
    calls: Counter[tuple[Key, ...]] = Counter()
    first, last = bounds_of(unit.files[0], zone_of(unit.dataset.time_zone))
    for path in unit.existing:
        file = parse_place(FileInfo(path, 0, ""))
        assert file is not None  # it was one when it was listed
        for line in lines_of_file(destination, file, ALWAYS, StrictProblems(), parse_json):
            ids.add(inner_json(line.correlation_id.encode()))
            if line.time_us is None or first <= line.time_us < last:
                keys = tuple(map(_key, line.rows))
                rows.update(keys)
                calls[keys] += 1
    return Existing(frozenset(ids), rows, calls)


class Selection:
    """Leaves out the rows of a unit that are not wanted: of another time, or in lines already.

    Args:
        period: of the rows that say their time.
        existing: what lines have.
    """

    def __init__(self, period: Period, existing: Existing) -> None:
        self._first = b"" if period.since_us is None else line_time(period.since_us)
        self._end = b"\xff" if period.until_us is None else line_time(period.until_us)
        self._ids = existing.ids
        self._rows = Counter(existing.rows)
        self._calls = Counter(existing.calls)
        self._is_flat = False  # a CSV row has all rows of a call, which was given a 1-D array
        self._takes_all = period == ALWAYS and not (existing.ids or existing.rows)
        self._prefix = b""
        self.left_out = 0

    def begin_file(self, correlation_prefix: bytes) -> None:
        """Take the next blocks for those of another file, whose rows without an id begin so."""
        self._prefix = correlation_prefix

    def of(self, block: Block) -> Block:
        """Return the rows that are wanted; rejected ones are kept, to be told."""
        if self._takes_all:
            return block
        if self._rows and not self._is_flat:
            self._is_flat = any(b"},{" in row and len(_keys(row)) > 1 for row in block.rows)
        places = [at for at in range(len(block.rows)) if self._is_wanted(block, at)]
        if len(places) == len(block.rows):
            return block
        self.left_out += len(block.rows) - len(places)
        wanted = block.of_rows(places)
        if block.without_correlation:
            wanted.without_correlation = sum(
                identifier.startswith(self._prefix) and at not in wanted.rejects
                for at, identifier in enumerate(wanted.ids)
            )
        return wanted

    def _is_wanted(self, block: Block, at: int) -> bool:
        if at in block.rejects:
            return True
        if not block.ids[at].startswith(self._prefix):
            is_in_time = self._first <= block.times[at] < self._end
            return is_in_time and block.ids[at] not in self._ids
        if not self._rows:
            return True
        keys = _keys(block.rows[at])
        if self._is_flat or len(keys) != 1:
            return not _taken(self._calls, keys)
        return not _taken(self._rows, keys[0])


def _taken(there: Counter[Any], key: object) -> bool:
    """Take away one of what is there, and return whether there was one."""
    if there[key] <= 0:
        return False
    there[key] -= 1
    return True


def _keys(rows: bytes) -> tuple[Key, ...]:
    """Return the keys of the objects that a row of a block is: of a 1-D array several."""
    return tuple(map(_key, parse_json(b"[%s]" % rows)))


def _key(row: dict[str, Any]) -> Key:
    return tuple(sorted((name, _comparable(value)) for name, value in row.items()))


def _comparable(value: Any) -> str:
    """Return a text that values have in common which the CSV does not tell apart."""
    text = "" if value is None else str(value)
    try:
        return str(float(text))
    except ValueError:
        return text.lower() if isinstance(value, bool) else text
