"""The envelope of a migrated line: the fields of a collected one, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mdc_core.data.events import MAX_DATA_BYTES, Stream
from mdc_core.encoding.cells import text_json

# Data in, URL out; beside the hour and the event's id.
PutRaw = Callable[[bytes, bytes, bytes], str]


class LineMaker:
    """Makes the lines of one collection.

    Args:
        stream: the collection, and what is equal in all its lines.
        put_raw: stores the data of an event of more than 4 MB, of which the line holds the URL.
        largest: bytes of data in a line.
    """

    def __init__(self, stream: Stream, put_raw: PutRaw, largest: int = MAX_DATA_BYTES) -> None:
        self._head = stream.head + b'"id":"'
        self._put_raw = put_raw
        self._largest = largest

    def __call__(
        self,
        event_id: bytes,
        time: bytes,
        rows: bytes,
        correlation_id: bytes,
        request_id: bytes,
        version: bytes,
    ) -> bytes:
        """Return a line with its line feed; all arguments are the inner parts of JSON texts.

        Args:
            event_id: unique among all events.
            time: in UTC, without the `Z`.
            rows: the data's objects, with commas between them.
            correlation_id: as in `Tails`.
            request_id: likewise.
            version: likewise.
        """
        size = len(rows) + 2
        if size > self._largest:
            url = text_json(self._put_raw(time[:13], event_id, b"[%s]" % rows))
            data = b'Z","dataref":' + url
            return b"".join(
                (self._head, event_id, b'","time":"', time, data)
                + (_range(size), correlation_id, b'","xrequestid":"', request_id)
                + (b'","modelversion":"', version, b'"}\n')
            )
        return b"".join(
            (
                self._head,
                event_id,
                b'","time":"',
                time,
                b'Z","data":[',
                rows,
                b"]",
                _range(size),
                correlation_id,
                b'","xrequestid":"',
                request_id,
                b'","modelversion":"',
                version,
                b'"}\n',
            )
        )


@lru_cache(maxsize=65536)
def _range(size: int) -> bytes:
    return b',"contentrange":"bytes 0-%d/%d","correlationid":"' % (size - 1, size)
