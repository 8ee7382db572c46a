"""Archives whose files were compressed, encoded otherwise, or made unreadable since."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.compare import compare
from mdc_bridge.migrate import dump_plan, load_plan, migrate, plan
from tests.bridge.migrate.migrated import data_files, lines_of

DAYS = ("01", "02", "03")


def _day(root: Path, day: str) -> Path:
    return root / f"modeldata/sub/rg/ws/svc/m-one/1/inputs/2020/03/{day}/data.csv"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of three days."""
    for day in DAYS:
        file = _day(tmp_path / "source", day)
        file.parent.mkdir(parents=True)
        file.write_text(f"a,b\n1,{day}\n2,caf\u00e9\n", encoding="utf-8")
    return tmp_path / "source"


def _packed(file: Path) -> None:
    file.with_name("data.csv.gz").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()


def test_compressed_later(source: Path, tmp_path: Path) -> None:
    """The lines are those of the plain files, ids included; `compare` reads both."""
    migrate(source, tmp_path / "plain")
    for day in DAYS[:2]:
        _packed(_day(source, day))
    assert migrate(source, tmp_path / "packed").is_complete
    assert data_files(tmp_path / "packed") == data_files(tmp_path / "plain")
    report = compare(source, tmp_path / "packed")
    assert (report.differences, report.unreadable, report.total.left) == (0, 0, 6)


def _zip_of(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "a,b\n1,2\n")
    return packed.getvalue()


@pytest.mark.parametrize("rows", ["", "a,b\n", '1"2\n'])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zip"])
def test_a_dataset_without_rows(source: Path, tmp_path: Path, rows: str, suffix: str) -> None:
    """It is planned and migrated as others are, however its files are stored."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.csv", rows)
    stored = {"": rows.encode(), ".gz": gzip.compress(rows.encode()), ".zip": packed.getvalue()}
    file = source / f"modeldata/sub/rg/ws/other/m/1/inputs/2020/03/01/data.csv{suffix}"
    file.parent.mkdir(parents=True)
    file.write_bytes(stored[suffix])
    report = migrate(source, tmp_path / "new", plan(source), jobs=1)
    assert report.datasets["other/m/inputs"].lines == 0
    assert report.datasets["svc/m-one/inputs"].rows == 6


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.csv.gz", b"a,b\n1,2\n"),
        ("data.csv.gz", gzip.compress(os.urandom(9999))[:-99]),
        ("data.csv.bz2", bz2.compress(b"a,b\n1,2\n")[:-9]),
        ("data.csv.zst", b"a,b\n1,2\n"),
        ("data.zip", _zip_of()),
        ("data.zip", _zip_of("a.csv", "b.csv")),
        ("data.zip", _zip_of("data.csv")[:-9]),
        ("data.zip", b"a,b\n1,2\n"),
        ("data.zip", _zip_of("data.csv.gz")),
    ],
    ids=range(9),
)
def test_a_dataset_of_unreadable_files(
    source: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    """The plan has it, and all else is migrated, with the plan and without."""
    file = source / f"modeldata/sub/rg/ws/other/m/1/inputs/2020/03/01/{name}"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    made = plan(source)
    assert [each.source.service for each in made.datasets] == ["other", "svc"]
    for number, known in enumerate([made, load_plan(dump_plan(made), "plan.yaml"), None]):
        report = migrate(source, tmp_path / f"new{number}", known, jobs=1)
        assert [each.path for each in report.unreadable] == [file.relative_to(source).as_posix()]
        assert report.datasets["svc/m-one/inputs"].rows == 6
        assert report.unplanned == []
    assert run(["migrate", str(source), str(tmp_path / "told")]) == 2


def test_a_copy_is_not_read_twice(source: Path, tmp_path: Path) -> None:
    """A compressed file beside the plain one is left out, and said to be."""
    file = _day(source, "01")
    file.with_name("data.csv.gz").write_bytes(gzip.compress(file.read_bytes()))
    report = migrate(source, tmp_path / "new")
    assert [left.path for left in report.left_out] == [
        str(file.with_name("data.csv.gz").relative_to(source))
    ]
    assert report.datasets["svc/m-one/inputs"].rows == 6


def test_other_encodings(source: Path, tmp_path: Path) -> None:
    """UTF-16 by its mark; Latin-1 where the plan says so, which `compare` follows."""
    _day(source, "01").write_text("a,b\n1,01\n2,café\n", encoding="utf-16")
    for day in DAYS[1:]:
        _day(source, day).write_text(f"a,b\n1,{day}\n2,café\n", encoding="latin-1")
    made = plan(source)
    (decision,) = [each for each in made.datasets[0].decide if each.startswith("encoding")]
    assert decision.startswith("encoding: 2 rows not UTF-8, the first in ")
    text = dump_plan(made).replace("encoding: auto", "encoding: latin-1")
    made = load_plan(text, "plan")
    assert migrate(source, tmp_path / "new", made).is_complete
    cells = {row["b"] for line in lines_of(tmp_path / "new") for row in line["data"]}
    assert "café" in cells
    report = compare(source, tmp_path / "new", plan=made)
    assert (report.differences, report.unreadable, report.total.left) == (0, 0, 6)
    report = compare(source, tmp_path / "new", encoding="latin-1")
    assert (report.differences, report.unreadable) == (0, 0)


def test_what_cannot_be_read_is_told_together(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file or folder once, exit code 2; all the rest is migrated, and once it can be read."""
    day = _day(source, "01").parent
    (day / "signals.csv.gz").write_bytes(b"\x1f\x8bnot gzip")
    (day / "gone.csv").symlink_to(source / "nowhere.csv")
    (day / "up").symlink_to(source)
    (day / "itself").symlink_to(day / "itself")
    names = ["gone.csv", "itself", "signals.csv.gz", "up"]
    for command in (["plan", str(source)], ["migrate", str(source), str(tmp_path / "new")]):
        assert run(command) == 2
        shown = capsys.readouterr().err
        told = [line for line in shown.splitlines() if line.startswith("cannot be read: ")]
        assert len(told) == len(names), shown
        assert all(f"/{name}" in "".join(told) for name in names)
    assert len(data_files(tmp_path / "new")) == 2
    for name in names:
        os.unlink(day / name)
    assert run(["migrate", str(source), str(tmp_path / "new")]) == 0
    assert len(data_files(tmp_path / "new")) == 3


@pytest.mark.parametrize("name", ["data.parquet", "data.csv.bak", "data.tsv", "data.csv.7z"])
@pytest.mark.parametrize("where", ["in a day", "above"])
def test_other_data_are_told(source: Path, tmp_path: Path, name: str, where: str) -> None:
    """What looks like data and is not read makes the migration incomplete."""
    folder = _day(source, "01").parent if where == "in a day" else source
    (folder / name).write_bytes(b"PAR1")
    report = migrate(source, tmp_path / "new")
    assert [Path(left.path).name for left in report.left_out] == [name]
    assert not report.is_complete
    assert len(plan(source).left_out) == 1


def test_a_plan_of_an_older_release(source: Path, tmp_path: Path) -> None:
    """Its name for the files that were left out is still read, and what it made is its own."""
    text = dump_plan(plan(source)).replace("unrecognized_files: []", "strange_files: [x.csv]")
    text = re.sub(r" *encoding: auto\n", "", text)
    made = load_plan(text, "plan")
    assert [left.path for left in made.left_out] == ["x.csv"]
    migrate(source, tmp_path / "new", made)
    assert migrate(source, tmp_path / "new").datasets["svc/m-one/inputs"].resumed == 3
