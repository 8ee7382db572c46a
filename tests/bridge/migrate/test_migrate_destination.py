"""What a destination holds is looked at, not believed: made again, verified, taken back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.migrate import migrate, plan, undo, verify
from mdc_core.errors import PlanError, SettingsError, StoreError
from tests.bridge.migrate.migrated import data_files, files_of

DAYS = ("01", "02", "03")
LIVE = "modelDataCollector/svc/m-one/model_inputs/2020/03/01/09/live.jsonl"


def _archive(root: Path, workspace: str = "sub/rg/ws", service: str = "svc") -> Path:
    for day in DAYS:
        folder = root / f"modeldata/{workspace}/{service}/m-one/1/inputs/2020/03/{day}"
        folder.mkdir(parents=True)
        (folder / "data.csv").write_text(f'a,b\n1,{day}\n2,3\n4,x"y\n')
    return root


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of three units, each with a rejected row."""
    return _archive(tmp_path / "source")


@pytest.fixture
def new(source: Path, tmp_path: Path) -> Path:
    """Its migration, beside a file that was collected live."""
    (tmp_path / "new" / LIVE).parent.mkdir(parents=True)
    (tmp_path / "new" / LIVE).write_text("{}\n")
    migrate(source, tmp_path / "new")
    return tmp_path / "new"


def _lines(root: Path) -> list[Path]:
    made = (path for path in data_files(root) if path.startswith("modelDataCollector"))
    return sorted(root / path for path in made if path != LIVE)


def _remove(file: Path) -> None:
    file.unlink()


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


DAMAGES = {"removed": _remove, "emptied": _empty, "cut off": _cut}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("how_many", [1, 3])
def test_what_is_gone_is_made_again(source: Path, new: Path, damage: str, how_many: int) -> None:
    """A note proves nothing: files that are gone, empty or cut off are due, and only these."""
    before = files_of(new)
    for file in _lines(new)[:how_many]:
        DAMAGES[damage](file)
    report = migrate(source, new)
    assert report.mended == how_many
    assert report.datasets["svc/m-one/inputs"].resumed == 3 - how_many
    assert files_of(new) == before
    assert migrate(source, new).mended == 0


def test_the_undo_of_a_person(source: Path, new: Path) -> None:
    """Who removes the lines by hand and migrates again has them again."""
    before = files_of(new)
    for file in _lines(new):
        file.unlink()
    migrate(source, new)
    assert files_of(new) == before


def test_verify(source: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file that is not as it was written is named with what is wrong; others are counted."""
    assert verify(source, new).is_as_written
    first, second, third = _lines(new)
    first.unlink()
    second.write_bytes(second.read_bytes().replace(b"2", b"5"))
    extra = third.parent / f"{third.stem[:32]}000009.jsonl"
    extra.write_bytes(b"{}\n")
    found = verify(source, new)
    names = [str(file.relative_to(new)) for file in (first, second, extra)]
    assert [found.missing, found.changed, found.extra] == [[names[0]], [names[1]], [names[2]]]
    assert found.files == 1 + 3  # the rejected rows as well
    assert run(["migrate", str(source), str(new), "--verify"]) == 1
    shown = capsys.readouterr().out
    assert f"missing: {names[0]}\nchanged: {names[1]}\nextra: {names[2]}\n" in shown
    assert shown.endswith("4 files as written, 1 missing, 1 changed, 1 extra\n")
    assert run(["migrate", str(source), str(new), "--verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["is_as_written"] is False


def test_verify_of_what_was_never_migrated(source: Path, new: Path) -> None:
    """A folder of the archive that has no note is missing, unless the plan skips it."""
    made = plan(source)
    other = _archive(source.parent / "more", service="other").joinpath("modeldata/sub/rg/ws/other")
    other.rename(source / "modeldata/sub/rg/ws/other")
    assert len(verify(source, new).missing) == 3
    assert verify(source, new, made).is_as_written
    assert len(verify(source, new, since="2020-03-02").missing) == 2


def test_undo(source: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly what was written goes; files of others, and those that were changed, stay."""
    other = _archive(tmp_path / "other", service="other")
    migrate(other, new)
    kept = {path for path in files_of(new) if "/other/" in path}
    changed = _lines(new)[-1]
    changed = next(file for file in _lines(new) if "/svc/" in str(file))
    changed.write_bytes(changed.read_bytes() + b"{}\n")
    assert run(["migrate", str(source), str(new), "--undo"]) == 1
    shown = capsys.readouterr().out
    assert f"kept, because it changed after it was written: {changed.relative_to(new)}" in shown
    assert shown.endswith("5 files of 3 units removed\n")
    left = {path for path in files_of(new) if path.startswith("modelDataCollector")}
    assert left == {*kept, LIVE, str(changed.relative_to(new))}
    changed.unlink()
    assert verify(other, new).is_as_written
    assert undo(source, new).units == 0
    assert migrate(source, new).datasets["svc/m-one/inputs"].resumed == 0
    assert verify(source, new).is_as_written


def test_undo_leaves_nothing_of_its_own(source: Path, tmp_path: Path) -> None:
    """Not even empty folders, where the migration was alone."""
    migrate(source, tmp_path / "alone")
    undone = undo(source, tmp_path / "alone")
    assert (undone.units, undone.removed, undone.changed) == (3, 6, [])
    assert list((tmp_path / "alone").rglob("*")) == []


def test_a_folder_in_the_place_of_a_file(source: Path, new: Path) -> None:
    """It is a change: named, never removed, and nothing else is kept from its end."""
    written = len(files_of(new))
    file = _lines(new)[0]
    path = file.relative_to(new).as_posix()
    file.unlink()
    file.mkdir()
    (file / "mine").touch()
    assert verify(source, new).changed == [path]
    with pytest.raises(StoreError, match=rf"{path}: Is a directory"):
        migrate(source, new, jobs=1)
    assert undo(source, new).changed == [path]
    assert [each.name for each in file.iterdir()] == ["mine"]
    (file / "mine").unlink()
    assert not _lines(new)
    file.rmdir()
    assert undo(source, new).changed == []
    migrate(source, new)
    assert len(files_of(new)) == written


def test_options_that_contradict(source: Path, new: Path) -> None:
    """Nothing is verified and undone in one run."""
    assert run(["migrate", str(source), str(new), "--verify", "--undo"]) == 2
    with pytest.raises(SettingsError, match="since is 'x'"):
        verify(source, new, since="x")


@pytest.mark.parametrize(
    ("other", "workspace", "service"),
    [
        ("svc", "sub/rg/prod", "svc"),
        ("s_vc", "sub/rg/ws", "s vc"),
        ("s_vc", "sub/rg/ws", "s-vc"),
        ("svc", "sub/rg/ws", "SVC"),
    ],
)
def test_datasets_that_would_share_a_folder(
    tmp_path: Path, other: str, workspace: str, service: str
) -> None:
    """The migration stops until it is decided; each of the three decisions goes on.

    Some file systems, and Azure, do not tell names apart by case.
    """
    source = _archive(tmp_path / "source", service=other)
    _archive(tmp_path / "source", workspace, service)
    made = plan(source)
    assert [each.decide[0].startswith("collection: ") for each in made.datasets] == [True, True]
    for given in (made, None):
        with pytest.raises(PlanError, match="would become lines in one folder"):
            migrate(source, tmp_path / "new", given)
    assert not (tmp_path / "new").exists()
    first, second = made.datasets
    decisions = {
        "renamed": (replace(first, endpoint="dev"), second),
        "skipped": (replace(first, skip=True), second),
        "merged": (replace(first, merge=True), replace(second, merge=True)),
    }
    for name, datasets in decisions.items():
        report = migrate(source, tmp_path / name, replace(made, datasets=datasets))
        assert sum(each.units for each in report.datasets.values()) == 3 + 3 * (name != "skipped")
    one = replace(made, datasets=(replace(first, merge=True), second))
    with pytest.raises(PlanError):
        migrate(source, tmp_path / "one", one)


def test_all_contradictions_are_named_at_once(tmp_path: Path) -> None:
    """Folders and types of several datasets, and values that make no sense."""
    source = tmp_path / "source"
    for service in ("one", "two", "three", "fo\nur"):
        _archive(source, "sub/rg/ws", service)
        _archive(source, "sub/rg/other", service)
    made = plan(source)
    first, *others = made.datasets
    wrong = replace(first, columns=dict.fromkeys(first.columns, "text"))
    with pytest.raises(PlanError) as told:
        migrate(source, tmp_path / "new", replace(made, datasets=(wrong, *others)))
    said = str(told.value).splitlines()
    folders = [line for line in said if "would become lines in one folder" in line]
    # A name with a line feed stays in its line.
    for shown in ("one", "two", "three", r"fo\nur"):
        assert any(f"/{shown}/" in line and "merge: true" in line for line in folders), shown
    assert len(folders) == len({line.partition(" would")[2] for line in folders}) == 4
    assert any("text" in line and "valid" in line for line in said)
    assert any("go to the same collection, but column" in line for line in said)
    assert not (tmp_path / "new").exists()


def test_a_printed_plan_tells_datasets_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The workspace is shown where only it does."""
    for workspace, service in (("sub/rg/ws", "one"), ("sub/rg/other", "one"), ("s/g/w", "two")):
        _archive(tmp_path / "source", workspace, service)
    assert run(["plan", str(tmp_path / "source"), "--out", str(tmp_path / "plan.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line for line in lines if line.endswith("/inputs")) == [
        "sub/rg/other/one/m-one/inputs",
        "sub/rg/ws/one/m-one/inputs",
        "two/m-one/inputs",
    ]


def test_a_report_tells_datasets_apart(tmp_path: Path) -> None:
    """By the names that the plan shows, in a first run and where units were done before."""
    for workspace, service in (("sub/rg/ws", "one"), ("sub/rg/other", "one"), ("s/g/w", "two")):
        _archive(tmp_path / "source", workspace, service)
    made = plan(tmp_path / "source")
    made = replace(made, datasets=tuple(replace(each, merge=True) for each in made.datasets))
    names = ["sub/rg/other/one/m-one/inputs", "sub/rg/ws/one/m-one/inputs", "two/m-one/inputs"]
    for resumed in (0, 3):
        report = migrate(tmp_path / "source", tmp_path / "new", made, jobs=1)
        assert sorted(report.datasets) == names
        assert [report.datasets[name].units for name in names] == [3, 3, 3]
        assert {each.resumed for each in report.datasets.values()} == {resumed}
