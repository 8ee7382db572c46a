"""The rows of a CSV file, for callers that need only the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Optional, Union

from mdc_core.data.correlation_columns import HEADERS, Correlation

from .chunks import read_chunks
from .raw_rows import Reject
from .rows import RowReader


class ArchiveRow(NamedTuple):
    """One row of a table.

    Attributes:
        line: number of the line on which its CSV row begins.
        names: of its cells.
        cells: as they stand.
        correlation: what its correlation cells say, None without.
    """

    line: int
    names: tuple[str, ...]
    cells: tuple[str, ...]
    correlation: Optional[Correlation]


def read_rows(
    stream: BinaryIO,
    header: str = "auto",
    default_names: Sequence[str] = (),
    under_one_name: str = "rows",
) -> Iterator[Union[ArchiveRow, Reject]]:
    """Yield the rows of a CSV file, in bounded memory; headers and empty lines are not rows.

    Args:
        stream: the file, from its beginning.
        header: as for `RowReader`.
        default_names: likewise.
        under_one_name: likewise.
    """
    reader = RowReader(header, default_names, under_one_name)
    for chunk in read_chunks(stream):
        for row in reader.read(chunk):
            if isinstance(row, Reject):
                yield row
                continue
            correlation = Correlation.of_mapping(dict(zip(HEADERS, row.tail))) if row.tail else None
            if row.shape.is_upright:
                for cell in row.cells:
                    yield ArchiveRow(row.line, row.shape.names, (cell,), correlation)
            else:
                yield ArchiveRow(row.line, row.shape.names, tuple(row.cells), correlation)
