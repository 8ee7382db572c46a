"""The lifecycle matrix in short: whatever server, place and end, nothing is lost uncounted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict

import pytest
from ends import Cell, Outcome, run
from ends_cells import all_cells, representative_cells, servers

pytestmark = pytest.mark.newest_only
CELLS = representative_cells()
SIDE_BY_SIDE = 4


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Dict[Cell, Outcome]:
    """The outcomes of all, some side by side: most of their time they wait."""
    here = servers()
    root: Path = tmp_path_factory.mktemp("cells")

    def run_one(cell: Cell) -> Outcome:
        folder = root / str(CELLS.index(cell))
        folder.mkdir()
        return run(cell, here[cell.server], folder)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        return dict(zip(CELLS, workers.map(run_one, CELLS)))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_accepted_events_are_written_or_counted(outcomes: Dict[Cell, Outcome], cell: Cell) -> None:
    """What was accepted is in the files once, or the log says that it was lost."""
    assert outcomes[cell].right, outcomes[cell]


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.destination != "blocked"], ids=str)
def test_nothing_is_lost_where_it_can_be_written(outcomes: Dict[Cell, Outcome], cell: Cell) -> None:
    """Counting is no way out as long as there is a place to write to."""
    assert outcomes[cell].counted == 0, outcomes[cell]


def test_every_cell_of_the_cut_is_one_of_the_matrix() -> None:
    """The whole of it is a row of `make soak`."""
    assert set(CELLS) <= set(all_cells())
    assert len(all_cells()) > 400
