"""Batches: events encoded together, by the file they go to."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Optional

from ..data.events import Event, RawFile
from ..data.receipts import Receipts, Share
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
        places: how many events go to the same folders and paths.
        has_raw: data of some are stored in files of their own.
        all_shares: of the events, in receipts; see `enter`.
        shares: the same by folder and path.
    """

    def __init__(self) -> None:
        self.events = 0
        self.lines: dict[str, list[bytes]] = {}
        self.pieces: dict[str, list[CsvPiece]] = {}
        self.places: Counter[tuple[str, ...]] = Counter()
        self.has_raw = False
        self.shares: dict[str, list[Share]] = {}
        self.all_shares: list[Share] = []

    def enter(self, receipts: Receipts) -> None:
        """Take shares in receipts, before anything is appended."""
        for places, events in self.places.items():
            share = receipts.enter(places, events)
            self.all_shares.append(share)
            for place in places:
                self.shares.setdefault(place, []).append(share)

    def release(self) -> int:
        """All is appended, or refused; return how many events are in the spool, with all parts."""
        for share in self.all_shares:
            share.release()
        return sum(share.events for share in self.all_shares if not share.lost)

    def withdraw(self) -> int:
        """The events are given up; return how many are already counted as lost."""
        for share in self.all_shares:
            share.withdraw()
        return sum(share.events for share in self.all_shares if share.lost)

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
        self.places.update(other.places)
        self.has_raw = self.has_raw or other.has_raw


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
        # Of each record, the number of its event; of each event, the places of its parts.
        owners: list[int] = []
        places: list[dict[str, None]] = [{} for _ in events]
        for at, event in enumerate(events):
            if event.stream is not None and self._lines is not None:
                records += records_of(event, event.stream)
                owners += [at] * (len(records) - len(owners))
            if event.csv is not None and self._rows is not None:
                for piece in csv_pieces(event, event.csv):
                    batch.pieces.setdefault(piece.path, []).append(piece)
                    places[at][piece.path] = None
        if records and self._lines is not None:
            put_raw = partial(self._put_raw, batch)
            for at, line in zip(
                owners,
                encode_records(
                    records, put_raw, self._lines.max_data_bytes, self._lines.keeps_headers
                ),
            ):
                batch.lines.setdefault(line.folder, []).append(line.content)
                places[at][line.folder] = None
        batch.events = len(events)
        batch.places.update(map(tuple, places))
        return batch

    def _put_raw(self, batch: Batch, folder: str, chunks: Iterable[bytes]) -> RawFile:
        assert self._lines is not None
        batch.has_raw = True
        try:
            return self._lines.put_raw(folder, chunks)
        except OSError as error:
            raise _StoringError(error) from error


class _StoringError(Exception):
    """Tells an OSError of the destination from one that a cell raised when it was formatted."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause
