"""Lines of payload logging as rows: bodies of requests and responses, if they hold rows.

The rows are those of `mdc_core.payload_rows`. A body without rows, and a response that could be
read in two ways, become one row with the column `payload`. A join knows how many rows the request
has, which decides how such a response is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any, NamedTuple, Optional, TypeVar

from mdc_core.payload_rows import IS_REQUEST, rows_of_body, rows_of_value
from mdc_core.payload_rows.result import Row

PAYLOAD = "payload"
REQUEST, RESPONSE = "request", "response"
COLLECTIONS = (REQUEST, RESPONSE)

# A line in whatever form it is read.
AnyLine = TypeVar("AnyLine")


def payload_rows(collection: str, data: Any, content_type: str) -> list[Row]:
    """Return the rows of a line of payload logging.

    Args:
        collection: `request` or `response`.
        data: its body: the value of its JSON, a text, or bytes.
        content_type: of the body.
    """
    input_rows = IS_REQUEST if collection == REQUEST else None
    if isinstance(data, bytes):
        found = rows_of_body(data, content_type, input_rows=input_rows)
    elif isinstance(data, str) and "json" not in content_type:
        body = data.encode("utf-8", "backslashreplace")
        found = rows_of_body(body, content_type, input_rows=input_rows)
    else:
        found = rows_of_value(data, input_rows=input_rows)
    return [{PAYLOAD: data}] if found.rows is None else found.rows


def is_by_request(collections: Iterable[str]) -> bool:
    """Return whether collections are joined by request id, the only id that payloads have."""
    return not set(COLLECTIONS).isdisjoint(collections)


class JoinKey(NamedTuple):
    """By what a line is joined.

    Attributes:
        collection: of the line.
        group: its endpoint, deployment and id.
        rows: its rows.
    """

    collection: str
    group: Hashable
    rows: list[Row]


def settled(
    lines: Iterable[AnyLine],
    join: Collection[str],
    key: Callable[[AnyLine], JoinKey],
    with_rows: Callable[[AnyLine, list[Row]], AnyLine],
) -> list[AnyLine]:
    """Return the lines of a join; ambiguous responses get as many rows as their requests have.

    Args:
        lines: by time.
        join: names of collections; the first other one that fits decides the rows of a response.
        key: returns by what a line is joined.
        with_rows: returns a line with other rows.
    """
    found = list(lines)
    if RESPONSE not in join:
        return found
    keys = [key(line) for line in found]
    beside: dict[Hashable, dict[str, list[int]]] = defaultdict(lambda: {name: [] for name in join})
    for at, each in enumerate(keys):
        if each.collection in join:
            beside[each.group][each.collection].append(at)
    for lines_of in beside.values():
        responses = lines_of.pop(RESPONSE)
        open_ones = dict(enumerate(responses))
        for inputs in lines_of.values():
            requests = [keys[at].rows for at in inputs]
            if len(responses) == 1:
                # The inputs of one request may have been collected row by row.
                requests = [[row for rows in requests for row in rows]]
            if len(requests) != len(responses):
                continue  # nothing tells which one is missing
            for at, response in list(open_ones.items()):
                rows = _with_input_rows(keys[response].rows, requests[at])
                if rows is not None:
                    found[response] = with_rows(found[response], rows)
                    del open_ones[at]
    return found


def _with_input_rows(rows: list[Row], inputs: list[Row]) -> Optional[list[Row]]:
    if not inputs or not _is_payload(rows) or any(_is_payload([row]) for row in inputs):
        return None
    return rows_of_value(rows[0][PAYLOAD], input_rows=len(inputs)).rows


def _is_payload(rows: list[Row]) -> bool:
    return len(rows) == 1 and rows[0].keys() == {PAYLOAD}
