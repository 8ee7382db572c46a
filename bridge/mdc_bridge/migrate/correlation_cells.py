"""The eight correlation cells of rows of one batch, as the parts of lines they become."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple, Optional

from mdc_core.data.correlation_columns import (
    BOUNDARY_TEXTS,
    NO_REQUEST_ID,
    UUID_END,
    parse_time,
)
from mdc_core.encoding.cells import text_json
from mdc_core.encoding.lines import time_text
from mdc_core.errors import StoreError
from mdc_core.layouts import EPOCH

from ..archive.time_zone import zone_of
from ..collected.period import folder_bounds

_HEX_TO_0 = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
_DIGITS_TO_0 = bytes.maketrans(b"123456789", b"0" * 9)
# Digits that the tens of minutes and seconds may be become 0, the others 9.
_SIXTIES_TO_0 = bytes.maketrans(b"123456789", b"0" * 5 + b"9" * 4)
_UUID = b"00000000-0000-0000-0000-000000000000,"
_TIME = b"0000-00-00T00:00:00.000000,"
_ZEROS = NO_REQUEST_ID.encode()
_BOUNDARIES = {text.encode() for text in BOUNDARY_TEXTS}
_UUID_END = re.compile(UUID_END.pattern.encode())


class CorrelationCells(NamedTuple):
    """What the correlation cells of each row say; all are the inner parts of JSON strings.

    Attributes:
        ids: correlation ids.
        times: such as `2019-06-01T12:00:00.5`, in UTC, without its zone.
        requests: request ids, the correlation id where a row has none.
        versions: of the model.
    """

    ids: Sequence[bytes]
    times: Sequence[bytes]
    requests: Sequence[bytes]
    versions: Sequence[bytes]


class CorrelationReader:
    """Reads correlation cells.

    Args:
        time_zone: of timestamps that carry none, by its IANA name.
        version: of the model, for rows that do not say theirs.
    """

    def __init__(self, time_zone: str, version: str) -> None:
        self._zone = zone_of(time_zone)
        self._version = inner_json(version.encode())
        self._time = lru_cache(maxsize=4096)(self._read_time)
        self._known_hours: set[bytes] = set()

    def read(self, columns: Sequence[list[bytes]]) -> Optional[CorrelationCells]:
        """Return what eight columns say, None when some row's cells are not a correlation."""
        ids, times, boundaries, _, _, _, versions, requests = columns
        rows = len(ids)
        if not _BOUNDARIES.issuperset(boundaries):
            return None
        if not _are_uuids(ids, rows):
            if not all(map(_UUID_END.search, ids)):
                return None
            ids = list(map(inner_json, ids))
        if not self._are_plain_times(times, rows):
            read = list(map(self._time, times))
            if None in read:
                return None
            times = [time for time in read if time is not None]
        if _ZEROS in requests or not _are_uuids(requests, rows):
            requests = [
                identifier if request in (_ZEROS, b"") else inner_json(request)
                for identifier, request in zip(ids, requests)
            ]
        names = {version: inner_json(version) or self._version for version in set(versions)}
        if any(version != name for version, name in names.items()):
            versions = [names[version] for version in versions]
        return CorrelationCells(ids, times, requests, versions)

    def of_folder(self, date: str) -> bytes:
        """Return the time at which a folder's period begins, for rows that do not say theirs.

        Args:
            date: `yyyy/MM/dd` or `yyyy/MM/dd/HH`.
        """
        bounds = folder_bounds(date)
        assert bounds is not None  # folders of other names are of no known layout
        try:
            return line_time(shifted(bounds[0], self._zone))
        except OverflowError:
            raise StoreError(f"a folder is named {date}, which is not a date") from None

    def _are_plain_times(self, times: Sequence[bytes], rows: int) -> bool:
        """Return whether all times have the form of a line's, without the `Z`."""
        if self._zone is not None:
            return False
        joined = b",".join(times) + b","
        # A fraction of zeros is not written.
        if joined.translate(_DIGITS_TO_0) != _TIME * rows or b".000000," in joined:
            return False
        step, zeros = len(_TIME), b"0" * rows
        tens = joined.translate(_SIXTIES_TO_0)
        if tens[14::step] != zeros or tens[17::step] != zeros:
            return False
        # Mostly it is one, which is found out faster than all are taken out.
        hour = times[0][:13]
        hours = {hour} if joined.count(hour) == rows else {time[:13] for time in times}
        if not hours <= self._known_hours:
            if not all(_is_hour(hour) for hour in hours):
                return False
            self._known_hours |= hours
        return True

    def _read_time(self, cell: bytes) -> Optional[bytes]:
        time_us = parse_time(cell.decode("utf-8", "replace"))
        if time_us is None:
            return None
        try:
            return line_time(time_us if _has_zone(cell) else shifted(time_us, self._zone))
        except OverflowError:  # before the year 1 or after 9999, once it is in UTC
            return None


def line_time(time_us: int) -> bytes:
    """Return a moment as a line has it, without its `Z`; two of them compare as the moments do."""
    return time_text(time_us)[:-1].encode()


def shifted(time_us: int, zone: Optional[tzinfo]) -> int:
    """Return a moment given by a clock in a zone, None for UTC; both in microseconds."""
    if zone is None:
        return time_us
    local = (EPOCH + timedelta(microseconds=time_us)).replace(tzinfo=zone)
    return (local - EPOCH) // timedelta(microseconds=1)


def inner_json(text: bytes) -> bytes:
    """Return a text as it stands between the quotes of a JSON string."""
    return text_json(text.decode("utf-8", "backslashreplace"))[1:-1]


def _are_uuids(cells: Sequence[bytes], rows: int) -> bool:
    return (b",".join(cells) + b",").translate(_HEX_TO_0) == _UUID * rows


def _is_hour(text: bytes) -> bool:
    try:
        datetime.strptime(text.decode(), "%Y-%m-%dT%H").replace(tzinfo=timezone.utc)
    except ValueError:
        return False
    return True


def _has_zone(cell: bytes) -> bool:
    return cell.endswith(b"Z") or re.search(rb"[+-]\d\d:?\d\d$", cell) is not None
