"""The writer: takes what waits, encodes it in groups, appends it to the destinations."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import Optional

from ..data.events import Event
from ..destinations import Destination
from ..encoding.csv_rows import CsvPiece, csv_pieces
from ..encoding.lines import Line, encode_records
from ..encoding.records import Record, records_of
from .counters import Counters
from .event_queue import EventQueue, Marker
from .throttle import Throttle

logger = logging.getLogger("mdc_core")

BATCH_EVENTS = 4096
BATCH_BYTES = 16 * 1024 * 1024
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0


class Writer:
    """Moves events from the queue to the destinations; runs in one thread at a time.

    When a destination fails, the batch is kept and offered again; meanwhile events wait in the
    queue, and beyond its bound they are refused and counted there.

    Args:
        queue: where events wait.
        counters: what happens to them is counted here.
        lines: destination of JSONL lines, None where there is none.
        rows: destination of CSV rows, None where there is none.
        sync_interval: seconds between two flushes to the disk.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        queue: EventQueue,
        counters: Counters,
        lines: Optional[Destination],
        rows: Optional[Destination],
        sync_interval: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._counters = counters
        self._lines = lines
        self._rows = rows
        self._destinations = list(dict.fromkeys(filter(None, (lines, rows))))
        self._sync_interval = sync_interval
        self._clock = clock
        self._throttle = Throttle(clock=clock)
        self._recovered = False
        self._failing = False
        self._unsynced_since: Optional[float] = None
        self._events: list[Event] = []
        self._markers: list[Marker] = []
        self._batch: Optional[_Batch] = None
        self._pause = FIRST_PAUSE

    def step(self) -> Optional[float]:
        """Do what is due.

        Returns:
            Seconds to wait before the next step: 0 when more is waiting, None when all is done.
        """
        try:
            self._write_batch()
            self._sync_if_due()
        except OSError as error:
            return self._failed(error)
        self._recover_from_failure()
        return 0.0 if len(self._queue) else None

    def drop_batch(self, reason: str) -> None:
        """Give up the events taken from the queue and not yet written."""
        if self._events:
            self._counters.add_dropped(reason, len(self._events))
        self._events, self._batch = [], None

    def drop_rest(self, reason: str) -> None:
        """Give up everything that is not yet written, and release those who wait for it."""
        self.drop_batch(reason)
        events, markers = self._queue.take(sys.maxsize, sys.maxsize)
        if events:
            self._counters.add_dropped(reason, len(events))
        for marker in self._markers + markers:
            marker.reached.set()
        self._markers = []

    def close(self) -> None:
        """Close the destinations."""
        for destination in self._destinations:
            try:
                destination.close()
            except OSError as error:
                logger.warning("mdc-bridge: a destination could not be closed: %s", error)

    def _write_batch(self) -> None:
        if not self._recovered:
            for destination in self._destinations:
                self._counters.add_repaired(destination.recover())
            self._recovered = True
        if not self._events:
            self._events, markers = self._queue.take(BATCH_EVENTS, BATCH_BYTES)
            self._markers += markers
        if self._events:
            if self._batch is None:
                self._batch = self._encode(self._events)
            self._append(self._batch)
            self._counters.add_written(self._batch.events, self._batch.size)
            self._events, self._batch = [], None
            if self._unsynced_since is None:
                self._unsynced_since = self._clock()

    def _sync_if_due(self) -> None:
        since = self._unsynced_since
        due = since is not None and self._clock() - since >= self._sync_interval
        if since is not None and (due or self._markers):
            for destination in self._destinations:
                destination.sync()
            self._counters.mark_synced()
            self._counters.mark_delivered()
            self._unsynced_since = None
        for marker in self._markers:
            marker.succeeded = True
            marker.reached.set()
        self._markers = []

    def _encode(self, events: Sequence[Event]) -> _Batch:
        try:
            return self._encode_together(events)
        except OSError:
            raise
        except Exception:  # noqa: BLE001  a cell of any class can raise anything when formatted
            batch = _Batch()
            for event in events:
                try:
                    batch.extend(self._encode_together([event]))
                except OSError:
                    raise
                except Exception as error:  # noqa: BLE001  the event that did it
                    self._counters.add_dropped("not_encodable")
                    held = self._throttle.due("not_encodable")
                    if held is not None:
                        logger.warning(
                            "mdc-bridge: an event was dropped because its data cannot be "
                            "encoded: %r (%d more since the last such message)",
                            error,
                            held,
                        )
            return batch

    def _encode_together(self, events: Sequence[Event]) -> _Batch:
        batch = _Batch()
        records: list[Record] = []
        for event in events:
            if event.stream is not None and self._lines is not None:
                records += records_of(event, event.stream)
            if event.csv is not None and self._rows is not None:
                for piece in csv_pieces(event, event.csv):
                    batch.add_piece(piece)
                    if event.csv.echo:
                        sys.stdout.write((piece.header + piece.rows).decode())
        if records and self._lines is not None:
            for line in encode_records(records, self._lines.put_raw):
                batch.add_line(line)
        batch.events = len(events)
        return batch

    def _append(self, batch: _Batch) -> None:
        """Append file by file; what is appended leaves the batch, so a retry does not repeat it."""
        while batch.lines and self._lines is not None:
            folder = next(iter(batch.lines))
            content = b"".join(batch.lines[folder])
            self._lines.append_lines(folder, content)
            batch.size += len(content)
            del batch.lines[folder]
        while batch.pieces and self._rows is not None:
            path = next(iter(batch.pieces))
            pieces = batch.pieces[path]
            content = b"".join(piece.rows for piece in pieces)
            torn = self._rows.append_rows(path, _header(pieces), content)
            self._counters.add_repaired(torn)
            batch.size += len(content)
            del batch.pieces[path]

    def _failed(self, error: OSError) -> float:
        if not self._failing:
            self._failing = True
            logger.error(
                "mdc-bridge: writing fails, events wait in memory: %s. "
                "Check that the folder exists, is writable and has room.",
                error,
            )
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return pause

    def _recover_from_failure(self) -> None:
        if self._failing:
            self._failing = False
            self._pause = FIRST_PAUSE
            logger.warning("mdc-bridge: writing works again")


class _Batch:
    """Encoded events, by the file they go to."""

    def __init__(self) -> None:
        self.events = 0
        self.size = 0
        self.lines: dict[str, list[bytes]] = {}
        self.pieces: dict[str, list[CsvPiece]] = {}

    def add_line(self, line: Line) -> None:
        self.lines.setdefault(line.folder, []).append(line.content)

    def add_piece(self, piece: CsvPiece) -> None:
        self.pieces.setdefault(piece.path, []).append(piece)

    def extend(self, other: _Batch) -> None:
        self.events += other.events
        for folder, lines in other.lines.items():
            self.lines.setdefault(folder, []).extend(lines)
        for path, pieces in other.pieces.items():
            self.pieces.setdefault(path, []).extend(pieces)


def _header(pieces: Sequence[CsvPiece]) -> bytes:
    """Return the header for a new file: a frame's own names come before feature names."""
    for piece in pieces:
        if piece.names_columns:
            return piece.header
    return next((piece.header for piece in pieces if piece.header), b"")
