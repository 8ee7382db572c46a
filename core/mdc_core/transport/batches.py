"""Batches: events encoded together, by the file they go to."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Optional

from ..data.events import Event, RawFile
from ..destinations import Destination
from ..encoding.csv_rows import CsvPiece, csv_pieces
from ..encoding.lines import encode_records
from ..encoding.records import Record, records_of

logger = logging.getLogger("mdc_core")


class Batch:
    """Encoded events.

    Attributes:
        events: how many.
        lines: JSONL lines by folder.
        pieces: CSV rows by path.
    """

    def __init__(self) -> None:
        self.events = 0
        self.lines: dict[str, list[bytes]] = {}
        self.pieces: dict[str, list[CsvPiece]] = {}

    def header(self, path: str) -> bytes:
        """Return the header for a new file: a frame's own names come before feature names."""
        pieces = self.pieces[path]
        for piece in pieces:
            if piece.names_columns:
                return piece.header
        return next((piece.header for piece in pieces if piece.header), b"")

    def extend(self, other: Batch) -> None:
        """Add the events of another batch."""
        self.events += other.events
        for folder, lines in other.lines.items():
            self.lines.setdefault(folder, []).extend(lines)
        for path, pieces in other.pieces.items():
            self.pieces.setdefault(path, []).extend(pieces)


class BatchEncoder:
    """Encodes events for two destinations.

    Args:
        lines: destination of JSONL lines, None where there is none.
        rows: destination of CSV rows, None where there is none.
    """

    def __init__(self, lines: Optional[Destination], rows: Optional[Destination]) -> None:
        self._lines = lines
        self._rows = rows

    def encode(
        self, events: Sequence[Event], on_refused: Callable[[Event, Exception], None]
    ) -> Batch:
        """Return the events as a batch.

        Args:
            events: in the order they were accepted.
            on_refused: called for each event whose data cannot be encoded.

        Raises:
            OSError: the data of a large event could not be stored.
        """
        try:
            return self._encode_together(events)
        except _StoringError as error:
            raise error.cause from None
        except Exception:  # noqa: BLE001  a cell of any class can raise anything when formatted
            return self._encode_one_by_one(events, on_refused)

    def _encode_one_by_one(
        self, events: Sequence[Event], on_refused: Callable[[Event, Exception], None]
    ) -> Batch:
        batch = Batch()
        for event in events:
            try:
                batch.extend(self._encode_together([event]))
            except _StoringError as error:
                raise error.cause from None
            except Exception as error:  # noqa: BLE001  the event that did it
                on_refused(event, error)
        return batch

    def _encode_together(self, events: Sequence[Event]) -> Batch:
        batch = Batch()
        records: list[Record] = []
        for event in events:
            if event.stream is not None and self._lines is not None:
                records += records_of(event, event.stream)
            if event.csv is not None and self._rows is not None:
                for piece in csv_pieces(event, event.csv):
                    batch.pieces.setdefault(piece.path, []).append(piece)
                    if event.csv.echo:
                        _echo(piece)
        if records and self._lines is not None:
            for line in encode_records(
                records, self._put_raw, self._lines.max_data_bytes, self._lines.keeps_headers
            ):
                batch.lines.setdefault(line.folder, []).append(line.content)
        batch.events = len(events)
        return batch

    def _put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        assert self._lines is not None
        try:
            return self._lines.put_raw(folder, chunks)
        except OSError as error:
            raise _StoringError(error) from error


class _StoringError(Exception):
    """Tells an OSError of the destination from one that a cell raised when it was formatted."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


def _echo(piece: CsvPiece) -> None:
    """Show rows on stdout; one that is closed, full or of another encoding is no obstacle."""
    try:
        sys.stdout.write((piece.header + piece.rows).decode())
    except (OSError, ValueError) as error:
        logger.debug("mdc-bridge: the rows cannot be shown: %s", error)
