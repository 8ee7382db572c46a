"""What is made of cells is made once, and only cells of the same classes are the same."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest

from mdc_core.data.same_cells import SameCells


def test_it_is_made_once() -> None:
    """For all rows with the same cells."""
    made: List[Tuple[Any, ...]] = []
    same = SameCells(lambda cells: made.append(cells) or len(made))  # type: ignore[func-returns-value]
    assert [same.of(cells) for cells in [("a", 1), ("b", 1), ("a", 1), ("b", 1)]] == [1, 2, 1, 2]


@pytest.mark.parametrize("others", [(1.0,), (True,)])
def test_equal_cells_of_other_classes(others: Tuple[Any, ...]) -> None:
    """1, 1.0 and True are equal, and have other texts."""
    same = SameCells(lambda cells: str(cells[0]))
    assert [same.of((1,)), same.of(others)] == ["1", str(others[0])]


def test_cells_that_cannot_be_remembered() -> None:
    """A list has no hash, and a class may have a wrong one."""
    same = SameCells(lambda cells: sum(cells[0]))
    cells = [1, 2]
    assert same.of((cells,)) == 3
    cells.append(3)
    assert same.of((cells,)) == 6
