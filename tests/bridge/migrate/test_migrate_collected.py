"""Rows that were collected are found in the lines, under any names and in any form."""

from __future__ import annotations

import contextvars
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freezegun import freeze_time

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.compare import compare
from mdc_bridge.migrate import dump_plan, load_plan, migrate, plan
from tests.bridge.migrate.migrated import lines_of

NAMES = {
    "endpoint and deployment": {"MDC_ENDPOINT": "churn", "MDC_DEPLOYMENT": "blue"},
    "collection": {"MDC_COLLECTIONS": "predictions=scores"},
    "collections": {"MDC_COLLECTIONS": "predictions=scores,inputs=features"},
    "all": {
        "MDC_ENDPOINT": "churn",
        "MDC_DEPLOYMENT": "blue",
        "MDC_COLLECTIONS": "predictions=scores,inputs=features",
    },
}
DATA: dict[str, tuple[Any, list[Any]]] = {
    "dates": (
        None,
        [pd.DataFrame({"d": pd.to_datetime(["2020-01-01", "2020-01-02"]), "v": [1.5, 2.5]})],
    ),
    "times": (None, [pd.DataFrame({"d": pd.to_datetime(["2020-01-01T01:02:03.5"]), "v": [1]})]),
    "durations": (None, [pd.DataFrame({"d": pd.to_timedelta(["1 days 02:00:00"]), "v": [1]})]),
    "booleans among texts": (["l"], [["a", "b"], [True, False]]),
    "lists": (["label", "p"], [[["pos", 0.5], ["neg", 0.25]]]),
    "lists in cells": (["a"], [pd.DataFrame({"a": [[1, 2], [3]]})]),
    "single precision": (["a", "b"], [np.array([[0.1, 2.5]], np.float32)]),
    "missing": (["a", "b"], [np.array([[np.nan, 1.0], [np.inf, 2.0]])]),
    "mixed": (["a", "b"], [np.array([["x", 1], [None, 2.5]], object)]),
    "flat": (["a"], [np.array([1.0, 2.5]), np.array([2.5])]),
    "equal rows": (["a"], [np.array([[1.0]]), np.array([[1.0]]), np.array([[1.0], [1.0]])]),
}


def _collect(
    root: Path, day: str, requests: list[Any], names: Any, designation: str = "predictions"
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MDC_STORAGE", str(root))
        patch.setenv("MDC_BRIDGE_MODE", "dual")
        made = ModelDataCollector("m", designation, names, webservice_name="svc", model_version=3)
        for at, data in enumerate(requests):
            with freeze_time(f"{day}T09:00:{at:02}", real_asyncio=True):
                contextvars.Context().run(made.collect, data)
        assert mdc_core.flush(10)
        mdc_core.shutdown()


@pytest.mark.parametrize("data", DATA)
def test_one_equality(tmp_path: Path, data: str) -> None:
    """What `compare` takes for the same is not converted again, with an id and without."""
    names, requests = DATA[data]
    _collect(tmp_path, "2026-11-20", requests, names)
    if data not in ("booleans among texts", "lists", "flat"):
        _collect(tmp_path, "2026-11-20", requests, names, "inputs")
    before = lines_of(tmp_path)
    assert compare(tmp_path, tmp_path).differences == 0
    report = migrate(tmp_path, tmp_path)
    assert lines_of(tmp_path) == before
    assert sum(each.rows for each in report.datasets.values()) == 0
    assert sum(each.collected for each in report.datasets.values()) > 0


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("how", ["no plan", "plan", "plan without names"])
def test_names_that_settings_chose(
    tmp_path: Path, names: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan has them; a plan that does not leaves out the same rows, and converts others."""
    inputs = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0]])]
    with monkeypatch.context() as patch:
        for name, value in NAMES[names].items():
            patch.setenv(name, value)
        _collect(tmp_path, "2026-11-20", inputs, ["a", "b"], "inputs")
        _collect(tmp_path, "2026-11-20", [np.array([[0.5]]), np.array([[0.25]])], ["p"])
    with_others = tmp_path / "modeldata"
    (file,) = with_others.glob("**/predictions/**/*.csv")
    file.write_bytes(file.read_bytes() + b"0.125\r\n")
    made = plan(tmp_path)
    chosen = {dataset.source.designation: dataset.target for dataset in made.datasets}
    setting = NAMES[names]
    place = (setting.get("MDC_ENDPOINT", "svc"), setting.get("MDC_DEPLOYMENT", "m00"))
    collections = setting.get("MDC_COLLECTIONS", "")
    assert chosen["predictions"][2] == ("scores" if collections else "model_outputs")
    assert chosen["inputs"][2] == ("features" if "inputs=" in collections else "model_inputs")
    if "MDC_ENDPOINT" in setting:
        assert {target[:2] for target in chosen.values()} == {place}
        assert all("as which rows were collected" in each.decide[0] for each in made.datasets)
    before = len(lines_of(tmp_path))
    given = {"no plan": None, "plan": made, "plan without names": plan(with_others)}[how]
    report = migrate(tmp_path, tmp_path, given)
    assert len(lines_of(tmp_path)) == before + 1
    assert {name: each.collected for name, each in report.datasets.items()} == {
        "svc/m/inputs": 3,
        "svc/m/predictions": 2,
    }
    assert report.unknown == []


def test_lines_of_others_are_not_taken(tmp_path: Path) -> None:
    """Equal predictions of another service are none of ours, and are named."""
    _collect(tmp_path, "2026-11-20", [np.array([[1.0]]), np.array([[0.0]])], ["p"])
    (tmp_path / "modelDataCollector/svc").rename(tmp_path / "modelDataCollector/other")
    report = migrate(tmp_path, tmp_path)
    assert report.datasets["svc/m/predictions"].rows == 2
    assert [name.partition("/")[0] for name in report.unknown] == ["other"]
    assert "none of their rows was found" in plan(tmp_path).datasets[0].decide[0]


def test_lines_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They stop nothing, and are reported."""
    _collect(tmp_path, "2026-11-20", [np.array([[1.0]]), np.array([[2.0]])], ["p"])
    (lines,) = (tmp_path / "modelDataCollector").rglob("*.jsonl")
    lines.write_text("{]\n" + lines.read_text().splitlines(keepends=True)[1])
    assert run(["migrate", str(tmp_path), str(tmp_path)]) == 2
    shown = capsys.readouterr().err
    assert "left out: 1 row in collected lines already" in shown
    assert "not looked at: 1 collected line that cannot be read" in shown


def test_folders_that_cannot_be_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows whether they hold lines of the archive's rows, which is said."""
    _collect(tmp_path, "2026-11-20", [np.array([[1.0]])], ["p"])
    (lines,) = (tmp_path / "modelDataCollector").rglob("*.jsonl")
    (lines.parent / "loop").symlink_to("..")
    destination = tmp_path / "new"
    for command in (["plan"], ["migrate", str(destination)]):
        assert run([command[0], str(tmp_path), *command[1:]]) == 2
        shown = capsys.readouterr().err
        assert "loop: is a link to a folder that it lies in; rows that are collected there" in shown


def test_the_switch_in_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is written, read, and overruled by the option; a destination may be named to `plan`."""
    _collect(tmp_path, "2026-11-20", [np.array([[1.0]])], ["p"])
    text = dump_plan(plan(tmp_path / "modeldata", destination=tmp_path))
    assert "\nskip_existing: true\n" in text
    assert "folders_collected: 1" in text
    assert "folders_collected: 0" in dump_plan(plan(tmp_path / "modeldata"))
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace("skip_existing: true", "skip_existing: false"))
    assert not load_plan(path.read_text(), "plan.yaml").skip_existing
    options = [str(tmp_path), str(tmp_path / "new"), "--plan", str(path)]
    assert run(["migrate", *options, "--skip-existing"]) == 0
    assert not (tmp_path / "new/modelDataCollector").exists()
    assert run(["migrate", *options]) == 0
    assert len(lines_of(tmp_path / "new")) == 1
