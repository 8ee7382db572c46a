"""The lifecycle matrix in short: whatever server, place and end, nothing is lost uncounted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable

import pytest

from tests.reliability.ends import Cell, Outcome, run
from tests.reliability.ends_cells import all_cells, representative_cells, servers

CELLS = representative_cells()
# Fewer where other tests run beside them.
SIDE_BY_SIDE = 2 if "PYTEST_XDIST_WORKER" in os.environ else 4


@pytest.fixture(scope="module")
def outcome_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Cell], Outcome]]:
    """Outcomes of cells that run side by side, for most of their time they wait."""
    here = servers()
    root: Path = tmp_path_factory.mktemp("cells")

    def run_one(cell: Cell) -> Outcome:
        folder = root / str(CELLS.index(cell))
        folder.mkdir()
        return run(cell, here[cell.server], folder)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        running = {cell: workers.submit(run_one, cell) for cell in CELLS}
        yield lambda cell: running[cell].result()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_accepted_events_are_written_or_counted(
    outcome_of: Callable[[Cell], Outcome], cell: Cell
) -> None:
    """Each once, or the log says that it was lost; but not where there is a place to write to."""
    outcome = outcome_of(cell)
    assert outcome.right, outcome
    assert outcome.counted == 0 or cell.destination == "blocked", outcome


def test_every_cell_of_the_cut_is_one_of_the_matrix() -> None:
    """The whole of it is a row of `make soak`."""
    assert set(CELLS) <= set(all_cells())
    assert len(all_cells()) > 400
