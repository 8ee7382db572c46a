"""MDC319: cells for which JSON has no type of its own are collected."""

from __future__ import annotations

from ...scripts.combining import odd_cells
from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule

_COLLECTED = (ValueKind.ARRAY, ValueKind.FRAME, ValueKind.LIST)
_MESSAGES = {
    "bytes": ("bytes are b'...' in the CSV, as before, and text in the JSONL", ".decode() them"),
    "complex": (
        "complex numbers are (1+2j) in the CSV, as before, and objects in the JSONL",
        "a column for each part",
    ),
    "set": ("sets are {1, 2} in the CSV, as before, and lists in the JSONL", "sorted(...) them"),
}


@rule(
    "MDC319",
    "bytes, complex numbers or sets are collected",
    Verdict.DIFFERS,
    """
What a request's body, base64 or encode() gives is bytes. The original wrote them as Python prints
them, with b'' around, and the CSV keeps that. The JSONL has the text, as far as they are UTF-8.
With decode() both have the text. So it is with complex numbers, which are
{"imag": 2.0, "real": 1.0} in the JSONL, and with sets, which are lists there.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls with lists, arrays and frames that hold such cells."""
    for call in facts.calls:
        if call.method in ("collect", "add_correlations") and call.data.kind in _COLLECTED:
            for kind in sorted(odd_cells(call.data)):
                yield Hit(call.place, *_MESSAGES[kind])
