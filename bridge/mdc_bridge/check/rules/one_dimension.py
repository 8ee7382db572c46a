"""MDC304: one value for each row, as one row."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule
from ..shapes import TWO_DIMENSIONAL, goes_upright


def find(facts: Facts) -> Iterator[Hit]:
    """Yield collect calls of 1-D values under one feature name."""
    predicts_2d = any(found.module.partition(".")[0] in TWO_DIMENSIONAL for found in facts.imports)
    for call in facts.calls:
        if call.method != "collect" or not goes_upright(call):
            continue
        is_flat = call.data.dimensions == 1 and (call.data.width or 2) > 1
        if is_flat:
            message = "n values: one row of n cells in the CSV, n rows of one column in the JSONL"
        elif call.data.is_predicted and call.data.dimensions is None and not predicts_2d:
            message = (
                "what predict returns is mostly 1-D: one row of n cells in the CSV, n rows of one "
                "column in the JSONL"
            )
        else:
            continue
        yield Hit(call.place, message)


RULE = Rule(
    "MDC304",
    "one value for each row, as one row",
    Verdict.DIFFERS,
    """
What model.predict returns for n rows is mostly a 1-D array of n values. The CSV keeps the
original's one row of n cells under a header of one name. The JSONL has n rows of one
column, so that outputs join to inputs by row. With a 2-D array (result.reshape(-1, 1)) both
have n rows.
""",
    find,
)
