"""User-style scripts under strict type checking, against the installed package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.newest_only

SCRIPTS = Path(__file__).parent / "scripts"
CORRECT, WRONG = SCRIPTS / "correct.py", SCRIPTS / "wrong.py"

_ERROR = re.compile(r"(?P<file>\w+\.py):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]")
_MARK = re.compile(r"# wrong: (?P<code>[a-z-]+)")


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, int, str]]:
    """What mypy finds in both scripts, as file, line and code; one run for all tests."""
    folder = tmp_path_factory.mktemp("mypy")
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            "--config-file=",
            f"--cache-dir={folder}",
            str(CORRECT),
            str(WRONG),
        ],
        capture_output=True,
        check=False,
        cwd=folder,
        text=True,
        timeout=110,
    )
    assert finished.stderr == ""
    found = [_ERROR.search(line) for line in finished.stdout.splitlines() if ": error: " in line]
    return {(match["file"], int(match["line"]), match["code"]) for match in found if match}


def test_correct_use_passes(errors: set[tuple[str, int, str]]) -> None:
    """Documented calls of both SDKs, and of our own names, have no error."""
    assert {error for error in errors if error[0] == CORRECT.name} == set()


def test_wrong_use_is_flagged(errors: set[tuple[str, int, str]]) -> None:
    """Each mistake is found where it is made, and nothing else."""
    marked = {
        (WRONG.name, number, match["code"])
        for number, text in enumerate(WRONG.read_text().splitlines(), start=1)
        for match in [_MARK.search(text)]
        if match
    }
    assert len(marked) > 15
    assert {error for error in errors if error[0] == WRONG.name} == marked
