"""What a row and a curve are made of: values that workers measure."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from ..results.figures import Wanted

ROUNDS = 5
# Where a round takes long, or the figure hardly moves.
FEW = 3
# Where rounds do not differ.
ONE = 1
US = "\u00b5s"
# Stands for what is measured once, before all rounds.
CALIBRATED = "calibrated"


class Value(NamedTuple):
    """One number that a worker measures.

    Attributes:
        setup: of the worker.
        subject: a function in `subjects`.
        arguments: for it; `CALIBRATED` is replaced by what `CALIBRATION` found.
        key: in what it returns.
        less: what is subtracted, the same without collection.
    """

    setup: str
    subject: str
    arguments: tuple[Any, ...] = ()
    key: str = "value"
    less: Optional[Value] = None


class Row(NamedTuple):
    """One row of the table; the attributes are those of its `Result`."""

    name: str
    what: str
    unit: str
    ours: Value
    peer_name: str = ""
    peer: Optional[Value] = None
    wanted: Optional[Wanted] = None
    more_is_better: bool = False
    rounds: int = ROUNDS


class Growth(NamedTuple):
    """One curve: a value for each size, which is its only argument.

    Attributes:
        name, what, unit: of its `Curve`.
        sizes: in rising order.
        setup, subject: of its values; without a subject that of `growth` of the same name.
        rounds: how many measure it.
    """

    name: str
    what: str
    unit: str
    sizes: tuple[int, ...]
    setup: str = "alone"
    subject: str = ""
    rounds: int = FEW

    def value(self, size: int) -> Value:
        """Return what is measured for a size."""
        return Value(self.setup, self.subject or f"growth.{self.name}", (size,))


CALIBRATION = Value("plain", "request_time.calibrate")


def most(ratio: float) -> Wanted:
    """Return the bound of a ratio."""
    return Wanted(ratio, of_ratio=True)


def slug(text: str) -> str:
    """Return a text as a part of a name."""
    return text.replace(" ", "-")
