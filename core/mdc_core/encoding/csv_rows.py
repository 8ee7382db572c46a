"""Legacy calls as CSV, byte for byte as the original SDK wrote it.

Lists and arrays go through `csv.writer` (CRLF), frames through `to_csv` (LF) unless their rows
carry correlations, headers through `csv.writer`. Source: what the original wrote for the cases
in `tests/bridge/golden`.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Optional

import numpy
import pandas

from ..data.correlation_columns import (
    FOLDER_HEADERS,
    HEADERS,
    Correlation,
    header_of,
    labels_of_headers,
)
from ..data.events import CsvTarget, Event
from ..data.isolation import is_plain, text_of
from ..data.schema import labels_of
from ..data.snapshot import ArraySnapshot, FrameSnapshot
from ..data.table import frame_of_snapshot
from ..layouts import CSV_ROOT, CsvFolder, rolled_folder
from ..names import legal_segment
from ..throttle import Throttle
from .plain_rows import plain_frame_rows

logger = logging.getLogger("mdc_core")

_PLAIN_KINDS = "iub"
_said = Throttle()


class CsvPiece(NamedTuple):
    """Rows for one file.

    Attributes:
        path: from the root down.
        header: the line this call would put on top of a new file; may be empty.
        names_columns: the header is a frame's own, which takes precedence over feature names.
        rows: whole rows.
        replaces: the header takes precedence over those of earlier calls: so it is where rows of
            the file might choose their folder, and these do not.
    """

    path: str
    header: bytes
    names_columns: bool
    rows: bytes
    replaces: bool = False


def csv_pieces(
    event: Event, target: CsvTarget, breathe: Callable[[], None] = lambda: None
) -> list[CsvPiece]:
    """Return an event's rows, file by file.

    Args:
        event: with the rows.
        target: where they belong.
        breathe: called often, see `Turns`.
    """
    snapshot = event.snapshot if target.printed is None else target.printed
    if isinstance(snapshot, FrameSnapshot):
        return _frame_pieces(event, target, snapshot, breathe)
    if isinstance(snapshot, ArraySnapshot):
        rows = _array_rows(snapshot.array, bool(target.correlation))
    else:
        rows = [snapshot.items]
    names = target.names
    header = b""
    if names is not None:
        header = _header_line([*names, *HEADERS] if target.correlation else names)
    own = _path(event, target, None)
    rows_by_path: dict[tuple[str, bool], list[Sequence[Any]]] = {} if rows else {(own, False): []}
    for row in rows:
        carried = _carried(row, names) if target.follows_rows and names else None
        place = (own, False) if carried is None else (_path(event, target, carried), True)
        rows_by_path.setdefault(place, []).append([*row, *target.correlation])
    return [
        CsvPiece(path, header, False, csv_lines(cells), target.follows_rows and not has_followed)
        for (path, has_followed), cells in rows_by_path.items()
    ]


def csv_lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows of cells as `csv.writer` writes them, in UTF-8."""
    text = io.StringIO()
    try:
        csv.writer(text).writerows(rows)
    except ValueError:
        text = io.StringIO()
        csv.writer(text).writerows([[_writable(cell) for cell in row] for row in rows])
    return _utf8(text)


def _writable(cell: Any) -> Any:
    """Return a cell, or what stands for one that holds more digits than Python writes."""
    if isinstance(cell, int):
        try:
            return str(cell)
        except ValueError:
            return hex(cell)
    return cell if is_plain(cell) else text_of(cell)


def _array_rows(array: numpy.ndarray, as_objects: bool) -> list[Sequence[Any]]:
    """Return an array's rows; a 1-D one is one row, also of no cells.

    Args:
        array: of any shape and dtype.
        as_objects: cells as numpy makes them when it appends objects, as the original appended
            correlations: a float32 becomes a Python float, nanoseconds become integers. Without
            that they stay what they are, and `csv.writer` takes their `str`.
    """
    if array.ndim < 2:
        array = array.reshape(1, -1)
    if array.ndim == 2 and (
        as_objects or array.dtype.kind in _PLAIN_KINDS or array.dtype == numpy.float64
    ):
        plain: list[Sequence[Any]] = array.tolist()
        return plain
    return [list(row) for row in array]


def _carried(row: Sequence[Any], names: Sequence[str]) -> Optional[Correlation]:
    """Return the correlation that a row of a list or an array carries.

    The original knew it by the header alone, to which `add_correlations` adds the eight names.
    """
    if tuple(names[-len(HEADERS) :]) == HEADERS:
        return Correlation.of_cells(row) if len(names) > len(HEADERS) else None
    named = {name: cell for name, cell in zip(names, row) if name in HEADERS}
    return Correlation.of_mapping(named) if named.keys() & FOLDER_HEADERS else None


def _frame_pieces(
    event: Event, target: CsvTarget, snapshot: FrameSnapshot, breathe: Callable[[], None]
) -> list[CsvPiece]:
    labels = labels_of(snapshot.columns)
    if target.correlation:
        labels += labels_of_headers(snapshot.columns)
    header = _header_line(labels)
    columns = {header_of(label): at for at, label in enumerate(labels)}
    if not (target.follows_rows and columns.keys() & FOLDER_HEADERS):
        rows = plain_frame_rows(snapshot, target.correlation, breathe)
        if rows is None:
            rows = _frame_rows(_frame(snapshot, target.correlation))
        path = _path(event, target, None)
        return [CsvPiece(path, header, not target.follows_rows, rows, target.follows_rows)]
    frame = _frame(snapshot, target.correlation)
    # The original writes these row by row, through csv.writer, and nothing where there are none.
    rows_by_path: dict[str, list[Sequence[Any]]] = {}
    for row in frame.to_numpy().tolist():
        carried = Correlation.of_mapping(
            {label: row[at] for label, at in columns.items() if label is not None}
        )
        rows_by_path.setdefault(_path(event, target, carried), []).append(row)
    return [CsvPiece(path, header, False, csv_lines(rows)) for path, rows in rows_by_path.items()]


def _frame(snapshot: FrameSnapshot, correlation: Sequence[Any]) -> pandas.DataFrame:
    frame = frame_of_snapshot(snapshot)
    if not correlation:
        return frame
    # Joined at once: column by column is slow in pandas, which warns of it in wide frames.
    start = frame.shape[1]
    cells = {start + at: [cell] * len(frame) for at, cell in enumerate(correlation)}
    return pandas.concat([frame, pandas.DataFrame(cells, frame.index, dtype=object)], axis=1)


def _frame_rows(frame: pandas.DataFrame) -> bytes:
    if not len(frame):
        return b""
    text = io.StringIO()
    try:
        frame.to_csv(text, index=False, header=False)  # ends rows with os.linesep
    except ValueError:
        text = io.StringIO()
        shown = frame.copy()
        for label in shown.columns[shown.dtypes == numpy.dtype(object)]:
            cells = [_writable(cell) for cell in shown[label]]
            shown[label] = pandas.Series(cells, shown.index, dtype=object)
        shown.to_csv(text, index=False, header=False)
    return _utf8(text)


def _path(event: Event, target: CsvTarget, carried: Optional[Correlation]) -> str:
    time_us, hourly = event.time_us, target.hourly
    workspace, service = target.workspace, target.service
    model, version = target.model, target.version
    if carried is not None:
        if carried.time_us is not None:
            time_us, hourly = carried.time_us, carried.hourly
        # Of other depth, a folder could come to lie where another model's file belongs.
        if _levels(carried.workspace or workspace) == _levels(workspace):
            workspace = carried.workspace or workspace
        elif _said.due("workspace") is not None:
            logger.warning(
                "mdc-bridge: a row names a workspace that is not subscription/resource group/"
                "workspace; it is collected in its collector's own"
            )
        service = carried.service or service
        model, version = carried.model or model, carried.version or version
    date = rolled_folder(time_us, "hour" if hourly else "day")
    base = target.folders.get((model, version))
    if base:
        # Part by part: a row's name of a service is one folder, whatever is in it.
        parts = [part.replace("{webservice_name}", service) for part in _parts(_below_root(base))]
        base = "/".join(map(legal_segment, parts))
        folder = f"{base}/{legal_segment(target.designation)}/{date}"
    else:
        folder = _folder(CsvFolder(workspace, service, model, version, target.designation, date))
    return f"{CSV_ROOT}/{folder}/{legal_segment(target.file_name)}"


@lru_cache(maxsize=64)  # 12 us each time
def _folder(folder: CsvFolder) -> str:
    return folder.format()


def _header_line(names: Sequence[Any]) -> bytes:
    # Only what is equal when its text is: 1 == 1.0.
    return _line_of(tuple(names)) if {*map(type, names)} == {str} else csv_lines([names])


@lru_cache(maxsize=64)  # 4 us each time
def _line_of(names: tuple[str, ...]) -> bytes:
    return csv_lines([names])


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _levels(workspace: str) -> int:
    return max(1, len(_parts(workspace)))


def _below_root(path: str) -> str:
    return path[len(CSV_ROOT) :] if path.startswith(f"{CSV_ROOT}/") else path


def _utf8(text: io.StringIO) -> bytes:
    return text.getvalue().encode("utf-8", "backslashreplace")
