"""The Makefile's environments get the requirements and the interpreter that their rules name."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_every_environment() -> None:
    """Commas of extras stay in one argument: none ends up in another one's place."""
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"call (?:environment|installed),([\w-]+)", rules)
    assert len(targets) > 10
    made = [f".venv/{name}/.done" for name in targets if not name.startswith("release")]
    run = ["make", "--dry-run", "--always-make", *made, "release"]
    shown = subprocess.run(run, capture_output=True, check=True, cwd=ROOT, text=True, timeout=60)
    for line in shown.stdout.splitlines():
        assert line.count('"') % 2 == 0, line
        python = re.search(r" venv .*--python (\S+)", line)
        assert python is None or python.group(1).endswith(("python", "python3.7", "python3.8")), (
            line
        )
