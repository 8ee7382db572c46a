"""The numbers and examples of a comparison, gathered row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from ..equality.rows import Difference
from ..texts import shortened, shown
from .matching import Matched
from .pairs import LineRow, Pair, renamed_columns
from .report import Counts, Dataset
from .rows import CsvRow, Numbered, hour_text
from .samples import EXAMPLES, MOST_CELLS, Cell, ColumnDifferences, RowPlace, Sample


class DatasetTally:
    """Counts what was matched.

    Args:
        streams: by number.
        left_paths, right_paths: of files, by number.
    """

    def __init__(self, streams: Numbered, left_paths: Numbered, right_paths: Numbered) -> None:
        self._streams = streams
        self._left_paths = left_paths
        self._right_paths = right_paths
        self.datasets: dict[int, Dataset] = {}

    def dataset(self, stream: int) -> Dataset:
        """Return the numbers of a stream."""
        if stream not in self.datasets:
            self.datasets[stream] = Dataset(*self._streams[stream])
        return self.datasets[stream]

    def dataset_of(self, names: tuple[str, ...]) -> Dataset:
        """Return the numbers of a collection, of whichever version of the model."""
        for dataset in self.datasets.values():
            if (dataset.endpoint, dataset.deployment, dataset.collection) == names:
                return dataset
        return self.dataset(self._streams.number((*names, "")))

    def merge(self, datasets: Mapping[int, Dataset]) -> None:
        """Add what was counted of later rows, by stream."""
        for stream, dataset in datasets.items():
            self.dataset(stream).add(dataset)

    def add(self, stream: int, matched: Matched, by_id: bool) -> None:
        """Count rows and lines that were matched.

        Args:
            stream: of all of them.
            matched: what became of them.
            by_id: they have the same correlation id.
        """
        for pair in matched.pairs:
            self._add_pair(stream, pair, by_id, matched.in_order)
        for row in matched.left:
            self.add_left(row, is_repeat=id(row) in matched.repeats)
        for line_row in matched.right:
            self.add_right(line_row, is_repeat=id(line_row) in matched.repeats)

    def add_equal(self, stream: int, hour_us: int, rows: int) -> None:
        """Count rows of an hour that are the same on both sides."""
        counts = self.dataset(stream).hours.setdefault(hour_text(hour_us), Counts())
        counts.left += rows
        counts.right += rows

    def add_left(self, row: CsvRow, is_repeat: bool = False) -> None:
        """Count a CSV row that the JSONL does not have."""
        if row.is_header:
            return
        dataset = self.dataset(row.stream)
        if row.in_doubt:
            dataset.in_doubt += row.rows
            return
        counts = dataset.hours.setdefault(row.hour, Counts())
        counts.left += row.rows
        counts.missing_right += row.rows
        dataset.repeated_left += row.rows * is_repeat
        if dataset.wants("missing_right"):
            cells = [
                Cell(name, shortened(cell), "") for name, cell in zip(_names_of(row), row.cells)
            ]
            self._add_sample(dataset, "missing_right", cells, row, None)

    def add_right(self, line_row: LineRow, is_repeat: bool = False) -> None:
        """Count a row of the JSONL that the CSV does not have."""
        line = line_row.line
        if not any(line.rows):
            return  # a frame without columns leaves empty lines in CSV, which are not rows
        dataset = self.dataset(line.stream)
        counts = dataset.hours.setdefault(line.hour, Counts())
        counts.right += line_row.rows
        counts.missing_left += line_row.rows
        dataset.repeated_right += line_row.rows * is_repeat
        if dataset.wants("missing_left") and line.rows:
            row = line.rows[line_row.row or 0]
            cells = [Cell(name, "", shown(value)) for name, value in row.items()]
            self._add_sample(dataset, "missing_left", cells, None, line_row)

    def _add_pair(self, stream: int, pair: Pair, by_id: bool, in_order: bool) -> None:
        row, line_row = pair.left, pair.right
        line = line_row.line
        dataset = self.dataset(stream)
        counts = dataset.hours.setdefault(line.hour, Counts())
        counts.left += line_row.rows
        counts.right += line_row.rows
        if not by_id:
            dataset.matched_without_id += line_row.rows
        if line_row.row is None:
            dataset.folded += 1
        else:
            for ours, theirs in renamed_columns(row, line.rows[line_row.row]):
                dataset.add_renamed(f"{ours} » {theirs}", 1)
        differences = pair.differences
        if by_id and row.has_id:
            differences = differences + _beside_the_data(row, line_row)
        if differences:
            kind = "differs"
            counts.differing += min(line_row.rows, len(differences)) if line_row.row is None else 1
        elif not in_order:
            kind = "order"
            counts.differing += line_row.rows
            dataset.columns.setdefault("(order of rows)", ColumnDifferences()).rows += 1
        else:
            return
        for name, cell, value in differences:
            column = dataset.columns.setdefault(name, ColumnDifferences())
            column.rows += 1
            if len(column.examples) < EXAMPLES:
                column.examples.append((shortened(cell), value))
        if dataset.wants(kind):
            cells = [Cell(name, shortened(cell), value) for name, cell, value in differences]
            self._add_sample(dataset, kind, cells, row, line_row)

    def _add_sample(
        self,
        dataset: Dataset,
        kind: str,
        cells: Sequence[Cell],
        row: Optional[CsvRow],
        line_row: Optional[LineRow],
    ) -> None:
        """Keep a row as an example, with where it stands on the sides that have it."""
        left = right = None
        hour, identifier, position = "", "", 0
        if row is not None:
            left = RowPlace(self._left_paths[row.path], row.line)
            hour, identifier = row.hour, row.id if row.has_id else ""
        if line_row is not None:
            line, position = line_row.line, line_row.row or 0
            right = RowPlace(self._right_paths[line.path], line.line)
            hour, identifier = line.hour, line.id
        more = max(0, len(cells) - MOST_CELLS)
        dataset.samples.append(
            Sample(kind, hour, identifier, position, left, right, list(cells[:MOST_CELLS]), more)
        )


def _beside_the_data(row: CsvRow, line_row: LineRow) -> list[Difference]:
    """Return differences of what a line says beside its data."""
    line = line_row.line
    found = []
    if row.time_us is not None and row.time_us != line.time_us:
        from mdc_core.encoding.lines import time_text

        found.append(Difference("(time)", time_text(row.time_us), time_text(line.time_us)))
    if row.request_id is not None and row.request_id != line.request_id:
        found.append(Difference("(xrequestid)", row.request_id, line.request_id))
    return found


def _names_of(row: CsvRow) -> list[str]:
    if len(row.names) == len(row.cells):
        return list(row.names)
    return [f"{row.names[0]}[{at}]" if row.names else str(at) for at in range(len(row.cells))]
