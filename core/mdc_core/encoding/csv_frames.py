"""Frames of legacy calls as CSV: through `to_csv`, or row by row where rows carry correlations."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, DefaultDict, List

import numpy
import pandas

from ..data.correlation_columns import FOLDER_HEADERS, Correlation, header_of, labels_of_headers
from ..data.events import CsvTarget, Event
from ..data.same_cells import SameCells
from ..data.schema import labels_of
from ..data.snapshot import FrameSnapshot
from ..data.table import frame_of_snapshot
from ..data.weight import rows_of_weight
from .csv_lines import CsvLines, CsvPiece, header_line, writable
from .csv_paths import path_of
from .plain_rows import CELLS, plain_frame_rows


def frame_pieces(
    event: Event, target: CsvTarget, snapshot: FrameSnapshot, breathe: Callable[[], None]
) -> list[CsvPiece]:
    """Return a frame's rows, file by file; see `csv_pieces`."""
    labels = labels_of(snapshot.columns)
    if target.correlation:
        labels += labels_of_headers(snapshot.columns)
    header = header_line(labels)
    columns = {header_of(label): at for at, label in enumerate(labels)}
    if not (target.follows_rows and columns.keys() & FOLDER_HEADERS):
        rows = plain_frame_rows(snapshot, target.correlation, breathe)
        if rows is None:
            rows = _frame_rows(_frame(snapshot, target.correlation), breathe)
        path = path_of(event, target, None)
        return [CsvPiece(path, header, not target.follows_rows, rows, target.follows_rows)]
    frame = _frame(snapshot, target.correlation)
    chosen = {label: at for label, at in columns.items() if label is not None}

    def path_of_row(cells: Sequence[Any]) -> str:
        return path_of(event, target, Correlation.of_mapping(dict(zip(chosen, cells))))

    paths = SameCells(path_of_row)
    # The original writes these row by row, through csv.writer, and nothing where there are none.
    files: DefaultDict[str, CsvLines] = defaultdict(CsvLines)
    step = rows_of_weight(frame.iloc[0], CELLS) if len(frame) else 1
    for start in range(0, len(frame), step):
        breathe()
        rows_of: DefaultDict[str, List[Sequence[Any]]] = defaultdict(list)
        for row in frame.iloc[start : start + step].to_numpy().tolist():
            rows_of[paths.of(tuple([row[at] for at in chosen.values()]))].append(row)
        for path, found in rows_of.items():
            files[path].add(found)
    return [CsvPiece(path, header, False, lines.content) for path, lines in files.items()]


def _frame(snapshot: FrameSnapshot, correlation: Sequence[Any]) -> pandas.DataFrame:
    frame = frame_of_snapshot(snapshot)
    if not correlation:
        return frame
    # Joined at once: column by column is slow in pandas, which warns of it in wide frames.
    start = frame.shape[1]
    cells = {start + at: [cell] * len(frame) for at, cell in enumerate(correlation)}
    return pandas.concat([frame, pandas.DataFrame(cells, frame.index, dtype=object)], axis=1)


class _BreathingText(io.StringIO):
    """What `to_csv` writes to, row by row; all rows at once hold up a request."""

    def __init__(self, breathe: Callable[[], None]) -> None:
        super().__init__()
        self._breathe = breathe

    def write(self, text: str) -> int:
        self._breathe()
        return super().write(text)


def _frame_rows(frame: pandas.DataFrame, breathe: Callable[[], None]) -> bytes:
    if not len(frame):
        return b""
    text = _BreathingText(breathe)
    try:
        frame.to_csv(text, index=False, header=False)  # ends rows with os.linesep
    except ValueError:
        text = _BreathingText(breathe)
        shown = frame.copy()
        for label in shown.columns[shown.dtypes == numpy.dtype(object)]:
            cells = [writable(cell) for cell in shown[label]]
            shown[label] = pandas.Series(cells, shown.index, dtype=object)
        shown.to_csv(text, index=False, header=False)
    return text.getvalue().encode("utf-8", "backslashreplace")
