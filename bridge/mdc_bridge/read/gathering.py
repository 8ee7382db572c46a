"""The chosen lines of a tree, in batches: one by one, and many at once where they are regular."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Optional

from mdc_core.payload_rows.json_texts import parse_json

from ..collected.copies import chosen_files
from ..collected.lines import chunks_of_file, lines_of_file
from ..collected.meter import Meter
from ..collected.places import Choice, CollectionFile
from ..collected.problems import Problem, Problems
from ..files import Files
from ..progress import Progress, silent
from .ahead import map_ahead, most_ahead
from .placed import LineOrigins, Placed, placed
from .tables import TableChunk

if TYPE_CHECKING:
    from .regular import Parsed, Regular

# Bytes of lines that are held at once; a longer line is held alone.
BATCH_BYTES = 4 * 1024 * 1024
# Fewer lines (small files, thousands of columns) cost more in whole columns than one by one.
LEAST_LINES = 200


@dataclass
class Gathered:
    """Lines that are held at once.

    Attributes:
        lines: one by one.
        tables: the rows of those that were read many at once.
        size: of all, in bytes.
    """

    lines: list[Placed] = field(default_factory=list)
    tables: list[TableChunk] = field(default_factory=list)
    size: int = 0


def batches_of_lines(
    files: Files,
    choice: Choice,
    problems: Problems,
    progress: Optional[Progress],
    places: LineOrigins,
    limit: Optional[int],
    regular: Optional[Regular],
) -> Iterator[Gathered]:
    """Yield the chosen lines of a tree in batches of bounded size, time folder by time folder.

    Args:
        files: the tree.
        choice: see `chosen_files`.
        problems: gets what cannot be read.
        progress: called with the bytes read and to read.
        places: is filled.
        limit: of rows; what comes after them is not read.
        regular: reads many lines at once; None for one by one.
    """
    meter = Meter(progress or silent)
    numbered = list(enumerate(meter.listed(chosen_files(files, choice, problems))))
    numbered.sort(key=lambda entry: (entry[1].rolled, entry[0]))
    batch = Gathered()
    rows = 0
    # With a limit no more is read than is needed.
    ahead = 1 if regular is None or limit is not None else most_ahead()
    parts = map_ahead(_parts(files, numbered), partial(_parsed, regular), ahead)
    with contextlib.closing(parts):
        for part, parsed in parts:
            for file, file_problems in part.ended:
                for problem in file_problems:
                    problems.add(*problem)
                meter.end(file)
            if limit == 0:
                break
            table = None
            if parsed is not None and regular is not None:
                left = None if limit is None else limit - rows
                table = regular.table(
                    part.file, part.number, part.first, part.content, left, parsed
                )
            if table is not None:
                batch.tables.append(table)
                batch.size += len(part.content)
                rows += table.height
                meter.count(part.file, part.content)
            else:
                place = (part.file, choice.period, problems)
                lines = (part.first, part.content)
                for line in lines_of_file(files, *place, parse_json, meter, lines):
                    batch.lines.append(placed(line, part.number, places))
                    batch.size += line.size
                    rows += len(line.rows)
                    if batch.size >= BATCH_BYTES:
                        yield batch
                        batch = Gathered()
                    if limit is not None and rows >= limit:
                        break
            if batch.size >= BATCH_BYTES:
                yield batch
                batch = Gathered()
            if limit is not None and rows >= limit:
                meter.end(part.file)
                break
    yield batch


class _Part(NamedTuple):
    """Some lines of a file.

    Attributes:
        number: of the file, by path.
        file: the file of the lines.
        first: number of the first line.
        content: the lines.
        ended: files that ended before these lines, and what of them could not be read.
    """

    number: int
    file: CollectionFile
    first: int
    content: bytes
    ended: Sequence[tuple[CollectionFile, list[Problem]]]


def _parts(files: Files, numbered: Sequence[tuple[int, CollectionFile]]) -> Iterator[_Part]:
    """Yield the chunks of files, and at last one of no lines."""
    ended: list[tuple[CollectionFile, list[Problem]]] = []
    for number, file in numbered:
        # Told when what came before was read, not ahead of that.
        problems = Problems()
        for first, content in chunks_of_file(files, file, problems):
            yield _Part(number, file, first, content, ended)
            ended = []
        ended.append((file, problems.samples))
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
