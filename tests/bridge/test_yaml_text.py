"""YAML files are read within bounds, and written so that they are read back."""

from __future__ import annotations

import pytest

from mdc_bridge.yaml_text import dump, load
from mdc_core.errors import StoreError


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return "\n".join(lines)


@pytest.mark.parametrize("text", [_bomb(9), _bomb(30), "a: &a [*a]", "a: &a {b: *a}"])
def test_aliases_without_end(text: str) -> None:
    """What they unfold to is counted, and not unfolded."""
    with pytest.raises(StoreError, match="aliases"):
        load(text, "f.yml")


def test_aliases() -> None:
    """Some are fine."""
    assert load(_bomb(3), "f.yml")["a2"][0][0] == ["x"] * 10


@pytest.mark.parametrize("text", ["a: [", "a: 2020-01-99", "[" * 5000, "a: !!python/object:x {}"])
def test_invalid(text: str) -> None:
    """The message names the file."""
    with pytest.raises(StoreError, match=r"f\.yml is not valid YAML"):
        load(text, "f.yml")


@pytest.mark.parametrize("text", ["a", "ü", "a\nb", "a\u2028b", "\x85", "", "yes", "1", "a: b"])
def test_read_back(text: str) -> None:
    """Texts are what they were."""
    assert load(dump({"key": [text]}), "f.yml") == {"key": [text]}
