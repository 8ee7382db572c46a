"""What the original SDK wrote, byte for byte: blobs, return values, standard output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.golden.cases import CASES
from tests.bridge.golden.outcomes import GOLDEN, collected_to, golden_outcome, outcome_of


def test_every_case_of_the_original_is_here() -> None:
    """The cases and the golden file name the same calls, but for the one that differs."""
    assert {case.__name__ for case in CASES} | {"bad_desig"} == set(GOLDEN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case(
    case: Callable[[], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A call leaves the original's blobs, returns its value and prints what it printed."""
    for name, value in collected_to(tmp_path).items():
        monkeypatch.setenv(name, value)

    returned = case()

    outcome = outcome_of(returned, capsys.readouterr().out, tmp_path)
    assert outcome == golden_outcome(GOLDEN[case.__name__])
