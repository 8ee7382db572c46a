"""Names of any kind stay inside the root, whole and apart from each other."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mdc_core
from azureml.monitoring import ModelDataCollector
from tests.examples_of import examples

HOSTILE = [
    "..",
    ".",
    "../../outside",
    "/etc/outside",
    "a/../../../outside",
    "..\\outside",
    "nul\0byte",
    "line\nfeed",
    "%2E%2E",
    "x" * 5000,
    "\ud800",
    "Größe 温度",
    "CON",
    " ",
]
WHERE = ("model_name", "workspace", "webservice_name", "model_version", "collection_name")
any_name = st.text(max_size=20) | st.sampled_from(HOSTILE) | st.from_regex(r"(\.\.[/\\]){1,9}x")


def _collected_below(base: Path, **names: str) -> list[Path]:
    """Collect with these names below `base/a/b/c/root` and return the files found in `base`."""
    root = base / "a" / "b" / "c" / "root"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MDC_STORAGE", str(root))
        environment.setenv("MDC_BRIDGE_MODE", "dual")
        ModelDataCollector(**{"model_name": "m", "designation": "signals", **names}).collect([1])
        assert mdc_core.shutdown()
    files = [path for path in base.rglob("*") if path.is_file()]
    return [path.relative_to(root) for path in files if ".mdc-bridge" not in path.parts]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:15]))
@pytest.mark.parametrize("where", WHERE)
def test_a_hostile_argument_stays_inside_the_root(name: str, where: str, tmp_path: Path) -> None:
    """A CSV and a JSONL file are there, both of them below the root."""
    files = _collected_below(tmp_path, **{where: name})
    assert sorted(path.parts[0] for path in files) == ["modelDataCollector", "modeldata"]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:15]))
@pytest.mark.filterwarnings("ignore:designation")
def test_a_hostile_designation_stays_inside_the_root(name: str, tmp_path: Path) -> None:
    """An unknown designation is one folder, whatever its text."""
    files = _collected_below(tmp_path, designation=name)
    assert sorted(path.parts[0] for path in files) == ["modelDataCollector", "modeldata"]


@settings(max_examples=examples(40))
@given(names=st.fixed_dictionaries(dict.fromkeys(WHERE, any_name)))
def test_any_names_together(names: dict[str, str]) -> None:
    """All arguments at once, of any text."""
    with tempfile.TemporaryDirectory() as folder:
        files = _collected_below(Path(folder), **names)
    assert sorted(path.parts[0] for path in files) == ["modelDataCollector", "modeldata"]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:15]))
def test_hostile_correlations_stay_inside_the_root(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that name their own folder cannot name one outside."""
    root = tmp_path / "a" / "b" / "c" / "root"
    monkeypatch.setenv("MDC_STORAGE", str(root))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    row = {
        "$aml_dc_correlation_id": "9b0126a1-a20d-47a6-bfff-c4431049e6c0",
        "$aml_dc_scoring_timestamp": "2026-11-18T12:00:00",
        "$aml_workspace": name,
        "$aml_service_name": name,
        "$aml_model_name": name,
        "$aml_model_version": name,
    }
    ModelDataCollector("m", "labels").collect(pd.DataFrame([{"y": 1, **row}], dtype=object))
    assert mdc_core.shutdown()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(root in path.parents for path in files)
    assert sorted(path.suffix for path in files if path.suffix) == [".csv", ".jsonl"]


def test_names_that_are_not_ascii_are_written(tmp_path: Path) -> None:
    """The original wrote nothing at all for such a model; here its name is its folder."""
    files = _collected_below(tmp_path, model_name="Größe 温度")
    assert [path.parts[5] for path in files if path.suffix == ".csv"] == ["Größe 温度"]


@pytest.mark.parametrize("pair", [("a/b", "a%2Fb"), ("a\\b", "a/b"), ("..", "%2E%2E")])
def test_different_names_stay_different(pair: tuple[str, str], tmp_path: Path) -> None:
    """What is encoded in one name is not what another name looks like."""
    folders = [
        path.parts[5]
        for at, name in enumerate(pair)
        for path in _collected_below(tmp_path / str(at), model_name=name)
        if path.suffix == ".csv"
    ]
    assert len(set(folders)) == 2
