"""The commands of `make soak`, in their short versions."""

from __future__ import annotations

import importlib

import pytest

NAMES = [
    "append_limit",
    "blackout",
    "faulty_answers",
    "lost_responses",
    "one_bad_blob",
    "secrets_at_debug",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_is_met(name: str) -> None:
    """What is promised for hours holds for seconds."""
    row = importlib.import_module(f"tests.reliability.soak.{name}").run(short=True)
    assert row.met, str(row)
