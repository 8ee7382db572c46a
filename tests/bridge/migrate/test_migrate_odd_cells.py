"""Cells that look like numbers: kept as they are, or null where the plan says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_bridge.compare import compare
from mdc_bridge.migrate import migrate, plan
from tests.bridge.migrate.migrated import lines_of
from tests.bridge.migrate.oracle import Digits

INFINITE = ("inf", "-inf", "Infinity", "-Infinity")
MISSING = ("", "nan", "NaN", "-nan", "None", "null", "NaT", "<NA>")
# No number as JSON has them: the column becomes text, and all of it stays as it stands.
TEXTS = ("0x1F", "1_000", "+5", "1,000", "+inf", "INF", "1e400", "00123", ".5", "5.", "1 000", "½")
NUMBERS = ("-0", "-0.0", "1e5", "1E-7", "0.10000000000000000001")


def _archive(root: Path, cells: list[str]) -> Path:
    folder = root / "modeldata/sub/rg/ws/svc/m/1/inputs/2020/03/01"
    folder.mkdir(parents=True)
    rows = "".join(f'"{cell}",{at}\n' for at, cell in enumerate(cells))
    (folder / "data.csv").write_text(f"a,b\n{rows}")
    return root


@pytest.mark.parametrize("cell", [*INFINITE, *MISSING, *TEXTS, *NUMBERS])
@pytest.mark.parametrize("others", [["1.5", "2"], ["1", "2"], []])
def test_one_odd_cell(tmp_path: Path, cell: str, others: list[str]) -> None:
    """It is in the lines as it stands, is a missing value, or is reported before and after."""
    source = _archive(tmp_path / "source", [*others, cell])
    decide = " ".join(plan(source).datasets[0].decide)
    report = migrate(source, tmp_path / "new")
    values = {
        int(row["b"]): row["a"] for line in lines_of(tmp_path / "new") for row in line["data"]
    }
    value = values[len(others)]
    told = report.datasets["svc/m/inputs"].infinities
    assert (told == 1) == (cell in INFINITE)
    assert ("holds an infinity in 1 cell," in decide) == (cell in INFINITE)
    if cell in INFINITE or cell in MISSING:
        assert value is None
    else:
        assert str(value) == cell
        assert isinstance(value, Digits) == (cell in NUMBERS)
    assert report.is_complete
    assert compare(source, tmp_path / "new").differences == 0
