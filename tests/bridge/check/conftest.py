"""Fixtures of the check's tests: a script as text, its findings as lines and rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from mdc_bridge.check import Report, check

Checked = Callable[..., Report]


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Return a function that checks a script given as text."""

    def run(text: str, ignore: tuple[str, ...] = ()) -> Report:
        path = tmp_path / "score.py"
        path.write_text(dedent(text), encoding="utf-8")
        return check([path], ignore)

    return run
