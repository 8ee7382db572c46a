"""Large bodies are looked at by a child, with the same answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mdc_agent.payload.bodies import HEAVY_BYTES
from mdc_agent.payload.json_checker import JsonChecker

pytestmark = pytest.mark.newest_only


@pytest.fixture
def checker() -> Iterator[JsonChecker]:
    made = JsonChecker()
    yield made
    made.close()


@pytest.mark.parametrize("size", [0, HEAVY_BYTES, HEAVY_BYTES + 1, 3_000_000])
def test_answers(checker: JsonChecker, size: int) -> None:
    """Small or large, one after the other."""
    for _ in range(2):
        assert checker.is_json(b"[" + b" " * size + b"1]")
        assert not checker.is_json(b"[" + b" " * size + b"NaN]")
        assert not checker.is_json(b"[1]" + b" " * size + b"}")


def test_a_child_that_is_gone_is_replaced(checker: JsonChecker) -> None:
    """Nobody gets a wrong answer for it."""
    large = b"[" + b" " * HEAVY_BYTES + b"1]"
    assert checker.is_json(large)
    child = checker._child
    assert child is not None
    child.kill()
    child.wait()
    assert checker.is_json(large)
    assert not checker.is_json(large + b"]")
    assert checker._child is not child
