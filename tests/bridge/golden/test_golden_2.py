"""What the original SDK wrote for 99 more calls, byte for byte: blobs, values, standard output."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mdc_legacy.model_data_collector
from mdc_core.model_config import read_model_config
from tests.bridge.golden import cases_of_arguments
from tests.bridge.golden.cases_2 import CASES, is_of_other_versions
from tests.bridge.golden.outcomes import GOLDEN_2, collected_to, golden_outcome, outcome_of


def test_every_case_of_the_original_is_here() -> None:
    """The cases and the golden file name the same calls."""
    assert len(CASES) == 99
    assert {case.__name__ for case in CASES} == set(GOLDEN_2)


@pytest.mark.filterwarnings("ignore:The behavior of .astype from SparseDtype:FutureWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case(
    case: Callable[[], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A call leaves the original's blobs, returns its value and prints what it printed."""
    if is_of_other_versions(case.__name__):
        pytest.skip("the text is that of newer pandas")
    settings = cases_of_arguments.SETTINGS.get(case.__name__, {})
    for name, value in {**collected_to(tmp_path / "archive"), **settings}.items():
        monkeypatch.setenv(name, value)
    if case.__name__.startswith("map_"):
        path = tmp_path / "model_config_map.json"
        path.write_text(json.dumps(cases_of_arguments.MODEL_CONFIG_MAP))
        read = partial(read_model_config, path=path)
        monkeypatch.setattr(mdc_legacy.model_data_collector, "read_model_config", read)

    returned = case()

    outcome = outcome_of(returned, capsys.readouterr().out, tmp_path / "archive")
    assert outcome == golden_outcome(GOLDEN_2[case.__name__])
