"""A figure is the median of what the rounds measured, with its spread; a row compares two."""

from __future__ import annotations

from statistics import median
from typing import List, NamedTuple, Optional, Sequence

# Of a normal distribution: the standard deviation, as a multiple of the median absolute deviation.
_NORMAL = 1.4826


class Figure(NamedTuple):
    """What the rounds measured.

    Attributes:
        rounds: one number for each.
    """

    rounds: List[float]

    @property
    def median(self) -> float:
        """The number that is shown."""
        return float(median(self.rounds))

    @property
    def spread(self) -> float:
        """How far a round is from the median, as a standard deviation that ignores outliers."""
        middle = self.median
        return _NORMAL * float(median(abs(each - middle) for each in self.rounds))


class Wanted(NamedTuple):
    """A bound of a row.

    Attributes:
        bound: the number.
        of_ratio: it is of ours to the peer's, not of ours alone.
        at_least: it is the least, not the most.
    """

    bound: float
    of_ratio: bool = False
    at_least: bool = False

    def is_met_by(self, measured: float) -> bool:
        """Return whether a number is within the bound."""
        return measured >= self.bound if self.at_least else measured <= self.bound


class Result(NamedTuple):
    """One row of the table.

    Attributes:
        name: short, unique, the same in all runs.
        what: was measured, for people.
        unit: of ours and of the peer's.
        ours: the figure.
        peer_name: what it is compared to; empty for none.
        peer: its figure.
        wanted: the bound; None for none.
        more_is_better: a rate, not a cost.
    """

    name: str
    what: str
    unit: str
    ours: Figure
    peer_name: str = ""
    peer: Optional[Figure] = None
    wanted: Optional[Wanted] = None
    more_is_better: bool = False

    @property
    def ratio(self) -> Optional[Figure]:
        """Ours to the peer's, round by round: both were measured one right after the other."""
        if self.peer is None:
            return None
        pairs = zip(self.ours.rounds, self.peer.rounds)
        return Figure([ours / peer if peer else float("inf") for ours, peer in pairs])

    @property
    def compared(self) -> Figure:
        """What one run is compared by with another: the ratio, where there is one."""
        return self.ratio or self.ours

    @property
    def is_met(self) -> Optional[bool]:
        """Whether it is within its bound; None without one."""
        if self.wanted is None:
            return None
        figure = self.ratio if self.wanted.of_ratio else self.ours
        return figure is not None and self.wanted.is_met_by(figure.median)


def percentile(sorted_numbers: Sequence[float], share: float) -> float:
    """Return the number below which a share of sorted numbers lies."""
    return sorted_numbers[min(len(sorted_numbers) - 1, int(len(sorted_numbers) * share))]
