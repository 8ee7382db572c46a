"""What was found in a body: named rows, or why it holds none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Dict, List, NamedTuple, Optional

from .json_texts import written_json

# Why a body holds no rows, for counts.
EMPTY, NOT_JSON, NOT_CSV, NOT_TEXT = "empty", "not_json", "not_csv", "not_text"
UNKNOWN_FORM, AMBIGUOUS, RAGGED, MIXED = "unknown_form", "ambiguous", "ragged", "mixed"
NAMES_DO_NOT_FIT = "names_do_not_fit"
REASONS = (
    *(EMPTY, NOT_JSON, NOT_CSV, NOT_TEXT),
    *(UNKNOWN_FORM, AMBIGUOUS, RAGGED, MIXED, NAMES_DO_NOT_FIT),
)

# `BodyFacts.input_rows` of a request.
IS_REQUEST = -1

Row = Dict[str, Any]


class PayloadRows(NamedTuple):
    """What a body holds.

    Attributes:
        rows: row objects by column name; None where it holds no rows.
        reason: why not, one of `REASONS`; empty where it holds rows.
        message: the reason in words.
    """

    rows: Optional[List[Row]]
    reason: str = ""
    message: str = ""

    def json(self) -> bytes:
        """Return the rows as `data` of a line; numbers that JSON has not are null."""
        return written_json(self.rows)


class NotRowsError(Exception):
    """Within this package: a value holds no rows, or could be several kinds of them."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class BodyFacts(NamedTuple):
    """What is known of a body from elsewhere.

    Attributes:
        names: of the columns, for a body without names; empty if they are not known.
        input_rows: for a response the number of rows of its request, None if that is not known;
            for a request `IS_REQUEST`.
    """

    names: Sequence[str]
    input_rows: Optional[int]

    @property
    def is_request(self) -> bool:
        """Whether the body is a request's."""
        return self.input_rows == IS_REQUEST

    def may_be(self, rows: int) -> bool:
        """Return whether nothing speaks against so many rows."""
        return self.is_request or self.input_rows in (None, rows)
