"""Rows of an archive are read once, however many names, mounts and backups show them."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.copies import list_archive
from mdc_bridge.compare import compare
from mdc_bridge.files import open_files
from mdc_bridge.migrate import migrate, verify
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import lines_of

FOLDER = "11111111-2222-3333-4444-555555555555/group/space/svc/credit/3/inputs/2019/06/01"


def _archive(root: Path) -> Path:
    header = Part(["x"], Call(0), is_header=True)
    parts = [Part([str(number)], Call(number)) for number in range(5)]
    CsvFile([header, *parts]).write(root)
    return root / "modeldata" / FOLDER / "data.csv"


def _beside(file: Path) -> None:
    shutil.copy(file, file.with_name("data (1).csv"))


def _backup(file: Path) -> None:
    shutil.copytree(file.parents[10], file.parents[11] / "backup" / "modeldata")


def _older_backup(file: Path) -> None:
    _backup(file)
    older = file.parents[11] / "backup" / "modeldata" / FOLDER / "data.csv"
    older.write_bytes(older.read_bytes()[:-150])


def _packed_backup(file: Path) -> None:
    packed = file.parents[11] / "old" / "modeldata" / FOLDER / "data.csv.gz"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(gzip.compress(file.read_bytes()))


def _link(file: Path) -> None:
    file.with_name("latest.csv").symlink_to(file)


def _link_to_folder(file: Path) -> None:
    (file.parents[11] / "again").symlink_to(file.parents[10])


def _link_to_service(file: Path) -> None:
    service = file.parents[6]
    (service.parent / "alias").symlink_to(service)


def _hard_link(file: Path) -> None:
    os.link(file, file.with_name("other.csv"))


@pytest.mark.parametrize(
    "copy",
    [
        _beside,
        _backup,
        _older_backup,
        _packed_backup,
        _link,
        _link_to_folder,
        _link_to_service,
        _hard_link,
    ],
)
def test_copies(tmp_path: Path, copy: object) -> None:
    """Each row is migrated once; the copy is named, and nothing seems to be missing."""
    file = _archive(tmp_path / "source")
    assert callable(copy)
    copy(file)
    source, destination = tmp_path / "source", tmp_path / "new"
    report = migrate(source, destination, jobs=1)
    values = [int(row["x"]) for line in lines_of(destination) for row in line["data"]]
    assert sorted(values) == [0, 1, 2, 3, 4]
    assert len(report.left_out) == 1
    assert report.left_out[0].is_copy
    assert report.is_complete
    assert verify(source, destination).is_as_written
    compared = compare(source, destination, jobs=1)
    assert (compared.differences, compared.unreadable) == (0, 0)
    assert (compared.left.copies, len(compared.left.not_read)) == (1, 1)
    assert migrate(source, destination, jobs=1).datasets["svc/credit/inputs"].resumed == 1


@pytest.mark.parametrize(
    ("designation", "names", "rows"),
    [
        ("inputs", ["data", "inputs"], 2),
        ("inputs", ["data", "inputs", "inputs - copy"], 2),
        ("inputs", ["a", "data"], 1),
        ("signals", ["weather", "traffic"], 2),
    ],
)
def test_equal_rows_without_ids(
    tmp_path: Path, designation: str, names: list[str], rows: int
) -> None:
    """Two files that the SDK named may have the same rows; other names are those of copies."""
    for name in names:
        parts = [Part(["x"], is_header=True), Part(["1"])]
        CsvFile(parts, designation, name=f"{name}.csv").write(tmp_path / "source")
    report = migrate(tmp_path / "source", tmp_path / "new", jobs=1)
    assert sum(each.rows for each in report.datasets.values()) == rows
    assert len(report.left_out) == len(names) - rows


def test_other_rows_of_the_same_place(tmp_path: Path) -> None:
    """Two accounts of one workspace may have a day in common: both have their rows."""
    file = _archive(tmp_path)
    other = tmp_path / "second" / "modeldata" / FOLDER / "data.csv"
    other.parent.mkdir(parents=True)
    other.write_bytes(file.read_bytes().replace(b"\r\n0,", b"\r\n9,"))
    empty = tmp_path / "third" / "modeldata" / FOLDER / "data.csv"
    empty.parent.mkdir(parents=True)
    empty.write_bytes(b"")
    with open_files(str(tmp_path), "SOURCE") as files:
        known, left_out = list_archive(files)
    assert len({each.place for each in known}) == 3
    assert left_out == []


def test_many_files_of_one_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of equally long files in a folder each is read once, not once for each other one."""
    file = _archive(tmp_path)
    content = file.read_bytes()
    for number in range(100, 200):
        other = content.replace(b"\r\n0,", b"\r\n%d," % number)
        file.with_name(f"part {number}.csv").write_bytes(other)
    opened: list[str] = []
    with open_files(str(tmp_path), "SOURCE") as files:
        open_file = files.open
        monkeypatch.setattr(files, "open", lambda path: opened.append(path) or open_file(path))
        known, left_out = list_archive(files)
    assert (len(known), left_out) == (101, [])
    assert len(opened) <= len(known)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.lists(st.sampled_from("12"), max_size=4)),
        max_size=6,
        unique_by=lambda each: each[0],
    )
)
def test_no_row_is_lost(mounts: list[tuple[str, list[str]]]) -> None:
    """Whatever the mounts of a place hold, what is left out is in what stays."""
    with TemporaryDirectory() as folder:
        contents = {}
        for name, rows in mounts:
            path = Path(folder) / name / "modeldata" / FOLDER / "data.csv"
            path.parent.mkdir(parents=True)
            path.write_text("".join(f"{row}\n" for row in rows))
            contents[path.relative_to(folder).as_posix()] = rows
        with open_files(folder, "SOURCE") as files:
            known, left_out = list_archive(files)
    kept = [contents[each.info.path] for each in known]
    for each in left_out:
        gone = contents[each.path]
        assert any(rows[: len(gone)] == gone for rows in kept)
    filled = [rows for rows in kept if rows]
    assert all(one is other or other[: len(one)] != one for one in filled for other in filled)
