"""Collected lines as blocks of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Optional

from ..collected.lines import CollectedLine, lines_of_file, parse_json
from ..collected.meter import Meter
from ..collected.places import Choice, CollectionFile, find_collections
from ..collected.problems import Problems
from ..files import Files
from ..progress import Advance
from .frames import ID, REQUEST, ROW, TIME
from .runs import Block, Columns
from .survey import Survey

# Of lines that are held at once, at most, unless one has more.
BATCH_BYTES = 4 * 1024 * 1024
# In columns, gaps included, but for one line with more.
MOST_CELLS = 1_000_000
PLACE = "place"

_NO_TIME = -1


class Placed(NamedTuple):
    """A line and its place among all.

    Attributes:
        order_us: its time for sorting; lines without one come first.
        file: number of its file, by path.
        number: of the line in the file.
        time_us: its time; None without.
        place: number of its endpoint, deployment, collection and model version in `Places`.
        id, request: its ids.
        rows: its rows.
    """

    order_us: int
    file: int
    number: int
    time_us: Optional[int]
    place: int
    id: str
    request: str
    rows: list[dict[str, Any]]


class Places:
    """Endpoint, deployment, collection and model version of lines, each once.

    Attributes:
        names: by number.
    """

    def __init__(self) -> None:
        self.names: list[tuple[str, str, str, str]] = []
        self._numbers: dict[tuple[str, str, str, str], int] = {}

    def number(self, line: CollectedLine) -> int:
        """Return the number of a line's place."""
        return self.number_of((line.endpoint, line.deployment, line.collection, line.model_version))

    def number_of(self, place: tuple[str, str, str, str]) -> int:
        """Return the number of a place."""
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = len(self.names)
            self.names.append(place)
        return number


def placed(line: CollectedLine, file: int, places: Places) -> Placed:
    """Return a line of the file of that number, by path, with its place."""
    return Placed(
        _NO_TIME if line.time_us is None else line.time_us,
        file,
        line.number,
        line.time_us,
        places.number(line),
        line.correlation_id,
        line.request_id,
        line.rows,
    )


def batches_of_lines(
    files: Files,
    choice: Choice,
    problems: Problems,
    advance: Optional[Advance],
    places: Places,
    limit: Optional[int],
    sizes: list[int],
) -> Iterator[list[Placed]]:
    """Yield the chosen lines of a tree in batches of bounded size, time folder by time folder.

    Args:
        files: the tree.
        choice: see `find_collections`.
        problems: told of what cannot be read.
        advance: told of the bytes read and to read.
        places: is filled.
        limit: of rows; what comes after them is not read.
        sizes: is given the bytes of each batch.
    """
    chosen: Iterable[CollectionFile] = find_collections(files, choice, problems)
    meter = None if advance is None else Meter(advance)
    numbered = list(enumerate(chosen if meter is None else meter.listed(chosen)))
    numbered.sort(key=lambda entry: (entry[1].rolled, entry[0]))
    batch: list[Placed] = []
    held = rows = 0
    for number, file in numbered:
        for line in lines_of_file(files, file, choice.period, problems, parse_json, meter):
            batch.append(placed(line, number, places))
            held += line.size
            rows += len(line.rows)
            if held >= BATCH_BYTES:
                sizes.append(held)
                yield batch
                batch, held = [], 0
            if limit is not None and rows >= limit:
                break
        if meter is not None:
            meter.end(file)
        if limit is not None and rows >= limit:
            break
    sizes.append(held)
    yield batch


def blocks_of_lines(lines: list[Placed], survey: Survey) -> Iterator[Block]:
    """Yield lines as rows by time, in blocks that follow each other; see `block_of_lines`."""
    lines.sort(key=lambda line: line[:3])
    start = cells = 0
    names: set[str] = set()
    for at, line in enumerate(lines):
        for row in line.rows:
            if not names.issuperset(row):
                names.update(row)
        cells += len(line.rows)
        # Rows that differ in their columns have gaps in those of all others.
        if cells * len(names) > MOST_CELLS:
            yield block_of_lines(lines[start : at + 1], survey)
            start, cells, names = at + 1, 0, set()
    if start < len(lines):
        yield block_of_lines(lines[start:], survey)


def block_of_lines(lines: list[Placed], survey: Survey) -> Block:
    """Return lines as rows by time, and add them to a survey."""
    lines.sort(key=lambda line: line[:3])
    if all(len(line.rows) == 1 for line in lines):
        keys: list[list[Any]] = [list(each) for each in zip(*(line[:3] for line in lines))]
        rows = [line.rows[0] for line in lines]
        columns: Columns = {
            ID: [line.id for line in lines],
            REQUEST: [line.request for line in lines],
            PLACE: [line.place for line in lines],
            ROW: [0] * len(lines),
            TIME: [line.time_us for line in lines],
        }
    else:
        spread = [(line, at) for line in lines for at in range(len(line.rows))]
        rows = [line.rows[at] for line, at in spread]
        keys = [[line[at] for line, _ in spread] for at in range(3)]
        columns = {
            ID: [line.id for line, _ in spread],
            REQUEST: [line.request for line, _ in spread],
            PLACE: [line.place for line, _ in spread],
            ROW: [at for _, at in spread],
            TIME: [line.time_us for line, _ in spread],
        }
    keys = keys or [[], [], []]
    keys.append(columns[ROW])
    columns.update(columns_of_rows(rows, 0, keys, survey))
    block = Block(keys, columns)
    survey.add(block)
    return block


def block_of_empty_lines(lines: list[Placed]) -> Block:
    """Return the lines without rows, which count among those of their id."""
    empty = sorted(line[:3] + (line.id, line.place) for line in lines if not line.rows)
    *keys, ids, places = map(list, zip(*empty)) if empty else ([] for _ in range(5))
    return Block(keys, {ID: ids, PLACE: places})


def columns_of_rows(
    rows: Sequence[dict[str, Any]], side: int, keys: list[list[Any]], survey: Survey
) -> Columns:
    """Return the cells of row objects by side and name.

    Args:
        rows: of one collection, or of several that have no other beside them.
        side: see `Survey`.
        keys: of the rows, by which they are sorted.
        survey: told of the names.
    """
    first = next((row for row in rows if row), None)
    if first is None:
        return {}
    width = len(first)
    try:
        if set(map(len, rows)) == {width}:
            columns = {(side, name): [row[name] for row in rows] for name in first}
            survey.see(columns, tuple(column[0] for column in keys))
            return columns
    except KeyError:
        pass
    columns = {}
    for at, row in enumerate(rows):
        if row:
            new = [name for name in row if (side, name) not in columns]
            if new:
                key = tuple(column[at] for column in keys)
                survey.see([(side, name) for name in row], key)
                columns.update(((side, name), []) for name in new)
            for name, value in row.items():
                column = columns[side, name]
                if len(column) < at:
                    column += [None] * (at - len(column))
                column.append(value)
    for column in columns.values():
        column += [None] * (len(rows) - len(column))
    return columns
