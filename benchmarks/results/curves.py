"""How a cost grows with a size: the exponent of a power law, fitted to logarithms."""

from __future__ import annotations

import math
from typing import List, NamedTuple, Sequence

from .figures import Figure

# A cost that grows with n log n over three decades has 1.1; noise is less than that.
MOST_EXPONENT = 1.1


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms of sizes and costs.

    Args:
        sizes: at least two, different, above zero.
        costs: one for each size, above zero.

    Raises:
        ValueError: for fewer sizes, other lengths, or a number that has no logarithm.
    """
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError(f"{len(costs)} costs for the sizes {list(sizes)}; valid: two or more")
    xs = [math.log(size) for size in sizes]
    ys = [math.log(cost) for cost in costs]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys))
    return covariance / sum((x - middle_x) ** 2 for x in xs)


class Curve(NamedTuple):
    """The costs of all sizes.

    Attributes:
        name: short, unique, the same in all runs.
        what: grows with what, for people.
        unit: of the costs.
        sizes: in rising order.
        costs: one figure for each size.
    """

    name: str
    what: str
    unit: str
    sizes: List[int]
    costs: List[Figure]

    @property
    def fitted(self) -> Figure:
        """The exponent over all sizes, of each round."""
        return Figure([exponent(self.sizes, costs) for costs in self._rounds()])

    @property
    def at_the_end(self) -> Figure:
        """The exponent over the upper half of the sizes, where fixed costs hide less of it."""
        first = min(len(self.sizes) // 2, len(self.sizes) - 2)
        return Figure([exponent(self.sizes[first:], costs[first:]) for costs in self._rounds()])

    @property
    def is_met(self) -> bool:
        """Whether nothing grows faster than the size, beyond the spread of the rounds."""
        return all(
            each.median - each.spread <= MOST_EXPONENT for each in (self.fitted, self.at_the_end)
        )

    def _rounds(self) -> List[List[float]]:
        return [list(costs) for costs in zip(*(figure.rounds for figure in self.costs))]
