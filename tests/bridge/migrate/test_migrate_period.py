"""Only the folders of a period are migrated: what was collected since is JSONL already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.migrate import migrate
from mdc_core.errors import SettingsError
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import lines_of

HEADER = Part(["x"], Call(0), is_header=True)


@pytest.mark.parametrize(
    ("period", "values"),
    [
        ({}, [1, 2, 3]),
        ({"until": "2019-06-03"}, [1, 2]),
        ({"since": "2019-06-02"}, [2, 3]),
        ({"since": "2019-06-02", "until": "2019-06-03"}, [2]),
    ],
)
def test_a_period(tmp_path: Path, period: dict[str, Any], values: list[int]) -> None:
    """The first day belongs to it, the last does not, hours of either alike."""
    for value, date in enumerate(("2019/06/01", "2019/06/02/23", "2019/06/03/00"), 1):
        CsvFile([HEADER, Part([str(value)], Call(value))], date=date).write(tmp_path / "source")
    migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1, **period)
    found = [int(line["data"][0]["x"]) for line in lines_of(tmp_path / "new")]
    assert sorted(found) == values


@pytest.mark.parametrize("setting", ["since", "until"])
def test_no_moment(tmp_path: Path, setting: str) -> None:
    """What is not a moment is named."""
    with pytest.raises(SettingsError, match=f"{setting} is '2019-13-01'; valid: 2026-11-21, 2026"):
        migrate(str(tmp_path), str(tmp_path / "new"), **{setting: "2019-13-01"})  # type: ignore[arg-type]
