"""How many rows are about so many numbers."""

from __future__ import annotations

from typing import Any, List

import numpy
import pytest

from mdc_core.data.weight import rows_of_weight


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        ([0.5, 1], 50),
        ([numpy.zeros((5, 10))], 2),
        ([[0.5] * 10, "text"], 9),
        ([[[0.5] * 10] * 2], 5),
        ([{"a": 1}], 50),
        (["x" * 64 * 9], 10),
        ([[]], 100),
        ([], 100),
        ([[0.5] * 1000], 1),
    ],
)
def test_rows(first: List[Any], rows: int) -> None:
    """Of 100 numbers."""
    assert rows_of_weight(first, 100) == rows


def test_a_list_that_holds_itself() -> None:
    """It is looked at to a certain depth."""
    cell: List[Any] = []
    cell.append(cell)
    assert rows_of_weight([cell], 100) == 100
