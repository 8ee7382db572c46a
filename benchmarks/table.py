"""Plain text tables, and numbers with three digits."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    print(f"\n{title}\n")
    for cells in (header, ["-" * width for width in widths], *rows):
        first, *others = (
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(cells, widths))
        )
        print("  " + "  ".join([first, *others]).rstrip())


def digits(value: float) -> str:
    """Return a number as people read it: 3.42, 34.2, 342, 3,420."""
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"
