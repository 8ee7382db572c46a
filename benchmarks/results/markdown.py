"""The table of a run in Markdown."""

from __future__ import annotations

from typing import List, Optional, Sequence

from ..table import digits
from .curves import MOST_EXPONENT, Curve
from .figures import Figure, Result, Wanted
from .run_file import Run

_HEADER = ("what", "ours", "peer", "ratio", "wanted", "met")


def markdown(run: Run) -> str:
    """Return the machine, the table with all rows, and the points of the curves."""
    rows = [_row(result) for result in run.results] + [_exponent_row(each) for each in run.curves]
    parts = ["".join(f"- {name}: {text}\n" for name, text in run.machine.items())]
    parts.append(table(_HEADER, rows))
    if run.curves:
        points = [[curve.what, _points(curve), curve.unit] for curve in run.curves]
        parts.append(table(("what grows", "size: cost", "unit"), points))
    return "\n".join(parts)


def short_table(run: Run, names: Sequence[str]) -> str:
    """Return the rows of some names, without what is wanted of them."""
    found = {result.name: result for result in run.results}
    return table(_HEADER[:4], [_row(found[name])[:4] for name in names])


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown whose columns are aligned for those who read it as text."""
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    lines = []
    for cells in (header, ["-" * width for width in widths], *rows):
        padded = (cell.ljust(width) for cell, width in zip(cells, widths))
        lines.append(f"| {' | '.join(padded)} |\n")
    return "".join(lines)


def _row(result: Result) -> List[str]:
    peer = ""
    if result.peer is not None:
        peer = f"{result.peer_name} {_figure(result.peer, result.unit)}"
    return [
        result.what,
        _figure(result.ours, result.unit),
        peer,
        _ratio(result.ratio),
        _wanted(result.wanted, result.unit),
        _met(result.is_met),
    ]


def _exponent_row(curve: Curve) -> List[str]:
    exponents = f"{curve.fitted.median:.2f}, at the end {curve.at_the_end.median:.2f}"
    wanted = f"at most {MOST_EXPONENT:g}"
    return [f"exponent: {curve.what}", exponents, "", "", wanted, _met(curve.is_met)]


def _points(curve: Curve) -> str:
    points = zip(curve.sizes, curve.costs)
    return ", ".join(f"{size:,}: {digits(cost.median)}" for size, cost in points)


def _figure(figure: Figure, unit: str) -> str:
    spread = f" \u00b1 {digits(figure.spread)}" if len(figure.rounds) > 1 else ""
    return f"{digits(figure.median)}{spread} {unit}".rstrip()


def _ratio(figure: Optional[Figure]) -> str:
    if figure is None:
        return ""
    return f"{figure.median:.3f}" if figure.median < 1 else digits(figure.median)


def _wanted(wanted: Optional[Wanted], unit: str) -> str:
    if wanted is None:
        return ""
    text = f"{'at least' if wanted.at_least else 'at most'} {wanted.bound:,g}"
    return f"ratio {text}" if wanted.of_ratio else f"{text} {unit}".rstrip()


def _met(is_met: Optional[bool]) -> str:
    return "" if is_met is None else "yes" if is_met else "no"
