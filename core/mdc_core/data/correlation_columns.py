"""The eight `$aml_*` columns with which the original SDK carries correlations through CSV rows.

Source: the public constants of `azureml.monitoring.ModelDataCollector` 0.1.0a21, and the rows
it wrote. The columns always come last and in this order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple, Optional

import pandas

from ..layouts import EPOCH
from .text_labels import Labels

CORRELATION_HEADER = "$aml_dc_correlation_id"
TIMESTAMP_HEADER = "$aml_dc_scoring_timestamp"
BOUNDARY_HEADER = "$aml_dc_boundary"
WORKSPACE_HEADER = "$aml_workspace"
SERVICE_NAME_HEADER = "$aml_service_name"
MODEL_NAME_HEADER = "$aml_model_name"
MODEL_VERSION_HEADER = "$aml_model_version"
REQUEST_ID_HEADER = "$aml_request_id"

HEADERS = (
    CORRELATION_HEADER,
    TIMESTAMP_HEADER,
    BOUNDARY_HEADER,
    WORKSPACE_HEADER,
    SERVICE_NAME_HEADER,
    MODEL_NAME_HEADER,
    MODEL_VERSION_HEADER,
    REQUEST_ID_HEADER,
)

# Rows choose their folder where any of these is there.
FOLDER_HEADERS = frozenset(
    {TIMESTAMP_HEADER, WORKSPACE_HEADER, SERVICE_NAME_HEADER, MODEL_NAME_HEADER}
    | {MODEL_VERSION_HEADER}
)
# As the text of a label of several levels, whose others pandas leaves empty.
_OF_LEVELS = re.compile(r"\('(\$aml_\w+)'(?:, '')+\)")

DAILY_BOUNDARY = 1440
HOURLY_BOUNDARY = 60
# pandas makes them into floats where a join leaves other rows empty.
_HOURLY_TEXTS = frozenset({f"{HOURLY_BOUNDARY}", f"{HOURLY_BOUNDARY}.0"})
BOUNDARY_TEXTS = _HOURLY_TEXTS | {f"{DAILY_BOUNDARY}", f"{DAILY_BOUNDARY}.0"}
NO_REQUEST_ID = "00000000-0000-0000-0000-000000000000"

# As a pattern; users' own texts stand in front of a correlation id's.
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
UUID_END = re.compile(UUID + "$")

# Python 3.6 has no `fromisoformat`.
_of_iso_text: Callable[[str], datetime] = getattr(datetime, "fromisoformat", pandas.Timestamp)


class Correlation(NamedTuple):
    """What the `$aml_*` cells of one row say; None where a cell is missing or empty.

    Attributes:
        id: `uuid4`, or `{user correlation id}-{uuid4}`.
        time_us: scoring time, integer microseconds since the epoch.
        hourly: the row belongs to an hourly folder.
        workspace, service, model, version: names of the row's folder.
        request_id: id of the HTTP request, None when it is all zero.
    """

    id: Optional[str]
    time_us: Optional[int]
    hourly: bool
    workspace: Optional[str]
    service: Optional[str]
    model: Optional[str]
    version: Optional[str]
    request_id: Optional[str]

    @classmethod
    def of_mapping(cls, cells: Mapping[str, Any]) -> Correlation:
        """Return the correlation in cells by header; missing headers are allowed."""
        request_id = _text(cells.get(REQUEST_ID_HEADER))
        return cls(
            id=_text(cells.get(CORRELATION_HEADER)),
            time_us=parse_time(cells.get(TIMESTAMP_HEADER)),
            hourly=_is_hourly(cells.get(BOUNDARY_HEADER)),
            workspace=_text(cells.get(WORKSPACE_HEADER)),
            service=_text(cells.get(SERVICE_NAME_HEADER)),
            model=_text(cells.get(MODEL_NAME_HEADER)),
            version=_text(cells.get(MODEL_VERSION_HEADER)),
            request_id=None if request_id == NO_REQUEST_ID else request_id,
        )

    @classmethod
    def of_cells(cls, cells: Sequence[Any]) -> Optional[Correlation]:
        """Return the correlation in the last eight cells of a row, None when they are none."""
        tail = list(cells[-len(HEADERS) :])
        if len(tail) < len(HEADERS):
            return None
        plausible = (
            isinstance(tail[0], str)
            and UUID_END.search(tail[0])
            and str(tail[2]) in BOUNDARY_TEXTS
            and parse_time(tail[1]) is not None
        )
        return cls.of_mapping(dict(zip(HEADERS, tail))) if plausible else None


def header_of(label: object) -> Optional[str]:
    """Return the header that a frame's label is, or its text; None for a label of data."""
    text = str(label) if type(label) is tuple else label
    if type(text) is not str or "$aml_" not in text:
        return None
    if text in HEADERS:
        return text
    match = _OF_LEVELS.fullmatch(text)
    return match.group(1) if match and match.group(1) in HEADERS else None


def labels_of_headers(columns: Labels) -> list[Any]:
    """Return the eight labels as pandas makes them when they are added to a frame's columns."""
    if columns.nlevels == 1:
        return list(HEADERS)
    return [(header, *[""] * (columns.nlevels - 1)) for header in HEADERS]


def parse_time(value: Any) -> Optional[int]:
    """Return a scoring timestamp as integer microseconds since the epoch; None if it is none.

    Text without a zone is UTC, as the original wrote it.
    """
    # pandas takes numbers for nanoseconds, and "now" for the time of the call.
    if isinstance(value, (int, float)) or not str(value)[:1].isdigit():
        return None
    try:
        moment = value if isinstance(value, datetime) else _of_iso_text(str(value))
    except ValueError:
        try:
            moment = pandas.Timestamp(value)
        except (ValueError, TypeError, OverflowError):
            return None
        if pandas.isna(moment):
            return None
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return (moment.astimezone(timezone.utc) - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):  # of years that UTC, or Python, does not have, such as 0
        return None


def _is_hourly(boundary: Any) -> bool:
    """Return whether a boundary, in minutes, is that of an hour or less, as the original had it."""
    try:
        return int(float(boundary)) <= HOURLY_BOUNDARY
    except (TypeError, ValueError, OverflowError):
        return False


def _text(value: Any) -> Optional[str]:
    if value is None or value is pandas.NA or value != value or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas makes 3 into 3.0 where a join leaves other rows empty
    return str(value)
