"""Whatever ends a run, the next one completes its work: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mdc_bridge.files import location
from mdc_bridge.migrate import MigrationReport, Plan, migrate, plan
from mdc_core.errors import PlanError, StoreError
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.failing_files import FAILURES, FailingFiles, Killed
from tests.bridge.migrate.migrated import data_files, files_of, lines_of

HEADER = Part(["x", "s"], Call(0), is_header=True)


def rows(start: int, stop: int, hours: int = 3) -> list[Part]:
    """Return rows of several hours, some of them no integer."""
    return [
        Part(
            ["y" if number % 7 == 5 else str(number), "a"],
            Call(number, f"2019-06-01T{number % hours:02}:30:00.123456"),
        )
        for number in range(start, stop)
    ]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of two folders, one with rejects."""
    root = tmp_path / "source"
    CsvFile([HEADER, *rows(0, 10)]).write(root)
    CsvFile([HEADER, *rows(20, 26)], date="2019/06/02").write(root)
    return root


@pytest.fixture
def made(source: Path) -> Plan:
    """Its plan, which not every row keeps to."""
    (dataset,) = plan(str(source)).datasets
    return Plan((replace(dataset, columns={"x": "integer", "s": "string"}),))


def run(source: Path, root: Path, made: Plan, force: bool = False) -> MigrationReport:
    """Migrate by this process."""
    return migrate(str(source), str(root), made, jobs=1, force=force)


@pytest.fixture
def undisturbed(source: Path, made: Plan, tmp_path: Path) -> dict[str, bytes]:
    """What a run makes that nothing disturbs."""
    run(source, tmp_path / "undisturbed", made)
    return files_of(tmp_path / "undisturbed")


def failing(
    patch: pytest.MonkeyPatch, root: Path, at: int, is_done: bool, error: type[BaseException]
) -> FailingFiles:
    """Open the destination so that one change of it fails."""
    files = FailingFiles(root, at, is_done, error)
    real = location.open_files

    def open_files(text: str, setting: str, container: str) -> object:
        return files if setting == "DESTINATION" else real(text, setting, container)

    patch.setattr(location, "open_files", open_files)
    location._opened.cache_clear()
    return files


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    location._opened.cache_clear()
    yield
    location._opened.cache_clear()


def changes_of_a_run(source: Path, root: Path, made: Plan, force: bool = False) -> int:
    """Return how often a run changes its destination."""
    with pytest.MonkeyPatch.context() as patch:
        files = failing(patch, root, -1, False, Killed)
        run(source, root, made, force)
    location._opened.cache_clear()
    return files.changes


def end_at_every_change(
    source: Path, tmp_path: Path, made: Plan, force: bool = False, first: Plan | None = None
) -> Iterator[Path]:
    """Yield destinations on which a run was ended at each of its steps."""
    trial = tmp_path / "trial"
    if first is not None:
        run(source, trial, first)
    changes = changes_of_a_run(source, trial, made, force)
    assert changes > 5
    for at in range(changes):
        for is_done in (False, True):
            root = tmp_path / f"{at}-{is_done}"
            if first is not None:
                run(source, root, first)
            with pytest.MonkeyPatch.context() as patch:
                failing(patch, root, at, is_done, FAILURES[at % 2])
                with pytest.raises(FAILURES):
                    run(source, root, made, force)
            location._opened.cache_clear()
            yield root


def test_a_second_run_does_nothing(source: Path, made: Plan, tmp_path: Path) -> None:
    """And reports the same, as done before."""
    first = run(source, tmp_path / "new", made)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "new").rglob("*.jsonl")}
    assert changes_of_a_run(source, tmp_path / "new", made) == 0
    second = run(source, tmp_path / "new", made)
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "new").rglob("*.jsonl")}
    assert before == after
    (one,), (two,) = first.datasets.values(), second.datasets.values()
    assert (one.resumed, two.resumed) == (0, 2)
    assert replace(one, resumed=2) == two
    assert first.rejects == second.rejects
    assert not second.is_complete


def test_ended_at_any_change_and_resumed(
    source: Path, made: Plan, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """The destination ends up as if nothing had happened, byte for byte."""
    for root in end_at_every_change(source, tmp_path, made):
        run(source, root, made)
        assert files_of(root) == undisturbed


def test_replaced_ended_at_any_change_and_resumed(
    source: Path, made: Plan, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Also when another plan's files were about to be replaced."""
    other = Plan(tuple(replace(each, time_zone="Europe/Berlin") for each in made.datasets))
    for root in end_at_every_change(source, tmp_path, made, force=True, first=other):
        run(source, root, made, force=True)
        assert files_of(root) == undisturbed


def test_the_source_has_grown(source: Path, made: Plan, tmp_path: Path) -> None:
    """Only the folder that has is done again."""
    root = tmp_path / "new"
    run(source, root, made)
    CsvFile([HEADER, *rows(20, 40)], date="2019/06/02").write(source)
    report = run(source, root, made)
    assert report.datasets["svc/credit/inputs"].resumed == 1
    run(source, tmp_path / "fresh", made)
    assert files_of(root) == files_of(tmp_path / "fresh")


def test_an_archive_that_grows_every_day(source: Path, tmp_path: Path) -> None:
    """Without a plan it is migrated day by day, until a day changes what the plan would be."""
    root = tmp_path / "new"
    assert migrate(str(source), str(root), jobs=1).datasets["svc/credit/inputs"].resumed == 0
    CsvFile([HEADER, *rows(30, 33)], date="2019/06/03").write(source)
    assert migrate(str(source), str(root), jobs=1).datasets["svc/credit/inputs"].resumed == 2
    CsvFile([HEADER, Part(["1", "2", "new"], Call(40))], date="2019/06/04").write(source)
    with pytest.raises(PlanError, match="one that was not saved changes with the archive"):
        migrate(str(source), str(root), jobs=1)


def test_the_source_has_shrunk(source: Path, made: Plan, tmp_path: Path) -> None:
    """Files of hours that no longer exist are removed."""
    root = tmp_path / "new"
    run(source, root, made)
    CsvFile([HEADER, *rows(21, 22)], date="2019/06/02").write(source)
    run(source, root, made)
    run(source, tmp_path / "fresh", made)
    assert files_of(root) == files_of(tmp_path / "fresh")


def test_another_plan(source: Path, made: Plan, tmp_path: Path) -> None:
    """It is refused, or replaces all that the first has made."""
    root = tmp_path / "new"
    run(source, root, made)
    before = files_of(root)
    other = Plan(tuple(replace(each, endpoint="other") for each in made.datasets))
    with pytest.raises(
        PlanError, match=r"holds svc/credit/inputs as another plan made it .*--force"
    ):
        run(source, root, other)
    assert files_of(root) == before
    run(source, root, other, force=True)
    run(source, tmp_path / "fresh", other)
    assert files_of(root) == files_of(tmp_path / "fresh")


def test_a_dataset_that_is_skipped_later(source: Path, made: Plan, tmp_path: Path) -> None:
    """Its lines do not stay behind unnoticed."""
    root = tmp_path / "new"
    run(source, root, made)
    other = Plan(tuple(replace(each, skip=True) for each in made.datasets))
    with pytest.raises(PlanError, match="another plan"):
        run(source, root, other)
    run(source, root, other, force=True)
    assert files_of(root) == {}
    assert run(source, root, other).is_complete


def test_force_does_all_again(source: Path, made: Plan, tmp_path: Path) -> None:
    """To the same end."""
    root = tmp_path / "new"
    run(source, root, made)
    before = files_of(root)
    assert run(source, root, made, force=True).datasets["svc/credit/inputs"].resumed == 0
    assert files_of(root) == before


def test_a_foreign_file_in_the_way(source: Path, made: Plan, tmp_path: Path) -> None:
    """It is not overwritten."""
    run(source, tmp_path / "fresh", made)
    path = next(path for path in data_files(tmp_path / "fresh") if path.startswith("modelData"))
    foreign = tmp_path / "new" / path
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"foreign\n")
    with pytest.raises(
        StoreError, match="already exists and was not written by a migration; remove it"
    ):
        run(source, tmp_path / "new", made)
    assert foreign.read_bytes() == b"foreign\n"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"unit": 1}', b"\xff", b"null"])
def test_a_note_that_is_damaged(source: Path, made: Plan, tmp_path: Path, content: bytes) -> None:
    """It is named, with what to do."""
    root = tmp_path / "new"
    run(source, root, made)
    note = sorted((root / ".mdc-bridge/migrate").iterdir())[0]
    note.write_bytes(content)
    with pytest.raises(StoreError, match=f"{note.name} in .* is not a note of a migration"):
        run(source, root, made)


def test_processes_and_order_change_nothing(source: Path, made: Plan, tmp_path: Path) -> None:
    """Two processes make what one makes."""
    run(source, tmp_path / "one", made)
    migrate(str(source), str(tmp_path / "two"), made, jobs=2)
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")


def test_a_source_that_cannot_be_read(source: Path, made: Plan, tmp_path: Path) -> None:
    """It is named, and all the rest is done."""
    root = tmp_path / "new"
    real = location.open_files
    location._opened.cache_clear()

    def open_files(text: str, setting: str, container: str) -> object:
        files = real(text, setting, container)
        if setting == "SOURCE":
            read = files.open
            files.open = lambda path: read(path.replace("02/data.csv", "02/gone.csv"))
        return files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(location, "open_files", open_files)
        (left_out,) = run(source, root, made).left_out
    assert left_out.is_unreadable
    assert left_out.path.endswith("02/data.csv")
    assert left_out.reason.endswith("02/gone.csv does not exist")
    location._opened.cache_clear()
    again = run(source, root, made).datasets["svc/credit/inputs"]
    assert again.resumed == again.units - 1


@pytest.mark.parametrize("mode", ["file size", "full"])
def test_a_destination_that_is_full(source: Path, tmp_path: Path, mode: str) -> None:
    """No line is torn and no error lost; with room the run is completed."""
    CsvFile([HEADER, *rows(0, 4000)]).write(source)
    (dataset,) = plan(str(source)).datasets
    made = Plan((replace(dataset, columns={"x": "string", "s": "string"}),))
    run(source, tmp_path / "fresh", made)
    largest = max(map(len, files_of(tmp_path / "fresh").values()))
    root = tmp_path / "new"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        small = largest - 1 if mode == "file size" else 4096
        resource.setrlimit(resource.RLIMIT_FSIZE, (small, limits[1]))
        with pytest.raises(StoreError, match="File too large"):
            run(source, root, made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert run(source, root, made).is_complete
    assert files_of(root) == files_of(tmp_path / "fresh")


_KILLED = """
import sys
from mdc_bridge.migrate import load_plan, migrate
if __name__ == "__main__":
    text = open(sys.argv[3]).read()
    print("ready", flush=True)
    migrate(sys.argv[1], sys.argv[2], load_plan(text, "plan"), jobs=int(sys.argv[4]))
"""


def test_killed_for_good(tmp_path: Path) -> None:
    """SIGKILL at some moment, a few times over; what is left is completed by the next run."""
    from mdc_bridge.migrate import dump_plan

    source, root = tmp_path / "source", tmp_path / "new"
    for day in range(1, 9):
        CsvFile([HEADER, *rows(0, 2000, 24)], date=f"2019/06/{day:02}").write(source)
    made = plan(str(source), sample=None)
    run(source, tmp_path / "fresh", made)
    (tmp_path / "plan.yaml").write_text(dump_plan(made))
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(_KILLED))
    chance = random.Random(os.getpid())
    for _ in range(3):
        command = [sys.executable, str(script), str(source), str(root)]
        process = subprocess.Popen(
            [*command, str(tmp_path / "plan.yaml"), "1"], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(chance.uniform(0.02, 0.4))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        process.stdout.close()
    run(source, root, made)
    assert files_of(root) == files_of(tmp_path / "fresh")
    assert len(lines_of(root)) == 16000
