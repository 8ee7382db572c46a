"""`--engine spark` on a real local Spark: resumed where a run was cut short, and plain errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.migrate import Plan, dump_plan, migrate, plan
from mdc_core.errors import StoreError
from tests.archives.mixed import mixed_archive, write_archive
from tests.bridge.migrate.spark_session import spark_session
from tests.bridge.migrate.trees import PRIVATE, tree

pytestmark = [
    pytest.mark.newest_only,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark leaves sockets open
]
FILES = 40


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[Any]:
    with spark_session() as spark:
        yield spark


@pytest.fixture
def source(tmp_path: Path) -> str:
    """An archive."""
    write_archive(tmp_path / "archive", mixed_archive(FILES))
    return str(tmp_path / "archive")


@pytest.fixture
def made(source: str) -> Plan:
    """The plan for the archive."""
    return plan(source, sample=None)


def test_a_resumed_run(source: str, made: Plan, tmp_path: Path) -> None:
    """What a local run has done stays; Spark makes the rest as that one would have made it."""
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    report = migrate(source, str(whole), made, jobs=1)
    shutil.copytree(whole, resumed)
    notes = sorted((resumed / PRIVATE / "migrate").iterdir())
    for note in notes[::2]:
        entry = json.loads(note.read_bytes())
        note.write_text(json.dumps({**entry, "complete": False}))
        for path in entry["paths"][:1]:
            (resumed / path).write_bytes(b'{"specversion":')
    again = migrate(source, str(resumed), made, engine="spark")
    assert tree(str(resumed)) == tree(str(whole))
    assert sum(each.resumed for each in again.datasets.values()) == len(notes[1::2])
    assert sum(each.lines for each in again.datasets.values()) == sum(
        each.lines for each in report.datasets.values()
    )


def test_an_error_of_an_executor(source: str, made: Plan, tmp_path: Path) -> None:
    """It is the error of the migration, in the same words."""
    destination = str(tmp_path / "lines")
    migrate(source, destination, made, jobs=1)
    shutil.rmtree(tmp_path / "lines" / PRIVATE)
    with pytest.raises(StoreError, match="was not written by a migration"):
        migrate(source, destination, made, engine="spark", skip_existing=False)


def test_executors_without_the_packages(
    source: str, made: Plan, tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what Spark says on several pages, the line that matters."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(spark.sparkContext, "pythonExec", str(bare))
    with pytest.raises(StoreError, match=r"^Spark: ModuleNotFoundError: No module named '\w+'$"):
        migrate(source, str(tmp_path / "lines"), made, engine="spark")


def test_no_java(source: str, made: Plan, tmp_path: Path) -> None:
    """Spark that does not start is an error like any: exit code 2."""
    plan_file = tmp_path / "plan.yaml"
    plan_file.write_text(dump_plan(made))
    command = [sys.executable, "-c", "from mdc_bridge.cli import main; main()", "migrate", source]
    options = [str(tmp_path / "lines"), "--engine", "spark", "--plan", str(plan_file)]
    ended = subprocess.run(
        [*command, *options],
        env={**os.environ, "JAVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "error: Spark: [JAVA_GATEWAY_EXITED]" in ended.stderr
    assert "Traceback" not in ended.stderr
