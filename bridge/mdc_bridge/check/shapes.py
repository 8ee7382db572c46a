"""What collect calls have in common for the rules: designations, shapes, order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..scripts.facts import CollectorCall, Mutation
from ..scripts.place import Place
from ..scripts.values import ValueKind

INPUTS = "inputs"
_OUTPUT_WORDS = ("output", "predict")

COLLECTED = frozenset(
    {
        ValueKind.ARRAY,
        ValueKind.FRAME,
        ValueKind.INSTANCE,
        ValueKind.LIST,
        ValueKind.NAMED,
        ValueKind.SPARK_FRAME,
        ValueKind.UNKNOWN,
    }
)


def collects_inputs(call: CollectorCall) -> bool:
    """Return whether a call is of collectors of inputs only."""
    return call.designations == {INPUTS}


def collects_outputs(call: CollectorCall) -> bool:
    """Return whether a call is of collectors of predictions only, by whatever word."""
    return all(means_outputs(designation or "") for designation in call.designations)


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
    """Return whether two calls of a function can both run.

    Calls in two arms of one statement cannot; but arm 0, the body of a `try`, can run before each
    of the other arms.
    """
    arms = dict(first.branches)
    return not any(
        statement in arms and arm != arms[statement] and 0 not in (arm, arms[statement])
        for statement, arm in second.branches
    )


def changed_after_collect(
    collects: Sequence[CollectorCall], mutations: Iterable[Mutation]
) -> Iterator[tuple[Mutation, CollectorCall]]:
    """Yield changes of variables that the same function has collected before, and where."""
    for change in mutations:
        for call in collects:
            is_same = call.argument_name == change.variable and call.function == change.function
            if is_same and position(call.place) < position(change.place):
                yield change, call
                break


def position(place: Place) -> tuple[int, int, int]:
    """Return a key that sorts the places of a program."""
    return (place.cell or 0, place.line, place.column)
