"""Collectors of both SDKs that live over midnights and ends of months and years, in dual mode."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Dict, List, Tuple

import numpy as np
import pandas as pd
import pytest
from freezegun import freeze_time

from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting
from tests.legacy.memory_files import cells, csv_files

TURNS = {
    "hour": ("2026-11-21T08:59:59.999999", "2026-11-21T09:00:00"),
    "midnight": ("2026-11-21T23:59:59.999999", "2026-11-22T00:00:00"),
    "month": ("2026-04-30T23:59:59.999999", "2026-05-01T00:00:00"),
    "no leap day": ("2026-02-28T23:59:59.999999", "2026-03-01T00:00:00"),
    "to a leap day": ("2028-02-28T23:59:59.999999", "2028-02-29T00:00:00"),
    "from a leap day": ("2028-02-29T23:59:59.999999", "2028-03-01T00:00:00"),
    "a century's leap day": ("2000-02-29T23:59:59.999999", "2000-03-01T00:00:00"),
    "year": ("2026-12-31T23:59:59.999999", "2027-01-01T00:00:00"),
}
CSV = "modeldata/s/r/w/svc/m/1/inputs"


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Pacific/Auckland"])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's zone; seen from it, UTC's midnight is in the afternoon or in the morning."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _day(moment: str) -> str:
    return moment[:10].replace("-", "/")


def _hour(moment: str) -> str:
    return f"{_day(moment)}/{moment[11:13]}"


def _csv_rows(collected: MemoryDestination) -> List[Tuple[str, str, str]]:
    """Return the folder below the designation, value and time of each row."""
    rows = []
    for path, text in csv_files(collected).items():
        folder = path[len(CSV) + 1 :].rpartition("/")[0]
        header, *found = cells(text)
        at = header.index("$aml_dc_scoring_timestamp")
        rows += [(folder, row[0], row[at]) for row in found]
    return sorted(rows)


def _line_folders(collected: MemoryDestination, collection: str) -> Dict[str, List[str]]:
    """Return a collection's lines by their folder, the hour."""
    return {
        path.split(f"/{collection}/")[1].rpartition("/")[0]: content.decode().splitlines()
        for path, content in collected.files.items()
        if f"/{collection}/" in path and path.endswith(".jsonl")
    }


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("boundary", ["day", "hour"])
def test_each_event_is_in_the_folder_of_its_time(
    turn: str, boundary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both sides of the turn, in both layouts side by side, whatever the machine's zone."""
    if boundary == "hour":
        monkeypatch.setenv("AML_MODEL_DC_BOUNDARY", "hour")
    moments = TURNS[turn]
    folder_of = _hour if boundary == "hour" else _day
    with collecting() as collected:
        old = ModelDataCollector("m", "inputs", ["x"], "s/r/w", "svc", 1)
        new = Collector(name="new_inputs")
        for number, moment in enumerate(moments):
            with freeze_time(moment, real_asyncio=True):
                old.collect(np.array([[number]]))
                new.collect(pd.DataFrame({"x": [number]}))
        rows = _csv_rows(collected)
        lines = _line_folders(collected, "model_inputs")
        new_lines = _line_folders(collected, "new_inputs")
    assert [(folder, value) for folder, value, _ in rows] == [
        (folder_of(moment), str(number)) for number, moment in enumerate(moments)
    ]
    assert [scored for _, _, scored in rows] == list(moments)
    for found in (lines, new_lines):
        assert {folder: len(each) for folder, each in found.items()} == {
            _hour(moment): 1 for moment in moments
        }
        for moment in moments:
            assert f'"time":"{moment[:19]}' in found[_hour(moment)][0].replace(": ", ":")
