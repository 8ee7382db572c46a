"""MDC313: add_correlations to one value for each row."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..rule import Hit, Rule
from ..shapes import goes_upright


def find(facts: Facts) -> Iterator[Hit]:
    """Yield add_correlations to what is, or mostly is, 1-D under one feature name."""
    for call in facts.calls:
        data = call.data
        is_flat = data.dimensions == 1 or (data.is_predicted and data.dimensions is None)
        if call.method == "add_correlations" and is_flat and goes_upright(call):
            message = "one row of n + 8 cells if 1-D, where the original raised ValueError"
            yield Hit(call.place, message, "add_correlations(data.reshape(-1, 1), ...)")


RULE = Rule(
    "MDC313",
    "add_correlations to one value for each row",
    Verdict.DIFFERS,
    """
For a 1-D array or list of n predictions it gives one row of n + 8 cells. Under one feature
name the original's collect then raised ValueError. The bridge collects it: one row of n + 8
cells in the CSV, n rows with the inputs' id in the JSONL. With result.reshape(-1, 1) both
have n rows.
""",
    find,
)
