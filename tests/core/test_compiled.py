"""The compiled part is used where it fits; where it does not, that is said, and Python does it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Callable, List

import pytest

from mdc_core.compiled import INTERFACE, compiled_part


def _module(interface: int) -> ModuleType:
    module = ModuleType("mdc_fast")
    module.INTERFACE = interface  # type: ignore[attr-defined]
    return module


def test_one_of_this_interface(
    monkeypatch: pytest.MonkeyPatch, log: Callable[[], List[str]]
) -> None:
    module = _module(INTERFACE)
    monkeypatch.setitem(sys.modules, "mdc_fast", module)
    assert compiled_part() is module
    assert log() == []


@pytest.mark.parametrize("interface", [INTERFACE - 1, INTERFACE + 1])
def test_one_of_another_interface(
    interface: int, monkeypatch: pytest.MonkeyPatch, log: Callable[[], List[str]]
) -> None:
    monkeypatch.setitem(sys.modules, "mdc_fast", _module(interface))
    assert compiled_part() is None
    (message,) = log()
    assert "pip install 'mdc-bridge[fast]'" in message


def test_none(monkeypatch: pytest.MonkeyPatch, log: Callable[[], List[str]]) -> None:
    monkeypatch.setitem(sys.modules, "mdc_fast", None)
    assert compiled_part() is None
    assert log() == []


def test_one_that_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Callable[[], List[str]]
) -> None:
    (tmp_path / "mdc_fast.py").write_text("raise ImportError('of another C library')")
    monkeypatch.delitem(sys.modules, "mdc_fast", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert compiled_part() is None
    assert log() == [
        "mdc-bridge-fast is not used, because it cannot be loaded: of another C library"
    ]
