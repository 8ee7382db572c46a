"""The rows of both sides over time, as places in an inline SVG that the page's template draws.

Widths are percentages and heights are pixels, so that the chart fits any screen and its texts
keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Optional

from .report import Counts
from .time_slots import Slot, slots_of

_PLOT_HEIGHT = 180
_TOP, _AXIS = 14, 44
_MOST_LABELS = 8
_STEPS = (1, 2, 2.5, 5, 10)


class Label(NamedTuple):
    """A text of the axis of time.

    Attributes:
        kind: `major` or `minor` of a slot, `wide` or `narrow` of a day.
        x: percent of the width.
        anchor: where the text lies around it.
        below: pixels below the axis.
        text: what it says.
    """

    kind: str
    x: float
    anchor: str
    below: int
    text: str


class Chart(NamedTuple):
    """A chart of counts by time.

    Attributes:
        unit: of time, that of a slot.
        slots: from left to right.
        ticks: counts at the gridlines, from 0.
        height: of all in pixels.
        base: where the axis of time lies, in pixels from above.
    """

    unit: str
    slots: list[Slot]
    ticks: list[float]
    height: int = _PLOT_HEIGHT + _TOP + _AXIS
    base: int = _PLOT_HEIGHT + _TOP

    @property
    def width(self) -> float:
        """Percent of the width that a slot takes."""
        return 100 / len(self.slots)

    def pixels(self, count: float) -> float:
        """Return the height of a count."""
        return count / self.ticks[-1] * _PLOT_HEIGHT

    def labels(self) -> Iterator[Label]:
        """Yield the labels of the axis, few enough to be read; narrow screens hide every other."""
        every = math.ceil(len(self.slots) / _MOST_LABELS)
        last_day = {"wide": "", "narrow": ""}
        for order, index in enumerate(range(0, len(self.slots), every)):
            slot = self.slots[index]
            x = (index + 0.5) * self.width
            anchor = "start" if x < 6 else "end" if x > 94 else "middle"
            kind = "minor" if order % 2 else "major"
            yield Label(kind, x, anchor, 28, slot.short)
            for screen, seen in last_day.items():
                if slot.day != seen and (screen == "wide" or kind == "major"):
                    yield Label(screen, x, anchor, 42, slot.day)
                    last_day[screen] = slot.day


def chart_of(hours: Mapping[str, Counts]) -> Optional[Chart]:
    """Return the chart of counts by hour, see `Dataset.hours`; None where all are 0."""
    unit, slots = slots_of(hours)
    highest = max((max(slot.counts.left, slot.counts.right) for slot in slots), default=0)
    if not highest:
        return None
    step = _step(highest)
    return Chart(unit, slots, [step * at for at in range(math.ceil(highest / step) + 1)])


def short_number(value: float) -> str:
    """Return a count for the axis, such as `20k`."""
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit * 10 or (value >= limit and value % (limit / 10) == 0):
            return f"{value / limit:g}{suffix}"
    return f"{value:g}"


def _step(highest: int) -> float:
    """Return the distance of gridlines: a round number that makes three to five of them."""
    power = 10.0 ** math.floor(math.log10(highest))
    for size in (power / 10, power):
        for step in _STEPS:
            if step * size >= 1 and highest / (step * size) <= 4:
                return step * size if (step * size) % 1 else int(step * size)
    return power
