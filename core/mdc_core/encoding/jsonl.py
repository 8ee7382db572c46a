"""Tables as JSON arrays of row objects, many events of one schema at a time.

The cells of a block come from one call of the encoder over all events; they are woven between
the keys of the rows by slice assignment and joined once for each event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Tuple

from ..data.table import Table
from ..data.weight import rows_of_weight
from .cells import text_json
from .columns import block_cells

# 100 rows of 23 numbers in one piece: it takes 0.11 ms, about a slice of the writer, see `Turns`.
# With 8192 a request waits for 0.4 ms; with 512 a number costs a fifth more.
CHUNK_CELLS = 2400
_BETWEEN_ROWS = b"},{"
# Templates of rows that are kept, as many as schemas are, and only of names that are not longer
# together: names may differ with every event, and be thousands.
_MOST_TEMPLATES = 8
_MOST_CHARACTERS = 100_000


def encode_tables(
    tables: Sequence[Table], breathe: Callable[[], None] = lambda: None
) -> list[bytes]:
    """Return for each table its rows as a JSON array.

    Args:
        tables: of one schema, and together of moderate size: every cell is a small object for a
            moment.
        breathe: called before each block, see `Turns`.
    """
    names, places, _ = tables[0].schema
    if not names:
        return [b"[" + b",".join([b"{}"] * table.rows) + b"]" for table in tables]
    rows = [table.rows for table in tables]
    is_kept = sum(map(len, names)) <= _MOST_CHARACTERS
    template = _kept_row_template(names) if is_kept else _row_template(names)
    stride = len(template)
    parts = list(template) * sum(rows)
    for positions, values in zip(places, zip(*[table.values for table in tables])):
        breathe()
        cells = block_cells(values)
        width = len(positions)
        if positions == range(len(names)):
            # All columns at once: 8% of the time of 100 rows of 23 numbers.
            parts[1::2] = cells
            continue
        for offset, position in enumerate(positions):
            parts[2 * position + 1 :: stride] = cells[offset::width]
    # Every row begins with the end of the row before it, which the first of a table has not.
    first = b"[" + template[0][len(_BETWEEN_ROWS) - 1 :]
    encoded = []
    start = 0
    for count in rows:
        stop = start + count * stride
        if start < stop:
            # Into the parts, not around the joined text, which would be copied twice more.
            parts[start] = first
            parts[stop - 1] += b"}]"
        # The parts of a single table are not copied: 7% less for 100 rows of 23 numbers.
        of_table = parts if stop - start == len(parts) else parts[start:stop]
        encoded.append(b"".join(of_table) or b"[]")
        start = stop
    return encoded


def encode_chunks(table: Table, breathe: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """Yield a table's JSON array in pieces of about `CHUNK_CELLS` cells, for tables of any size.

    Args:
        table: of any size.
        breathe: called before each piece, see `Turns`.
    """
    rows = _rows_of_chunk(table)
    if table.rows <= rows:
        yield encode_tables([table])[0]
        return
    for start in range(0, table.rows, rows):
        breathe()
        piece = encode_tables([table.slice_rows(start, start + rows)])[0]
        last = start + rows >= table.rows
        yield (b"[" if start == 0 else b",") + piece[1:-1] + (b"]" if last else b"")


def _rows_of_chunk(table: Table) -> int:
    """Return how many rows are about `CHUNK_CELLS` numbers; a cell may be a list of thousands."""
    values = table.slice_rows(0, 1).values
    first = [cell for each in values for cell in (each.ravel() if each.ndim == 2 else each)]
    return rows_of_weight(first, CHUNK_CELLS)


def _row_template(names: Tuple[str, ...]) -> Tuple[bytes, ...]:
    """Return the key of each column, each with a gap for its cell behind it."""
    template: list[bytes] = []
    for index, name in enumerate(names):
        template += [(b"," if index else _BETWEEN_ROWS) + text_json(name) + b":", b""]
    return tuple(template)


_kept_row_template = lru_cache(maxsize=_MOST_TEMPLATES)(_row_template)
