"""Collected lines as chunks of rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from mdc_core.payload_rows.json_texts import parse_json

from ..collected.copies import chosen_files
from ..collected.lines import chunks_of_file, lines_of_chunk
from ..collected.meter import Meter
from ..collected.places import Choice, CollectionFile
from ..collected.problems import Problem, Problems
from ..files import Files
from ..progress import Progress
from .ahead import made_ahead, most_ahead
from .chunks import Chunk, Columns
from .origin import ID, REQUEST, ROW, TIME
from .placed import Placed, Places, placed
from .survey import Survey
from .tables import PLACE, TableChunk

if TYPE_CHECKING:
    from .regular import Parsed, Regular

# Of lines that are held at once, at most, unless one has more.
BATCH_BYTES = 4 * 1024 * 1024
# Fewer cost more in whole columns than one by one: of small files, and of thousands of columns.
LEAST_LINES = 200
# In columns, gaps included, but for one line with more.
MOST_CELLS = 1_000_000


class Gathered(NamedTuple):
    """Lines that are held at once.

    Attributes:
        lines: one by one.
        tables: the rows of those that were read many at once.
        size: of all, in bytes.
    """

    lines: list[Placed]
    tables: list[TableChunk]
    size: int


def batches_of_lines(
    files: Files,
    choice: Choice,
    problems: Problems,
    progress: Optional[Progress],
    places: Places,
    limit: Optional[int],
    regular: Optional[Regular],
) -> Iterator[Gathered]:
    """Yield the chosen lines of a tree in batches of bounded size, time folder by time folder.

    Args:
        files: the tree.
        choice: see `chosen_files`.
        problems: told of what cannot be read.
        progress: told of the bytes read and to read.
        places: is filled.
        limit: of rows; what comes after them is not read.
        regular: reads many lines at once; None for one by one.
    """
    chosen: Iterable[CollectionFile] = chosen_files(files, choice, problems)
    meter = None if progress is None else Meter(progress)
    numbered = list(enumerate(chosen if meter is None else meter.listed(chosen)))
    numbered.sort(key=lambda entry: (entry[1].rolled, entry[0]))
    batch: list[Placed] = []
    tables: list[TableChunk] = []
    held = rows = 0
    # With a limit no more is read than is needed.
    ahead = 1 if regular is None or limit is not None else most_ahead()
    parts = made_ahead(_parts(files, numbered), partial(_parsed, regular), ahead)
    with contextlib.closing(parts):
        for part, parsed in parts:
            for ended in part.ended:
                for problem in ended.problems:
                    problems.add(*problem)
                if meter is not None:
                    meter.end(ended.file)
            if limit == 0:
                break
            file = part.file
            table = None
            if parsed is not None and regular is not None:
                left = None if limit is None else limit - rows
                table = regular.table(file, part.number, part.first, part.content, left, parsed)
            if table is not None:
                tables.append(table)
                held += len(part.content)
                rows += table.height
                if meter is not None:
                    meter.count(file, part.content)
            else:
                lines = (part.first, part.content)
                found = lines_of_chunk(
                    files, file, *lines, choice.period, problems, parse_json, meter
                )
                for line in found:
                    batch.append(placed(line, part.number, places))
                    held += line.size
                    rows += len(line.rows)
                    if held >= BATCH_BYTES:
                        yield Gathered(batch, tables, held)
                        batch, tables, held = [], [], 0
                    if limit is not None and rows >= limit:
                        break
            if held >= BATCH_BYTES:
                yield Gathered(batch, tables, held)
                batch, tables, held = [], [], 0
            if limit is not None and rows >= limit:
                if meter is not None:
                    meter.end(file)
                break
    yield Gathered(batch, tables, held)


class _Ended(NamedTuple):
    """A file that was read, and what of it could not be."""

    file: CollectionFile
    problems: list[Problem]


class _Part(NamedTuple):
    """Some lines of a file.

    Attributes:
        number: of the file, by path.
        file: see there.
        first: number of the first line.
        content: the lines.
        ended: files that ended before these lines.
    """

    number: int
    file: CollectionFile
    first: int
    content: bytes
    ended: Sequence[_Ended]


def _parts(files: Files, numbered: Sequence[tuple[int, CollectionFile]]) -> Iterator[_Part]:
    """Yield the chunks of files, and at last one of no lines."""
    ended: list[_Ended] = []
    for number, file in numbered:
        # Told when what came before was read, not ahead of that.
        problems = Problems()
        for first, content in chunks_of_file(files, file, problems):
            yield _Part(number, file, first, content, ended)
            ended = []
        ended.append(_Ended(file, problems.samples))
    for number, file in numbered[-1:]:
        yield _Part(number, file, 0, b"", ended)


def _parsed(regular: Optional[Regular], part: _Part) -> tuple[_Part, Optional[Parsed]]:
    """Return a part with what was read of it many lines at once, if there are many."""
    if regular is None or not _has_many_lines(part.content):
        return part, None
    return part, regular.parsed(part.file, part.content)


def _has_many_lines(content: bytes) -> bool:
    """Return whether there are `LEAST_LINES`, without going through all that there are."""
    end = -1
    for _ in range(LEAST_LINES):
        end = content.find(b"\n", end + 1)
        if end < 0:
            return False
    return True


def chunks_of_lines(lines: list[Placed], survey: Survey) -> Iterator[Chunk]:
    """Yield lines as rows by time, in chunks that follow each other; see `chunk_of_lines`."""
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
            yield chunk_of_lines(lines[start : at + 1], survey)
            start, cells, names = at + 1, 0, set()
    if start < len(lines):
        yield chunk_of_lines(lines[start:], survey)


def chunk_of_lines(lines: list[Placed], survey: Survey) -> Chunk:
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
    chunk = Chunk(keys, columns)
    survey.add(chunk)
    return chunk


def chunk_of_empty_lines(lines: list[Placed]) -> Chunk:
    """Return the lines without rows, which count among those of their id."""
    empty = sorted(line[:3] + (line.id, line.place) for line in lines if not line.rows)
    *keys, ids, places = map(list, zip(*empty)) if empty else ([] for _ in range(5))
    return Chunk(keys, {ID: ids, PLACE: places})


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
