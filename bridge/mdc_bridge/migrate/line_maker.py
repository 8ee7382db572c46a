"""The envelope of a migrated line: the fields of a collected one, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from mdc_core.data.events import MAX_DATA_BYTES, Stream
from mdc_core.encoding.cells import text_json

# Takes the hour, the event's id and the data; returns the URL.
StoreLarge = Callable[[bytes, bytes, bytes], str]


class LineMaker:
    """Makes the lines of one collection.

    Args:
        stream: the collection, and what is equal in all its lines.
        put_raw: stores the data of an event of more than 4 MB, of which the line holds the URL.
        largest: bytes of data in a line.
    """

    def __init__(self, stream: Stream, put_raw: StoreLarge, largest: int = MAX_DATA_BYTES) -> None:
        # Every second part is a gap for a value.
        self._template = [
            *(stream.head, b"", b'","time":"', b""),
            *(b'Z","data":[', b"", b"]", b"", b"", b""),
            *(b'","xrequestid":"', b"", b'","modelversion":"', b"", b'"}\n'),
        ]
        self._put_raw = put_raw
        self._largest = largest

    def __call__(
        self,
        event_ids: Sequence[bytes],
        times: Sequence[bytes],
        rows: Sequence[bytes],
        correlation_ids: Sequence[bytes],
        request_ids: Sequence[bytes],
        versions: Sequence[bytes],
    ) -> bytes:
        """Return lines, each with its line feed; the arguments are inner parts of JSON texts.

        All are woven into a template and joined once: that takes half the time of line by line.

        Args:
            event_ids: of each line, unique among all events.
            times: in UTC, without the `Z`.
            rows: the data's objects, with commas between them.
            correlation_ids: as in `CorrelationCells`.
            request_ids: likewise.
            versions: likewise.
        """
        sizes = [len(each) + 2 for each in rows]
        step = len(self._template)
        parts = self._template * len(rows)
        woven = (event_ids, times, rows, [*map(_range, sizes)])
        for at, column in enumerate((*woven, correlation_ids, request_ids, versions)):
            parts[2 * at + 1 :: step] = column
        if max(sizes) > self._largest:
            for at, size in enumerate(sizes):
                if size > self._largest:
                    url = self._put_raw(times[at][:13], event_ids[at], b"[%s]" % rows[at])
                    of_data = slice(at * step + 4, at * step + 7)
                    parts[of_data] = b'Z","dataref":', text_json(url), b""
        return b"".join(parts)


@lru_cache(maxsize=65536)
def _range(size: int) -> bytes:
    return b',"contentrange":"bytes 0-%d/%d","correlationid":"' % (size - 1, size)
