"""Bodies of requests and responses as named rows, or the reason why they hold none."""

from .bodies import Body, rows_of_body, rows_of_exchange, rows_of_value
from .result import IS_REQUEST, REASONS, PayloadRows
from .signatures import names_of_signature

__all__ = [
    "IS_REQUEST",
    "REASONS",
    "Body",
    "PayloadRows",
    "names_of_signature",
    "rows_of_body",
    "rows_of_exchange",
    "rows_of_value",
]
