"""What was migrated is known by the notes of the destination, also when its source is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.files import open_files
from mdc_bridge.migrate import migrate, undo, verify
from mdc_core.errors import MissingFileError, StoreError
from tests.bridge.migrate.migrated import files_of

DAYS = ("01", "02", "03")


def _archive(root: Path, service: str = "svc") -> Path:
    for day in DAYS:
        folder = root / f"modeldata/sub/rg/ws/{service}/m-one/1/inputs/2020/03/{day}"
        folder.mkdir(parents=True)
        (folder / "data.csv").write_text(f"a,b\n1,{day}\n2,3\n")
    return root


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of three days."""
    return _archive(tmp_path / "source")


@pytest.fixture
def new(source: Path, tmp_path: Path) -> Path:
    """Its migration."""
    migrate(source, tmp_path / "new")
    return tmp_path / "new"


def _take(source: Path, how: str) -> int:
    """Take files out of an archive; return how many days are left."""
    model = source / "modeldata/sub/rg/ws/svc/m-one"
    if how == "day":
        shutil.rmtree(model / "1/inputs/2020/03/01")
        return 2
    if how == "dataset":
        shutil.rmtree(model)
    elif how == "archive":
        shutil.rmtree(source / "modeldata")
    else:
        shutil.rmtree(source)
    return 0


def _lines(root: Path) -> list[Path]:
    return sorted((root / "modelDataCollector").rglob("*.jsonl"))


GONE = ("day", "dataset", "archive", "folder")


def test_verify_names_files_in_the_order_of_their_paths(source: Path, new: Path) -> None:
    """The ids of units, by which they are looked at, mean nothing to a reader."""
    lines = _lines(new)
    for path in lines:
        path.unlink()
    assert verify(source, new).missing == [path.relative_to(new).as_posix() for path in lines]


@pytest.mark.parametrize("gone", GONE)
def test_verify_without_the_source(source: Path, new: Path, gone: str) -> None:
    """What is missing or changed is named whether the archive has the unit or not."""
    _take(source, gone)
    assert verify(source, new).files == 3
    first, second, _ = _lines(new)
    first.unlink()
    second.write_bytes(b"{}\n")
    found = verify(source, new)
    assert (len(found.missing), len(found.changed), found.files) == (1, 1, 1)
    assert verify(source, new, since="2020-03-02").missing == []
    assert run(["migrate", str(source), str(new), "--verify"]) == 1


@pytest.mark.parametrize("gone", GONE)
def test_undo_without_the_source(source: Path, new: Path, gone: str) -> None:
    """All that was written goes."""
    _take(source, gone)
    assert undo(source, new, until="2020-03-02").units == 1
    undone = undo(source, new)
    assert (undone.units, undone.removed, undone.others) == (2, 2, {})
    assert list(new.rglob("*")) == []


def test_undo_after_a_killed_run(source: Path, new: Path) -> None:
    """What that had on its way goes too; what a run that is alive has stays."""
    killed = new / ".mdc-bridge" / "scratch" / "killed"
    killed.mkdir(parents=True)
    (killed / "part.jsonl").write_bytes(b"{}\n")
    killed.with_suffix(".lock").touch()
    with open_files(str(new), "DESTINATION").scratch() as alive:
        (alive / "part.jsonl").write_bytes(b"{}\n")
        assert undo(source, new).units == 3
        assert list(new.rglob("*.jsonl")) == [alive / "part.jsonl"]
    assert undo(source, new).units == 0
    assert list(new.rglob("*")) == []


@pytest.mark.parametrize("gone", GONE)
def test_another_archive_at_the_same_destination(
    source: Path, new: Path, tmp_path: Path, gone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files are not touched, and a message says that they exist."""
    other = _archive(tmp_path / "other", service="other")
    migrate(other, new)
    kept = {path: content for path, content in files_of(new).items() if "/other/" in path}
    _take(source, gone)
    assert run(["migrate", str(source), str(new), "--verify"]) == 0
    assert "not looked at: 3 units of file://" in capsys.readouterr().err
    assert undo(source, new).others == {f"file://{other}": 3}
    left = {path: content for path, content in files_of(new).items() if path[0] == "m"}
    assert left == kept
    assert verify(other, new).is_as_written


def test_an_archive_that_never_was(source: Path, new: Path, tmp_path: Path) -> None:
    """A misspelt name is not a success, though nothing is missing."""
    for call in (verify, undo):
        with pytest.raises(MissingFileError):
            call(tmp_path / "suorce", new)
    assert verify(source, new).files == 3


def test_a_changed_file_is_named_until_it_is_gone(source: Path, new: Path) -> None:
    """Also by the run that goes on where another one was interrupted."""
    first, *_ = _lines(new)
    first.write_bytes(b"{}\n")
    named = [first.relative_to(new).as_posix()]
    calls = []

    def interrupt(done: int, total: int | None) -> None:
        calls.append(done)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo(source, new, progress=interrupt)
    undone = undo(source, new)
    assert (undone.changed, undone.units) == (named, 1)
    assert undo(source, new).changed == named
    with pytest.raises(StoreError, match="was not written by a migration"):
        migrate(source, new)
    assert first.read_bytes() == b"{}\n"
    first.unlink()
    assert undo(source, new).changed == []
    assert list(new.rglob("*.jsonl")) == []
    migrate(source, new)
    assert verify(source, new).is_as_written
