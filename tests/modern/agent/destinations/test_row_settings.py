"""Names of columns come from the settings, or from a model's signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_agent.destinations import read_settings
from mdc_agent.payload.settings import RowNames
from mdc_core.errors import SettingsError

SIGNATURE = """\
signature:
  inputs: '[{"type": "long", "name": "age"}, {"type": "double", "name": "income"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
"""


def names(folder: Path, text: str) -> RowNames | None:
    """Return the names after a settings file."""
    (folder / "agent.yaml").write_text(text)
    return read_settings(folder / "agent.yaml").payload_settings().rows


def test_names(tmp_path: Path) -> None:
    """Without the section no rows are made; lists win over the signature."""
    (tmp_path / "MLmodel").write_text(SIGNATURE)
    assert names(tmp_path, "{}") is None
    assert names(tmp_path, "rows: {}") == RowNames()
    assert names(tmp_path, "rows: {inputs: [a, b], outputs: [p]}") == RowNames(("a", "b"), ("p",))
    for place in (".", "MLmodel"):
        found = names(tmp_path, f"rows: {{signature: {place}, outputs: [p]}}")
        assert found == RowNames(("age", "income"), ("p",))
    assert names(tmp_path, "rows: {signature: ., inputs: [x]}") == RowNames(("x",))


@pytest.mark.parametrize("text", [None, "[", "a: 1", "signature: none"])
def test_signatures_that_are_none(tmp_path: Path, text: str | None) -> None:
    """The message names the setting and the file."""
    if text is not None:
        (tmp_path / "MLmodel").write_text(text)
    with pytest.raises(SettingsError, match=r"rows.signature .*MLmodel"):
        names(tmp_path, "rows: {signature: MLmodel}")
