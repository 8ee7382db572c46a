"""Several processes: scripts that call `migrate`, and processes that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mdc_bridge.migrate import local_engine, migrate
from mdc_core.errors import StoreError
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import lines_of

HEADER = Part(["x"], Call(0), is_header=True)
SCRIPT = """
import sys, threading
from mdc_bridge.migrate import migrate, plan

# With threads, the processes are not forked.
threading.Thread(target=threading.Event().wait, daemon=True).start()

def main():
    seen = []
    made = plan(sys.argv[1])
    migrate(sys.argv[1], sys.argv[2], made, jobs=2, progress=lambda done, total: seen.append(done))
    print(seen == sorted(seen), len(seen) > 1)

"""

HANGING = """
import os, sys, time
from mdc_bridge.migrate import migrate, plan
from mdc_bridge.migrate.tasks import UnitTask

def hang(task, count=None):
    os.write(1, b".")
    time.sleep(600)

UnitTask.run = hang
if __name__ == "__main__":
    migrate(sys.argv[1], sys.argv[2], plan(sys.argv[1]), jobs=2)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of three units."""
    for day in range(1, 4):
        CsvFile([HEADER, Part(["1"], Call(day))], date=f"2019/06/0{day}").write(tmp_path / "source")
    return tmp_path / "source"


def run_script(tmp_path: Path, source: Path, end: str) -> subprocess.CompletedProcess[str]:
    """Run a user's script."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + end)
    command = [sys.executable, str(script), str(source), str(tmp_path / "new")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_script_of_the_user_s_own(tmp_path: Path, source: Path) -> None:
    """Progress only goes forward."""
    ended = run_script(tmp_path, source, "if __name__ == '__main__':\n    main()\n")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True True\n", "")
    assert len(lines_of(tmp_path / "new")) == 3


def test_a_script_without_a_guard(tmp_path: Path, source: Path) -> None:
    """The error says what it lacks."""
    ended = run_script(tmp_path, source, "main()\n")
    assert ended.returncode == 1
    # Python's resource tracker may have a last word.
    (said,) = [each for each in ended.stderr.splitlines() if each.startswith("mdc_core.errors.")]
    assert said.startswith("mdc_core.errors.StoreError: a worker process of the migration died")
    assert "`if __name__ == '__main__':`" in said


@pytest.mark.parametrize("number", [1, 2, 3, 9])
def test_units_handed_over_together(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """None is lost or done twice, however many a process gets at once."""
    grouped = local_engine._grouped
    monkeypatch.setattr(local_engine, "_grouped", lambda tasks, _: grouped(tasks, number))
    report = migrate(str(source), str(tmp_path / "new"), jobs=2)
    assert report.is_complete
    assert len(lines_of(tmp_path / "new")) == 3


def test_a_process_that_dies(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run fails, and the next one completes it."""
    root = tmp_path / "new"
    monkeypatch.setattr(local_engine, "_run", _die)
    with pytest.raises(StoreError, match="a worker process of the migration died: it was killed"):
        migrate(str(source), str(root), jobs=2)
    monkeypatch.undo()
    assert migrate(str(source), str(root), jobs=2).is_complete
    assert len(lines_of(root)) == 3


def _die(task: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("end", "to_group"),
    [(signal.SIGTERM, False), (signal.SIGKILL, False), (signal.SIGINT, True)],
)
def test_workers_end_with_their_parent(
    source: Path, tmp_path: Path, end: signal.Signals, to_group: bool
) -> None:
    """Nothing is left that holds the output open; of Ctrl-C, only the parent speaks."""
    script = tmp_path / "script.py"
    script.write_text(HANGING)
    process = subprocess.Popen(
        [sys.executable, script, source, tmp_path / "new"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Jobs that a shell runs in the background ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        assert process.stdout.read(2) == b".."
        (os.killpg if to_group else os.kill)(process.pid, end)
        assert process.stdout.read() == b""
        assert process.stderr.read().count(b"Traceback") == (1 if end is signal.SIGINT else 0)
