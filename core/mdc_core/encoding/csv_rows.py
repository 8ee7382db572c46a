"""Legacy calls as CSV, byte for byte as the original SDK wrote it.

Lists and arrays go through `csv.writer` (CRLF), frames through `to_csv` (LF) unless their rows
carry correlations, headers through `csv.writer`. Source: what the original wrote for the cases
in `tests/bridge/golden`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Dict, List, Optional, Tuple

import numpy

from ..data.correlation_columns import FOLDER_HEADERS, HEADERS, Correlation
from ..data.events import CsvTarget, Event
from ..data.same_cells import SameCells
from ..data.snapshot import ArraySnapshot, FrameSnapshot, ListSnapshot, Snapshot
from ..data.weight import rows_of_weight
from .csv_frames import frame_pieces
from .csv_lines import CsvLines, CsvPiece, header_line
from .csv_paths import path_of
from .plain_rows import CELLS

_PLAIN_KINDS = "iub"
# numpy takes as long to print a number in a cell as `csv.writer` takes for so many.
_PRINTED = 16
# A path, and whether a row has chosen it.
_Place = Tuple[str, bool]


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
        return frame_pieces(event, target, snapshot, breathe)
    names = target.names
    header = b""
    if names is not None:
        header = header_line([*names, *HEADERS] if target.correlation else names)
    own = (path_of(event, target, None), False)
    place_of = _chosen_places(event, target, names, own) if target.follows_rows and names else None
    cells = _cells_of_part(snapshot)
    files: Dict[_Place, CsvLines] = {}
    for rows in _row_pieces(snapshot, bool(target.correlation), breathe):
        rows_of: Dict[_Place, List[Sequence[Any]]] = {}
        for row in rows:
            place = own if place_of is None else place_of(row)
            rows_of.setdefault(place, []).append([*row, *target.correlation])
        for place, found in rows_of.items():
            if place not in files:
                files[place] = CsvLines(cells, breathe)
            files[place].add(found)
    if not files:
        files[own] = CsvLines()
    return [
        CsvPiece(path, header, False, lines.content, target.follows_rows and not has_chosen)
        for (path, has_chosen), lines in files.items()
    ]


def _cells_of_part(snapshot: Snapshot) -> int:
    items = snapshot.items if isinstance(snapshot, ListSnapshot) else ()
    return max(2, rows_of_weight(items[:1], CELLS // _PRINTED)) if snapshot.prints else CELLS


def _row_pieces(
    snapshot: Snapshot, as_objects: bool, breathe: Callable[[], None]
) -> Iterator[List[Sequence[Any]]]:
    """Yield the rows of a list or an array, a few at a time; a 1-D one is one row.

    Args:
        snapshot: of a list, or of an array of any shape and dtype.
        as_objects: cells as numpy makes them when it appends objects, as the original appended
            correlations: a float32 becomes a Python float, nanoseconds become integers. Without
            that they stay what they are, and `csv.writer` takes their `str`.
        breathe: called before each piece.
    """
    if isinstance(snapshot, ListSnapshot):
        yield [snapshot.items]
        return
    assert isinstance(snapshot, ArraySnapshot)
    array = snapshot.array
    if array.ndim < 2:
        array = array.reshape(1, -1)
    is_plain = array.ndim == 2 and (
        as_objects or array.dtype.kind in _PLAIN_KINDS or array.dtype == numpy.float64
    )
    step = 1
    if len(array) > 1:
        step = rows_of_weight(array[0], CELLS if is_plain else CELLS // _PRINTED)
    for start in range(0, len(array), step):
        breathe()
        part = array[start : start + step]
        yield part.tolist() if is_plain else [list(row) for row in part]


def _chosen_places(
    event: Event, target: CsvTarget, names: Sequence[Any], own: _Place
) -> Callable[[Sequence[Any]], _Place]:
    """Return what tells the place of a row of a list or an array.

    The original knew the correlation of a row by the header alone, to which `add_correlations`
    adds the eight names.
    """

    def place_of(carried: Optional[Correlation]) -> _Place:
        return own if carried is None else (path_of(event, target, carried), True)

    if tuple(names[-len(HEADERS) :]) == HEADERS:
        last = SameCells(lambda cells: place_of(Correlation.of_cells(cells)))
        has_data = len(names) > len(HEADERS)
        return lambda row: last.of(tuple(row[-len(HEADERS) :])) if has_data else own
    found = [at for at, name in enumerate(names) if name in HEADERS]

    def place_of_named(cells: Sequence[Any]) -> _Place:
        named = dict(zip([names[at] for at in found], cells))
        chooses = named.keys() & FOLDER_HEADERS
        return place_of(Correlation.of_mapping(named) if chooses else None)

    same = SameCells(place_of_named)
    return lambda row: same.of(tuple([row[at] for at in found if at < len(row)]))
