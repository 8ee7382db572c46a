"""What Spark's executors do: look at files, and give out their rows as Arrow."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from mdc_core.payload_rows.json_texts import parse_json

from ..collected.lines import lines_of_file
from ..collected.period import Period
from ..collected.places import CollectionFile
from ..collected.problems import Problems, StrictProblems
from ..files import open_files
from .cell_texts import any_cell_json
from .chunks import CellColumns, Chunk
from .columns import BOOLEANS, FLOATS, INTEGERS, OBJECTS
from .gathering import BATCH_BYTES
from .line_chunks import chunks_of_lines
from .origin import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, REQUEST, ROW, TIME, VERSION
from .placed import LineOrigins, Placed, placed
from .survey import Survey
from .tables import PLACE

_ARROW = {INTEGERS: "int64", BOOLEANS: "bool"}
# By them lines are counted, and sorted where they have one time.
ORDER, FILE, NUMBER = "mdc__order", "mdc__file", "mdc__number"


class SparkFiles(NamedTuple):
    """Where files are.

    Attributes:
        root, container: as the executors open them.
        period: of the lines.
    """

    root: str
    container: str
    period: Period


class FileTask(NamedTuple):
    """A file to read.

    Attributes:
        number: of the file among all, by path.
        file: the file.
        last: number of the last line to read; None for all that there are.
    """

    number: int
    file: CollectionFile
    last: Optional[int]


def look(source: SparkFiles, is_strict: bool, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield what columns files have, their last lines, and what cannot be read, pickled."""
    import pyarrow

    for tasks in _tasks_of(batches):
        survey, problems = Survey(), StrictProblems() if is_strict else Problems()
        ends = {task.number: 0 for task in tasks}
        for lines in _lines(source, tasks, problems, LineOrigins()):
            for line in lines:
                ends[line.file] = max(ends[line.file], line.number)
            for _ in chunks_of_lines(lines, survey):
                pass
        kept = Problems(problems.unreadable, problems.torn, problems.samples, problems.torn_paths)
        found = pickle.dumps((survey, ends, kept))
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array([found])], ["found"])


def rows_of(
    source: SparkFiles, columns: list[tuple[Any, str]], batches: Iterator[Any]
) -> Iterator[Any]:
    """Yield the rows of files, and one numbered -1 for a line without rows.

    Args:
        source: where they are.
        columns: names as in chunks, and kinds.
        batches: of pickled tasks.
    """
    for tasks in _tasks_of(batches):
        places = LineOrigins()
        for lines in _lines(source, tasks, Problems(), places):
            for line in lines:
                if not line.rows:
                    yield _arrow(_empty(line), places, columns)
            for chunk in chunks_of_lines(lines, Survey()):
                if chunk.height:
                    yield _arrow(chunk, places, columns)


def _tasks_of(batches: Iterator[Any]) -> Iterator[list[FileTask]]:
    for batch in batches:
        for content in batch.column(0).to_pylist():
            yield pickle.loads(content)


def _lines(
    source: SparkFiles, tasks: list[FileTask], problems: Problems, places: LineOrigins
) -> Iterator[list[Placed]]:
    lines: list[Placed] = []
    held = 0
    with open_files(source.root, "ROOT", source.container) as files:
        for task in tasks:
            for line in lines_of_file(files, task.file, source.period, problems, parse_json):
                if task.last is not None and line.number > task.last:
                    break
                lines.append(placed(line, task.number, places))
                held += line.size
                if held >= BATCH_BYTES:
                    yield lines
                    lines, held = [], 0
    yield lines


def _empty(line: Placed) -> Chunk:
    keys = [[each] for each in (*line[:3], -1)]
    columns: CellColumns = {ID: [line.id], REQUEST: [line.request], PLACE: [line.place], ROW: [-1]}
    return Chunk(keys, {**columns, TIME: [line.time_us]})


def _arrow(chunk: Chunk, places: LineOrigins, columns: list[tuple[Any, str]]) -> Any:
    """Return rows as a record batch; in a column of objects, what is not text as its JSON."""
    import pyarrow

    cells = chunk.columns
    named = [places.names[place] for place in cells[PLACE]]
    texts = dict(zip((ENDPOINT, DEPLOYMENT, COLLECTION, VERSION), zip(*named)))
    found = {ID: cells[ID], **texts, REQUEST: cells[REQUEST]}
    arrays = {name: pyarrow.array(map(_text, each), "string") for name, each in found.items()}
    numbers = dict(zip((ORDER, FILE, NUMBER), chunk.keys))
    numbers.update({LINE: [0] * chunk.height, ROW: cells[ROW]})
    arrays.update((name, pyarrow.array(each, "int64")) for name, each in numbers.items())
    arrays[TIME] = pyarrow.array(cells[TIME], pyarrow.timestamp("us", "UTC"))
    ordered = [arrays[name] for name in (*ORIGIN, ORDER, FILE, NUMBER)]
    for coded, kind in columns:
        ordered.append(_array(cells.get(coded) or [None] * chunk.height, kind))
    names = [*ORIGIN, ORDER, FILE, NUMBER, *(f"{at}" for at in range(len(columns)))]
    return pyarrow.RecordBatch.from_arrays(ordered, names)


def _array(cells: list[Any], kind: str) -> Any:
    import pyarrow

    if kind == FLOATS:
        return pyarrow.array([None if cell is None else float(cell) for cell in cells], "float64")
    if kind == OBJECTS:
        cells = [None if cell is None else _text(_plain(cell)) for cell in cells]
        return pyarrow.array(cells, "string")
    if kind in _ARROW:
        return pyarrow.array(cells, _ARROW[kind])
    return pyarrow.array(map(_text, cells), "string")


def _plain(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return cell if isinstance(cell, str) else any_cell_json(cell).decode()


def _text(cell: Optional[str]) -> Optional[str]:
    """Return a text in which lone surrogates are visible."""
    return None if cell is None else cell.encode("utf-8", "backslashreplace").decode()
