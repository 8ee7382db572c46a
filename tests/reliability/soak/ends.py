"""The whole lifecycle matrix: servers x places of the collector x ends x destinations."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Tuple

from tests.reliability.ends import Cell, Outcome
from tests.reliability.ends import run as run_cell
from tests.reliability.ends_cells import all_cells, representative_cells, servers

from .row import Row

SIDE_BY_SIDE = 6


def run(short: bool) -> Row:
    """Run all cells, or those of the tests; name those that are wrong."""
    outcomes = run_all(representative_cells()[::4] if short else all_cells())
    wrong = [f"{cell}: {outcome}" for cell, outcome in outcomes if not outcome.right]
    lost = [str(cell) for cell, each in outcomes if each.counted and cell.destination != "blocked"]
    accepted = sum(outcome.accepted for _, outcome in outcomes)
    counted = sum(outcome.counted for _, outcome in outcomes)
    return Row(
        f"{len(outcomes)} cells: {len({cell.server for cell, _ in outcomes})} servers, "
        f"{len({cell.end for cell, _ in outcomes})} ends, destination up, refusing, blocked",
        "each: accepted = written + counted, counted only where nothing can be written",
        f"{accepted} accepted, {counted} counted as lost, {len(wrong)} cells otherwise, "
        f"{len(lost)} counted without need{'; '.join(['', *wrong[:3], *lost[:3]])}",
        not wrong and not lost,
    )


def run_all(cells: Iterable[Cell]) -> List[Tuple[Cell, Outcome]]:
    """Run cells side by side: most of their time they wait."""
    here = servers()

    def run_one(cell: Cell) -> Tuple[Cell, Outcome]:
        with tempfile.TemporaryDirectory() as folder:
            return cell, run_cell(cell, here[cell.server], Path(folder))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        return list(workers.map(run_one, cells))
