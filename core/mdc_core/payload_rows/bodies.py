"""Bodies of requests and responses as rows, by their content type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, List, NamedTuple, Optional, Tuple

from .csv_texts import rows_of_csv
from .lists import rows_of_list
from .media import media_of
from .objects import parsed, rows_of_json
from .result import EMPTY, IS_REQUEST, NOT_TEXT, BodyFacts, NotRowsError, PayloadRows, Row

_CSV = ("text/csv", "application/csv", "text/comma-separated-values")
_LINES = (
    "application/jsonlines",
    "application/x-ndjson",
    "application/x-jsonlines",
    "application/jsonl",
)
_BINARY = ("image/", "audio/", "video/", "multipart/", "font/")


class Body(NamedTuple):
    """A body as it came, without its encoding.

    Attributes:
        content: bytes.
        content_type: the header's value, with its parameters; may be empty.
    """

    content: bytes
    content_type: str


def rows_of_body(
    body: bytes,
    content_type: str,
    names: Optional[Sequence[str]] = None,
    *,
    input_rows: Optional[int] = IS_REQUEST,
) -> PayloadRows:
    """Return the rows that a body of a request or response holds.

    Args:
        body: decoded from gzip and the like.
        content_type: the header's value. CSV and lines of JSON are known by it; everything else
            but pictures and the like is JSON where it can be read as such, because many clients
            send JSON under another type or none.
        names: of the columns of a body that has none, such as `[[1, 2]]`; of a model's signature,
            see `names_of_signature`, or a list. Without them columns are `column_0`, `column_1`.
            Names in the body win.
        input_rows: of a response: how many rows its request has, None if that is unknown; left out
            for a request.

    Returns:
        The rows; or none, and why. A body that can be read in two ways holds none.
    """
    wanted = BodyFacts(tuple(names or ()), input_rows)
    try:
        return PayloadRows(_rows(body, content_type, wanted))
    except NotRowsError as error:
        return PayloadRows(None, error.reason, error.message)


def rows_of_value(
    value: Any, names: Optional[Sequence[str]] = None, *, input_rows: Optional[int] = IS_REQUEST
) -> PayloadRows:
    """Return the rows that a body holds of which JSON was made, as in the `data` of a line.

    Args:
        value: of JSON.
        names: see `rows_of_body`.
        input_rows: see `rows_of_body`.
    """
    try:
        return PayloadRows(rows_of_json(value, BodyFacts(tuple(names or ()), input_rows)))
    except NotRowsError as error:
        return PayloadRows(None, error.reason, error.message)


def rows_of_exchange(
    request: Body,
    response: Body,
    input_names: Optional[Sequence[str]] = None,
    output_names: Optional[Sequence[str]] = None,
) -> Tuple[PayloadRows, PayloadRows]:
    """Return the rows of a request and of its response, which depend on how many those are.

    Args:
        request: its body.
        response: its body.
        input_names: see `rows_of_body`.
        output_names: the same for the response.
    """
    inputs = rows_of_body(request.content, request.content_type, input_names)
    outputs = rows_of_body(
        response.content,
        response.content_type,
        output_names,
        input_rows=None if inputs.rows is None else len(inputs.rows),
    )
    return inputs, outputs


def _rows(body: bytes, content_type: str, wanted: BodyFacts) -> List[Row]:
    media = media_of(content_type)
    if media.kind.startswith(_BINARY):
        raise NotRowsError(NOT_TEXT, f"a body of {media.kind} holds no rows")
    if not body.strip():
        raise NotRowsError(EMPTY, "the body is empty")
    if media.codec is None:
        raise NotRowsError(NOT_TEXT, f"the charset {media.charset[:40]!r} is not known")
    try:
        text = body.decode(media.codec)
    except UnicodeError:
        raise NotRowsError(NOT_TEXT, f"the body is not valid text in {media.charset}") from None
    # The byte order mark of UTF-8; other codecs take off theirs.
    text = text[1:] if text.startswith("\ufeff") else text
    if media.kind in _CSV:
        return rows_of_csv(text, media.header, wanted)
    if media.kind in _LINES:
        lines = [parsed(line.encode()) for line in text.splitlines() if line.strip()]
        return rows_of_list(lines, wanted, is_batch=True)
    # Lone surrogates come from no decoder, so that this cannot fail.
    return rows_of_json(parsed(text.encode()), wanted)
