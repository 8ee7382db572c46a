"""Migrations killed at random points with all their processes, and resumed by the next one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mdc_bridge.migrate import dump_plan, plan
from tests.archives.large import write_large
from tests.archives.mixed import mixed_archive, write_archive

from .row import Row

# The second one: the archive holds rows that are cut off.
_FINE = (0, 1)
_MIGRATE = "from mdc_bridge.cli import main; main()"
_FOLDER = "modeldata/12345678-1234-1234-1234-123456789abc/group/ws/large/model/1/inputs/2020/01"


def run(short: bool) -> Row:
    """Kill one run after the other; what is left must be what a run without a kill leaves."""
    kills, files, size = (4, 60, 1_000_000) if short else (50, 1000, 30_000_000)
    chance = random.Random(4)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "archive"
        write_archive(source / "modeldata", mixed_archive(files))
        for day in range(1, 5):
            write_large(source / _FOLDER / f"{day:02d}" / "data.csv", size, "runs", day)
        (folder / "plan.yaml").write_text(dump_plan(plan(str(source), sample=None)))
        start = time.monotonic()
        _run(folder, "whole")
        longest = time.monotonic() - start
        done = 0
        while done < kills:
            process = _start(folder, "killed")
            time.sleep(chance.random() * longest)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                done += 1
            elif process.wait() in _FINE:
                # Begin again, so that every kill hits a run at work.
                shutil.rmtree(folder / "killed")
            else:
                raise RuntimeError(f"migrate left with {process.returncode}")
            process.wait()
        _run(folder, "killed")
        differing = _differing(folder / "whole", folder / "killed")
        left = sum(1 for _ in (folder / "killed").glob(".mdc-bridge/scratch/*"))
    return Row(
        f"{kills} SIGKILLs of a migration of {files + 4} files in 2 processes, resumed each time",
        "the files of an undisturbed run, byte for byte, nothing else",
        f"{len(differing)} files differ{_named(differing)}, {left} scratch files left",
        not differing and left == 0,
    )


def _start(folder: Path, destination: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _MIGRATE, "migrate", "archive", destination]
    return subprocess.Popen(
        [*command, "--plan", "plan.yaml", "--jobs", "2"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": _absolute(os.environ.get("PYTHONPATH", ""))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _run(folder: Path, destination: str) -> None:
    code = _start(folder, destination).wait()
    if code not in _FINE:
        raise RuntimeError(f"migrate left with {code}")


def _differing(one: Path, other: Path) -> list[str]:
    contents = [
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (one, other)
    ]
    paths = contents[0].keys() | contents[1].keys()
    return sorted(str(path) for path in paths if contents[0].get(path) != contents[1].get(path))


def _named(paths: list[str]) -> str:
    return f" ({', '.join(paths[:3])})" if paths else ""


def _absolute(paths: str) -> str:
    return os.pathsep.join(str(Path(path).absolute()) for path in paths.split(os.pathsep) if path)
