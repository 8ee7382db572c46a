"""What the original SDK wrote, byte for byte: blobs, return values, standard output.

Uuids, timestamps and the date folder are normalised. The original's `aml_telemetry.csv` is left
out on purpose; nobody reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import CASES

import mdc_core
from azureml.monitoring import ModelDataCollector

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "legacy-golden.json").read_text(encoding="utf-8")
)
_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"), "TIME"),
    (re.compile(r"/20\d\d/\d\d/\d\d/"), "/DAY/"),
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
    monkeypatch.setenv("AML_MODEL_DC_STORAGE", str(tmp_path))
    monkeypatch.setenv("MDC_LEGACY_FILE_NAME", "designation")
    return tmp_path


def _normalised(text: str) -> str:
    for pattern, name in _VOLATILE:
        text = pattern.sub(name, text)
    return text


def _blobs(archive: Path) -> dict[str, str]:
    assert mdc_core.shutdown()
    return {
        _normalised(path.relative_to(archive).as_posix()): _normalised(path.read_bytes().decode())
        for path in archive.rglob("*")
        if path.is_file() and ".mdc-bridge" not in path.parts
    }


def test_every_case_of_the_original_is_here() -> None:
    """The cases and the golden file name the same calls, but for the one that differs."""
    assert {case.__name__ for case in CASES} | {"bad_desig"} == set(GOLDEN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case(case: Callable[[], Any], archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A call leaves the original's blobs, returns its value and prints what it printed."""
    golden = GOLDEN[case.__name__]

    returned = case()

    assert _blobs(archive) == {
        _normalised(path): _normalised(content)
        for path, content in golden["blobs"].items()
        if not path.endswith("/aml_telemetry.csv")
    }
    assert _normalised(json.dumps(returned, sort_keys=True)) == _normalised(
        json.dumps(golden["result"]["ret"], sort_keys=True)
    )
    assert capsys.readouterr().out == golden["result"]["stdout"]


def test_unknown_designation_is_collected_where_the_original_died(archive: Path) -> None:
    """The original's most reported fault is a warning here, and the rows are there."""
    assert "_handle" in GOLDEN["bad_desig"]["result"]["ret"]

    with pytest.warns(UserWarning, match="sal_inputs") as warned:
        collector = ModelDataCollector("m", designation="sal_inputs", feature_names=["s"])
    assert collector.collect([1]) is None

    known = "default, inputs, predictions, labels, signals, general"
    assert [known in str(warning.message) for warning in warned] == [True]
    folder = "modeldata/default/default/default/default/m/default/sal_inputs/DAY"
    assert _blobs(archive) == {f"{folder}/sal_inputs.csv": "s\r\n1\r\n"}
