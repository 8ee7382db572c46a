"""MDC708: inputs are changed between predict and collect."""

from __future__ import annotations

from ...scripts.place import Place
from ...scripts.values import Construction
from ..rule import Facts, Hit, Hits, Verdict, rule
from ..shapes import position


@rule(
    "MDC708",
    "inputs are changed between predict and collect",
    Verdict.DIFFERS,
    """
The frame that goes to model_inputs has columns or values that were added after the prediction,
usually the prediction itself. Monitors treat them as features, so drift and attribution are
computed from the wrong data. Collect inputs before predict, or put the predictions into a
separate frame.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls of what the model was given before it was changed."""
    for call in facts.modern_collects:
        if not call.argument_name or not _of_inputs(call.collectors):
            continue
        for change in facts.mutations:
            if (change.variable, change.function) != (call.argument_name, call.function):
                continue
            if position(change.place) < position(call.place) and any(
                (given.variable, given.function) == (change.variable, change.function)
                and position(given.place) < _end(change.place)
                for given in facts.predicted
            ):
                message = (
                    f"{change.variable} was changed in line {change.place.line}, after predict: "
                    "these are not the inputs that the model got"
                )
                yield Hit(call.place, message, "collect before predict, or a copy")
                break


def _end(place: Place) -> tuple[int, int, int]:
    return (place.cell or 0, place.end_line, place.end_column)


def _of_inputs(collectors: tuple[Construction, ...]) -> bool:
    return all("output" not in collector.collection for collector in collectors)
