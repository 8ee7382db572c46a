"""The day on which dual mode began is half CSV alone and half both: nothing lost, nothing twice."""

from __future__ import annotations

import contextvars
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.migrate import migrate, plan
from mdc_core.data.correlation_columns import parse_time
from tests.bridge.migrate.migrated import lines_of
from tests.examples_of import examples

PLACE = {"webservice_name": "svc", "model_version": 3}


def _collect(
    root: Path, mode: str, requests: list[tuple[str, list[float]]], is_flat: bool = False
) -> None:
    """Collect requests, each at its time: inputs with ids, predictions without, flat in 1-D."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MDC_STORAGE", str(root))
        patch.setenv("MDC_BRIDGE_MODE", mode)
        inputs = ModelDataCollector("m", "inputs", ["x"], **PLACE)
        outputs = ModelDataCollector("m", "predictions", ["p"], **PLACE)
        for time, values in requests:
            with freeze_time(time, real_asyncio=True):
                contextvars.Context().run(inputs.collect, np.array([[each] for each in values]))
                predicted = np.array(values if is_flat else [[each] for each in values])
                contextvars.Context().run(outputs.collect, predicted)
        assert mdc_core.flush(10)
        mdc_core.shutdown()


def _rows(root: Path) -> Counter[tuple[str, str]]:
    """Return how often each row is in the lines, with the day it is of."""
    return Counter(
        (str(line["time"])[:10], f"{name}={float(value)}")
        for line in lines_of(root)
        for row in line["data"]
        for name, value in row.items()
    )


MORNING = [("2026-11-20T23:59:59.9", [1.0]), ("2026-11-21T00:00:00", [1.0, 2.5])]
MORNING += [("2026-11-21T08:30:00.5", [0.1]), ("2026-11-21T08:30:00.5", [2.5])]
AFTERNOON = [("2026-11-21T09:00:00", [2.5]), ("2026-11-21T15:00:00", [0.1, 0.1])]
AFTERNOON += [("2026-11-21T23:59:59", [7.0]), ("2026-11-22T01:00:00", [1.0])]
WHOLE = MORNING + AFTERNOON


def _expected(requests: list[tuple[str, list[float]]]) -> Counter[tuple[str, str]]:
    rows: Counter[tuple[str, str]] = Counter()
    for time, values in requests:
        for name in ("x", "p"):
            rows.update((time[:10], f"{name}={value}") for value in values)
    return rows


@pytest.mark.parametrize("is_flat", [False, True])
@pytest.mark.parametrize("until", ["2026-11-22", "2026-11-23", None])
def test_half_a_day_in_dual_mode(tmp_path: Path, until: str | None, is_flat: bool) -> None:
    """Rows that live lines have are left out, by id or by value; all others are converted."""
    _collect(tmp_path, "legacy", MORNING, is_flat)
    _collect(tmp_path, "dual", AFTERNOON, is_flat)
    migrate(tmp_path, tmp_path, until=until, skip_existing=True)
    assert _rows(tmp_path) == _expected(WHOLE)
    again = migrate(tmp_path, tmp_path, until=until, skip_existing=True)
    assert all(each.resumed == each.units for each in again.datasets.values())
    assert _rows(tmp_path) == _expected(WHOLE)


def test_until_a_moment(tmp_path: Path) -> None:
    """Rows with a time end at the moment; in its folder those without are all converted."""
    _collect(tmp_path, "legacy", MORNING)
    _collect(tmp_path, "dual", AFTERNOON)
    report = migrate(tmp_path, tmp_path / "new", until="2026-11-21T09:00")
    inputs = Counter({key: n for key, n in _expected(MORNING).items() if key[1][0] == "x"})
    assert Counter({k: n for k, n in _rows(tmp_path / "new").items() if k[1][0] == "x"}) == inputs
    assert report.datasets["svc/m/inputs"].left_out == 4
    assert report.datasets["svc/m/predictions"].left_out == 0
    later = migrate(tmp_path, tmp_path / "new", until="2026-11-21T15:00:00Z")
    assert later.datasets["svc/m/inputs"].left_out == 3
    assert later.datasets["svc/m/inputs"].resumed == 1


def test_without_looking(tmp_path: Path) -> None:
    """Who switches it off, by argument or plan, gets all rows; else none is listed twice."""
    _collect(tmp_path, "dual", AFTERNOON)
    migrate(tmp_path, tmp_path / "new", skip_existing=False)
    assert _rows(tmp_path / "new") == _expected(AFTERNOON)
    made = plan(tmp_path)
    assert made.skip_existing
    migrate(tmp_path, tmp_path / "planned", replace(made, skip_existing=False))
    assert _rows(tmp_path / "planned") == _expected(AFTERNOON)
    report = migrate(tmp_path, tmp_path / "none", made)
    assert not (tmp_path / "none/modelDataCollector").exists()
    collected = {name: each.collected for name, each in report.datasets.items()}
    assert collected == {"svc/m/inputs": 5, "svc/m/predictions": 5}


VALUES = st.sampled_from([0.1, 1.0, 2.5, 1e22, -3.0])
REQUESTS = st.lists(
    st.tuples(st.integers(0, 47), st.lists(VALUES, min_size=1, max_size=3)), min_size=1, max_size=8
)


@settings(max_examples=examples(15))
@given(REQUESTS, st.integers(0, 48))
def test_any_moment_at_which_dual_mode_begins(
    tmp_path_factory: pytest.TempPathFactory, requests: list[tuple[int, list[float]]], begin: int
) -> None:
    """Whatever was collected before and after it, each row is there once."""
    root = tmp_path_factory.mktemp("day")
    timed = [(f"2026-11-{21 + at // 24}T{at % 24:02}:10:00", v) for at, v in sorted(requests)]
    first = [each for (at, _), each in zip(sorted(requests), timed) if at < begin]
    if first:
        _collect(root, "legacy", first)
    if timed[len(first) :]:
        _collect(root, "dual", timed[len(first) :])
    migrate(root, root, skip_existing=True)
    assert _rows(root) == _expected(timed)


def test_times_compare_as_texts() -> None:
    """What the filter relies on: a moment's text, whose zeros are left out, sorts as it does."""
    from mdc_bridge.migrate.correlation_cells import line_time

    moments = [datetime(2026, 11, 21, 9, 0, 0, us, tzinfo=timezone.utc) for us in (0, 1, 5, 500000)]
    texts: list[Any] = [line_time(parse_time(moment.isoformat()) or 0) for moment in moments]
    assert texts == sorted(texts)
