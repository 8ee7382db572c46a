"""The documents show what `make bench` measures: all rows in docs/speed.md, a few in README.md."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from benchmarks.results.pages import BEGIN, END, SHORT, with_table
from benchmarks.rows import GROWTHS, ROWS

import benchmarks

ROOT = Path(benchmarks.__file__).parents[1]


def lines(page: str) -> List[List[str]]:
    """Return the cells of the table lines between a page's marks."""
    text = (ROOT / page).read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]


def test_every_row_is_in_the_page() -> None:
    """And no other; rows and curves in the order in which they are measured."""
    shown = [cells[0] for cells in lines("docs/speed.md")]
    expected = [row.what for row in ROWS] + [f"exponent: {growth.what}" for growth in GROWTHS]
    assert [what for what in shown if what in expected] == expected
    assert set(shown) - set(expected) - {growth.what for growth in GROWTHS} == {
        "what",
        "what grows",
        shown[1],  # the rules below the headers
        shown[-len(GROWTHS) - 1],
    }


def test_the_first_page_quotes_the_other() -> None:
    """The same figures, of the same run."""
    quoted, *rows = lines("README.md")
    assert quoted == ["what", "ours", "peer", "ratio"]
    whats = [cells[0] for cells in rows[1:]]
    assert whats == [next(row.what for row in ROWS if row.name == name) for name in SHORT]
    page = [cells[:4] for cells in lines("docs/speed.md")]
    assert [cells for cells in rows[1:] if cells not in page] == []


def test_a_table_is_replaced() -> None:
    """What stands around it stays."""
    page = f"before\n{BEGIN}\nold\n{END}after\n"
    assert with_table(page, "new") == f"before\n{BEGIN}\nnew\n{END}after\n"
    assert with_table(with_table(page, "one"), "new") == with_table(page, "new")


@pytest.mark.parametrize("page", ["", BEGIN, END + BEGIN, (BEGIN + END) * 2])
def test_a_page_without_its_marks(page: str) -> None:
    """It is not touched."""
    with pytest.raises(ValueError, match="once"):
        with_table(page, "new")
