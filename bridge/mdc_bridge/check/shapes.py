"""What collect calls have in common for the rules: designations, shapes, order."""

from __future__ import annotations

from ..scripts.facts import CollectorCall
from ..scripts.place import Place
from ..scripts.values import Kind

INPUTS = "inputs"
_OUTPUT_WORDS = ("output", "predict")

COLLECTED = frozenset(
    {Kind.ARRAY, Kind.FRAME, Kind.INSTANCE, Kind.LIST, Kind.NAMED, Kind.SPARK_FRAME, Kind.UNKNOWN}
)


def collects_inputs(call: CollectorCall) -> bool:
    """Return whether a call is of collectors of inputs only."""
    return {made.designation for made in call.collectors} == {INPUTS}


def collects_outputs(call: CollectorCall) -> bool:
    """Return whether a call is of collectors of predictions only, by whatever word."""
    return all(means_outputs(made.designation or "") for made in call.collectors)


def means_outputs(designation: str) -> bool:
    """Return whether a designation is a word for predictions."""
    return any(word in designation.lower() for word in _OUTPUT_WORDS)


def likely_designation(designation: str) -> str:
    """Return the known designation that another word stands for, "" where none is likely."""
    if means_outputs(designation):
        return "predictions"
    lower = designation.lower()
    return next((f"{word}s" for word in ("input", "label", "signal") if word in lower), "")


def together(first: CollectorCall, second: CollectorCall) -> bool:
    """Return whether two calls of a function can both run: not in two arms of one statement.

    Arm 0, the body of a `try`, can run before each of the others.
    """
    arms = dict(first.branches)
    return not any(
        statement in arms and arm != arms[statement] and 0 not in (arm, arms[statement])
        for statement, arm in second.branches
    )


def position(place: Place) -> tuple[int, int, int]:
    """Return what orders the places of a program."""
    return (place.cell or 0, place.line, place.column)
