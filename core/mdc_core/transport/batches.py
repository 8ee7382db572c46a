"""Batches: events encoded together, divided by the file they go to."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Optional

from ..data.events import Event, RawFile
from ..data.receipts import Receipts, Share
from ..destinations import Destination
from ..encoding.csv_lines import CsvPiece
from ..encoding.csv_rows import csv_pieces
from ..encoding.lines import encode_records
from ..encoding.records import Record, records_of
from ..interrupts import is_interrupt

# Events that are encoded together. With 16 an event costs a twentieth more; with 64 the steps that
# take all of them at once hold up a request for longer than a slice.
GROUP_EVENTS = 32


class Portion:
    """What goes to one file in one append.

    Attributes:
        place: folder of the lines, or path of the rows.
        content: whole lines or rows.
        header: for the top of a new CSV file; None for lines.
        raws: stored data that the lines refer to.
        shares: the events.
        turn: number of the batch.
    """

    def __init__(self, place: str, content: bytes, header: Optional[bytes] = None) -> None:
        self.place = place
        self.content = content
        self.header = header
        self.raws: list[RawFile] = []
        self.shares: list[Share] = []
        self.turn = 0

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(share.events for share in self.shares)

    def leave_out(self, path: str) -> int:
        """Leave out the lines that refer to a stored file that is gone; return how many."""
        gone = [raw.url.encode() for raw in self.raws if raw.path == path]
        self.raws = [raw for raw in self.raws if raw.path != path]
        lines = self.content.splitlines(keepends=True)
        kept = [line for line in lines if not any(url in line for url in gone)]
        self.content = b"".join(kept)
        return len(lines) - len(kept)


class Batch:
    """Encoded events.

    Attributes:
        lines: JSONL lines by folder, in pieces.
        pieces: CSV rows by path.
        places: how many events go to the same folders and paths.
        raws: stored data that lines refer to.
    """

    def __init__(self) -> None:
        self.lines: dict[str, list[bytes]] = defaultdict(list)
        self.pieces: dict[str, list[CsvPiece]] = {}
        self.places: Counter[tuple[str, ...]] = Counter()
        self.raws: list[RawFile] = []

    def portions(self, receipts: Receipts) -> tuple[list[Portion], int]:
        """Return what to append, and how many events have nothing to append.

        Args:
            receipts: in which the events take shares.
        """
        portions = {
            folder: Portion(folder, b"".join(lines)) for folder, lines in self.lines.items()
        }
        for path, pieces in self.pieces.items():
            rows = b"".join(piece.rows for piece in pieces)
            portions[path] = Portion(path, rows, _header(pieces))
        for raw in self.raws:
            reference = raw.url.encode()
            for folder, lines in self.lines.items():
                if any(reference in line for line in lines):
                    portions[folder].raws.append(raw)
        for places, events in self.places.items():
            share = receipts.enter(places, events)
            for place in places:
                portions[place].shares.append(share)
            if not places:
                share.arrive()
        return list(portions.values()), self.places[()]

    def extend(self, other: Batch) -> None:
        """Add the events of another batch."""
        for folder, lines in other.lines.items():
            self.lines[folder] += lines
        for path, pieces in other.pieces.items():
            self.pieces.setdefault(path, []).extend(pieces)
        self.places.update(other.places)
        self.raws += other.raws


class StoringError(Exception):
    """The data of a large event cannot be stored; not what a cell raises when it is formatted.

    Args:
        cause: what the destination raised.
    """

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


class BatchEncoder:
    """Encodes events for two destinations.

    Args:
        lines: destination of JSONL lines, None where there is none.
        rows: destination of CSV rows, None where there is none.
        breathe: called often, see `Turns`.
    """

    def __init__(
        self,
        lines: Optional[Destination],
        rows: Optional[Destination],
        breathe: Callable[[], None] = lambda: None,
    ) -> None:
        self._lines = lines
        self._rows = rows
        self._breathe = breathe

    def encode(
        self, events: list[Event], on_failed: Callable[[Event, BaseException], None]
    ) -> Batch:
        """Return the events as a batch.

        Args:
            events: in the order they were accepted; the list is emptied, because to release the
                memory of many at once takes longer than a slice.
            on_failed: called for each event that is not in the batch, with `StoringError` when
                its data cannot be stored now, and else with why it cannot be encoded.
        """
        batch = Batch()
        while events:
            self._breathe()
            group = events[:GROUP_EVENTS]
            del events[:GROUP_EVENTS]
            self._encode_group(batch, group, on_failed)
        return batch

    def _encode_group(
        self,
        batch: Batch,
        group: Sequence[Event],
        on_failed: Callable[[Event, BaseException], None],
    ) -> None:
        """Encode events together; when they cannot be, one by one."""
        try:
            batch.extend(self._encode_together(group))
        except BaseException as error:  # a cell of any class can raise anything
            if is_interrupt(error):
                raise
            if len(group) == 1:
                on_failed(group[0], error)
            else:
                for event in group:
                    self._encode_group(batch, [event], on_failed)

    def _encode_together(self, events: Sequence[Event]) -> Batch:
        batch = Batch()
        try:
            self._encode_into(batch, events)
        except BaseException:
            # They are stored again with those of these events that can be encoded.
            if self._lines is not None:
                for raw in batch.raws:
                    with contextlib.suppress(OSError):
                        self._lines.discard_raw(raw)
            raise
        return batch

    def _encode_into(self, batch: Batch, events: Sequence[Event]) -> None:
        records: list[Record] = []
        # The number of each record's event, and the places of each event's parts.
        owners: list[int] = []
        places: list[tuple[str, ...]] = [()] * len(events)
        for at, event in enumerate(events):
            self._breathe()
            if event.stream is not None and self._lines is not None:
                found = records_of(event, self._breathe)
                records += found
                owners += [at] * len(found)
            if event.csv is not None and self._rows is not None:
                pieces = csv_pieces(event, event.csv, self._breathe)
                for piece in pieces:
                    batch.pieces.setdefault(piece.path, []).append(piece)
                places[at] = tuple(dict.fromkeys(piece.path for piece in pieces))
        place = self._lines
        if records and place is not None:

            def put_raw(folder: str, chunks: Iterable[bytes]) -> RawFile:
                try:
                    raw = place.put_raw(folder, _formatted(chunks))
                except OSError as error:
                    raise StoringError(error) from error
                batch.raws.append(raw)
                return raw

            lines = encode_records(
                records, put_raw, place.max_data_bytes, place.keeps_headers, self._breathe
            )
            for at, (folder, line) in zip(owners, lines):
                batch.lines[folder] += line
                if folder not in places[at]:
                    places[at] += (folder,)
        batch.places.update(places)
        self._breathe()


class _FormattingError(Exception):
    """Tells an OSError that a cell raises from one of the destination."""


def _formatted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    except OSError as error:
        raise _FormattingError(repr(error)) from error


def _header(pieces: Sequence[CsvPiece]) -> bytes:
    """Return the header for a new file: a frame's own names come before feature names."""
    for piece in reversed(pieces):
        if piece.replaces and piece.header:
            return piece.header
    for piece in pieces:
        if piece.names_columns:
            return piece.header
    return next((piece.header for piece in pieces if piece.header), b"")
