"""MDC319: bytes are collected."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import Kind, Value
from ..findings import Verdict
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield calls with lists and arrays that hold bytes."""
    for call in facts.calls:
        if call.method in ("collect", "add_correlations") and _has_bytes(call.data):
            message = "bytes are b'...' in the CSV, as before, and text in the JSONL"
            yield Hit(call.place, message, ".decode() them")


def _has_bytes(data: Value) -> bool:
    if data.kind not in (Kind.ARRAY, Kind.LIST):
        return False
    inside = [*(data.items or ()), *([data.element] if data.element is not None else [])]
    return any(item.kind is Kind.BYTES or _has_bytes(item) for item in inside)


RULE = Rule(
    "MDC319",
    "bytes are collected",
    Verdict.DIFFERS,
    """
What a request's body, base64 or encode() gives is bytes. The original wrote them as Python prints
them, with b'' around, and the CSV keeps that. The JSONL has the text, as far as they are UTF-8.
With decode() both have the text.
""",
    find,
)
