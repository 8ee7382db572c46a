"""Only the folders of a period are migrated: what was collected since is JSONL already."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mdc_bridge.collected.period import Period, united
from mdc_bridge.migrate import migrate, plan, verify
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


MOMENTS = [None, *(f"2019-06-0{day}{hour}" for day in (1, 2, 3) for hour in ("", "T07:30", "T16"))]


@given(st.lists(st.tuples(*[st.sampled_from(MOMENTS)] * 2), min_size=1, max_size=4))
@example([(None, "2019-06-02T07:30"), ("2019-06-02T07:30", None)])
@example([("2019-06-02T16", None), (None, "2019-06-02T07:30")])
@example([(None, None), ("2019-06-02T07:30", "2019-06-02T16")])
def test_periods_add_up(periods: list[tuple[str | None, str | None]]) -> None:
    """However a migration is cut into periods, their rows are there once, and no others."""
    periods = [each for each in periods if each[0] is None or each[1] is None or each[0] < each[1]]
    times = [f"2019-06-{day:02}T{hour:02}:30:00" for day in (1, 2, 3) for hour in range(0, 24, 4)]
    wanted = {
        number
        for number, time in enumerate(times)
        for since, until in periods
        if (since or "") <= time < (until or "9")
    }
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for day in (1, 2, 3):
            parts = [
                Part([str(number)], Call(number, time=time))
                for number, time in enumerate(times)
                if time.startswith(f"2019-06-0{day}")
            ]
            CsvFile([HEADER, *parts], date=f"2019/06/0{day}").write(root / "source")
        made = plan(str(root / "source"))
        for since, until in periods:
            migrate(str(root / "source"), str(root / "new"), made, jobs=1, since=since, until=until)
        lines = lines_of(root / "new") if periods else []
        assert sorted(int(line["data"][0]["x"]) for line in lines) == sorted(wanted)
        assert not periods or verify(str(root / "source"), str(root / "new")).changed == []


@pytest.mark.parametrize("date", ["9999/12/31", "9999/12/31/23", "0001/01/01", "0001/01/01/00"])
def test_the_ends_of_the_calendar(tmp_path: Path, date: str) -> None:
    """Folders of dates that stand for none are folders like others."""
    year, month, day = date.split("/")[:3]
    call = Call(1, time=f"{year}-{month}-{day}T12:30:00")
    CsvFile([HEADER, Part(["1"], call), Part(["2"])], date=date).write(tmp_path / "source")
    report = migrate(tmp_path / "source", tmp_path / "new", plan(tmp_path / "source"), jobs=1)
    assert report.datasets["svc/credit/inputs"].rows == 2
    assert verify(tmp_path / "source", tmp_path / "new", until="2019-06-01").changed == []


@given(st.lists(st.tuples(*[st.integers(0, 9) | st.none()] * 2), max_size=5))
def test_united_periods(bounds: list[tuple[int | None, int | None]]) -> None:
    """United periods hold what the periods hold, do not touch, and are in order."""
    periods = [
        Period(*each)
        for each in bounds
        if None in each or each[0] < each[1]  # type: ignore[operator]
    ]
    made = united(periods)
    for moment in range(-1, 11):
        assert sum(each.holds(moment) for each in made) == any(
            each.holds(moment) for each in periods
        )
    for before, after in zip(made, made[1:]):
        assert before.until_us is not None
        assert after.since_us is not None
        assert before.until_us < after.since_us
