"""MDC305: a list of rows."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ...scripts.values import Kind
from ..findings import Verdict
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls of nested lists."""
    for call in facts.calls:
        data = call.data
        if call.method == "collect" and data.kind is Kind.LIST and (data.dimensions or 0) > 1:
            message = "the CSV has one row with a list in each cell, the JSONL a row for each list"
            yield Hit(call.place, message)


RULE = Rule(
    "MDC305",
    "a list of rows",
    Verdict.DIFFERS,
    """
The original writes a list as one row, with each inner list as text in a cell, and the CSV
keeps that. The JSONL has a row for each inner list. With numpy.array(data) both have a row
for each.
""",
    find,
)
