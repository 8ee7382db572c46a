"""One line of the table that the commands print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, and whether it is what was promised.

    Attributes:
        what: was done, in how much time or how often.
        figure: that is promised.
        measured: in the words of the figure.
        met: whether the promise is kept.
    """

    what: str
    figure: str
    measured: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what} | {self.figure} | {self.measured} | {'yes' if self.met else 'NO'}"


HEAD = "what | figure | measured | met"
