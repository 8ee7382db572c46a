"""The Makefile's environments and lanes are those that rules, documents and CI name."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def would_run(*targets: str) -> list[str]:
    """Return the commands that make would run, had nothing been made yet."""
    run = ["make", "--dry-run", "--always-make", *targets]
    shown = subprocess.run(run, capture_output=True, check=True, cwd=ROOT, text=True, timeout=60)
    return shown.stdout.replace("\\\n", " ").splitlines()


def lanes_of(target: str) -> dict[str, str]:
    """Return the line that runs pytest in each environment."""
    runs = (re.search(r"\.venv/([\w-]+)/bin/python -m pytest (.*)", x) for x in would_run(target))
    return {run.group(1): run.group(2) for run in runs if run}


def test_every_environment() -> None:
    """Commas of extras stay in one argument: none ends up in another one's place."""
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"call (?:environment|installed),([\w-]+)", rules)
    assert len(targets) > 10
    made = [f".venv/{name}/.done" for name in targets if not name.startswith("release")]
    for line in would_run(*made, "release"):
        assert line.count('"') % 2 == 0, line
        python = re.search(r" venv .*--python (\S+)", line)
        assert python is None or python.group(1).endswith(("python", "python3.7", "python3.8")), (
            line
        )


def test_each_test_in_the_newest_lane() -> None:
    """Only whole systems run elsewhere; old Pythons run what the oldest packages leave to them."""
    assert lanes_of("test").keys() == {"newest"}
    assert '-m "not systems"' in lanes_of("test")["newest"]
    assert "-m systems" in lanes_of("test-systems")["newest"]
    assert would_run("test-systems")[-1] in would_run("test-all")
    lanes = {**lanes_of("test-all"), **lanes_of("test")}
    assert {"newest", "oldest", "spark4"} <= lanes.keys() <= {*lanes_of_makefile()}
    assert all("not newest_only" in lanes[each] for each in lanes.keys() - {"newest", "spark4"})
    assert [each for each in lanes if "of_python" in lanes[each]] == ["oldest"]


def lanes_of_makefile() -> list[str]:
    """Return the lanes that have a target of their own."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^test-(newest|oldest|py\d+|spark\d+):", makefile, re.MULTILINE)


def test_targets_of_documents_and_of_ci() -> None:
    """Each target that they name exists; CI runs the tests in all lanes."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake test-all\n" in ci
    for text in (ci, *(page.read_text(encoding="utf-8") for page in DOCUMENTS)):
        for named in re.findall(r"(?:^|`)make ([a-z][a-z0-9-]*)(?![\w./-])", text, re.MULTILINE):
            assert named in targets, named
