"""The rows of both sides over time, as inline SVG that needs nothing but the page's style.

Widths are percentages and heights are pixels, so that the chart fits any screen and its texts
keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ..texts import counted
from .markup import escaped
from .report import Counts
from .time_slots import Slot, slots_of

PLOT_HEIGHT = 180
_TOP, _AXIS = 14, 44
_HEIGHT = PLOT_HEIGHT + _TOP + _AXIS
_BASE = _TOP + PLOT_HEIGHT
_MOST_LABELS = 8
_LEGEND = "".join(
    [
        '<span class="legend">',
        '<span><i class="csv"></i>CSV</span>',
        '<span><i class="jsonl"></i>JSONL</span>',
        '<span><i class="alone"></i>on one side only</span>',
        '<span><i class="mark"></i>has differences</span>',
        "</span>",
    ]
)
_STEPS = (1, 2, 2.5, 5, 10)


def chart(hours: Mapping[str, Counts], what: str) -> Markup:
    """Return the chart of counts by hour.

    Args:
        hours: as in `Dataset.hours`.
        what: they are of, for who cannot see it.
    """
    unit, slots = slots_of(hours)
    highest = max((max(slot.counts.left, slot.counts.right) for slot in slots), default=0)
    if not highest:
        return Markup()
    step = _step(highest)
    ticks = [step * index for index in range(math.ceil(highest / step) + 1)]
    top = ticks[-1]
    width = 100 / len(slots)
    bars = "".join(_bars(slot, index * width, width, top) for index, slot in enumerate(slots))
    grid = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{_y(tick, top):.1f}" y2="{_y(tick, top):.1f}"/>'
        for tick in ticks
    )
    scale = "".join(
        f'<text x="44" y="{_y(tick, top) + 4:.1f}" text-anchor="end">{_short(tick)}</text>'
        for tick in ticks
    )
    label = (
        f"Rows of {what} by {unit}, {slots[0].name} to {slots[-1].name}: "
        f"{sum(slot.counts.left for slot in slots):,} in the CSV, "
        f"{sum(slot.counts.right for slot in slots):,} in the JSONL"
    )
    return Markup(
        f'<figure class="chart"><figcaption>Rows by {unit} (UTC){_LEGEND}</figcaption>'
        f'<div class="plot">'
        f'<svg class="scale" width="48" height="{_HEIGHT}" aria-hidden="true">{scale}</svg>'
        f'<svg class="bars" width="100%" height="{_HEIGHT}" role="img" '
        f'aria-label="{escaped(label)}" data-top="{top}" data-unit="{unit}">'
        f"{grid}{bars}{_labels(slots, width)}</svg></div></figure>"
    )


def _bars(slot: Slot, left: float, width: float, top: float) -> str:
    counts = slot.counts
    if not (counts.left or counts.right or counts.differences):
        return ""
    bar = width * 0.36
    middle = left + width / 2
    parts = [
        _bar("csv", counts.left, counts.missing_right, middle - bar, bar, top),
        _bar("jsonl", counts.right, counts.missing_left, middle, bar, top),
    ]
    if counts.differences:
        # Drawn: not every font has a triangle.
        parts.append(
            f'<svg class="mark" x="{middle:.3f}%" y="{_BASE + 5}" width="1" height="8" '
            'overflow="visible"><path d="M0 0 L4 8 L-4 8 Z"/></svg>'
        )
    return (
        f'<g class="slot"><title>{escaped(_title(slot))}</title><rect class="hover" '
        f'x="{left:.3f}%" y="0" width="{width:.3f}%" height="{_BASE + 16}"/>{"".join(parts)}</g>'
    )


def _bar(side: str, count: int, alone: int, x: float, width: float, top: float) -> str:
    height = count / top * PLOT_HEIGHT
    text = (
        f'<rect class="{side}" data-count="{count}" x="{x:.3f}%" y="{_BASE - height:.2f}" '
        f'width="{width:.3f}%" height="{height:.2f}"/>'
    )
    if alone:
        part = alone / top * PLOT_HEIGHT
        text += (
            f'<rect class="alone" data-count="{alone}" x="{x:.3f}%" y="{_BASE - height:.2f}" '
            f'width="{width:.3f}%" height="{part:.2f}"/>'
        )
    return text


def _labels(slots: Sequence[Slot], width: float) -> str:
    """Return the labels of the axis, few enough to be read; narrow screens hide every other."""
    every = math.ceil(len(slots) / _MOST_LABELS)
    texts = []
    last_day = {"wide": "", "narrow": ""}
    for order, index in enumerate(range(0, len(slots), every)):
        slot = slots[index]
        x = (index + 0.5) * width
        anchor = "start" if x < 6 else "end" if x > 94 else "middle"
        place = f'x="{x:.3f}%" text-anchor="{anchor}"'
        kind = "minor" if order % 2 else "major"
        texts.append(f'<text class="{kind}" {place} y="{_BASE + 28}">{escaped(slot.short)}</text>')
        for screen, seen in last_day.items():
            if slot.day != seen and (screen == "wide" or kind == "major"):
                texts.append(
                    f'<text class="{screen}" {place} y="{_BASE + 42}">{escaped(slot.day)}</text>'
                )
                last_day[screen] = slot.day
    return "".join(texts)


def _title(slot: Slot) -> str:
    counts = slot.counts
    lines = [
        slot.name,
        f"CSV: {counted(counts.left, 'row')}",
        f"JSONL: {counted(counts.right, 'row')}",
    ]
    for count, what in (
        (counts.missing_right, "only in the CSV"),
        (counts.missing_left, "only in the JSONL"),
        (counts.differing, "with values that differ"),
    ):
        if count:
            lines.append(f"{count:,} {what}")
    return "\n".join(lines)


def _y(value: float, top: float) -> float:
    return _BASE - value / top * PLOT_HEIGHT


def _step(highest: int) -> float:
    """Return the distance of gridlines: a round number that makes three to five of them."""
    power = 10.0 ** math.floor(math.log10(highest))
    for size in (power / 10, power):
        for step in _STEPS:
            if step * size >= 1 and highest / (step * size) <= 4:
                return step * size if (step * size) % 1 else int(step * size)
    return power


def _short(value: float) -> str:
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit * 10 or (value >= limit and value % (limit / 10) == 0):
            return f"{value / limit:g}{suffix}"
    return f"{value:g}"
