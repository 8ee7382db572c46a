"""What the paths of archives say: every layout that releases and users made, and what is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive import ArchiveFile, find_archive, parse_place
from mdc_bridge.archive.places import LeftOut
from mdc_bridge.collected.places import Choice, find_collections
from mdc_bridge.collected.problems import Problems
from mdc_bridge.compare import compare
from mdc_bridge.files import open_files
from mdc_bridge.migrate import migrate
from mdc_bridge.read import read
from mdc_core.layouts import CsvFolder
from mdc_core.names import legal_segment

SUB = "c9e6a1f0-3b7d-4a52-9c1e-0d6f5b2a8e47"
ID = "0aa9b1a5-53b3-4a8c-a9f5-9f8ec8b15e2b"
DAY, HOUR = "2019/06/01", "2019/06/01/23"
FRONTS = ("", "modeldata/", "modeldata/modeldata/", "mnt/data/", "mnt/data/modeldata/", "a/b/c/d/")
WORKSPACE = f"{SUB}/group/space"


def _folder(*names: str) -> CsvFolder:
    return CsvFolder(*names)


LAYOUTS = {
    f"{WORKSPACE}/service/model/3/inputs/{DAY}": _folder(
        WORKSPACE, "service", "model", "3", "inputs", DAY
    ),
    f"{WORKSPACE}/service/model/3/inputs/{HOUR}": _folder(
        WORKSPACE, "service", "model", "3", "inputs", HOUR
    ),
    f"{WORKSPACE}/my-service/my-model-2/default/sal_inputs/{DAY}": _folder(
        WORKSPACE, "my-service", "my-model-2", "default", "sal_inputs", DAY
    ),
    f"{WORKSPACE}/modeldata/modeldata/1/modeldata/{DAY}": _folder(
        WORKSPACE, "modeldata", "modeldata", "1", "modeldata", DAY
    ),
    f"{SUB}/{ID}/space/service/model/1/inputs/{DAY}": _folder(
        f"{SUB}/{ID}/space", "service", "model", "1", "inputs", DAY
    ),
    f"{WORKSPACE}/service/my%2Fmodel/1/inputs/{DAY}": _folder(
        WORKSPACE, "service", "my/model", "1", "inputs", DAY
    ),
    f"{WORKSPACE}/service/a model/2019/2018/{DAY}": _folder(
        WORKSPACE, "service", "a model", "2019", "2018", DAY
    ),
    f"{SUB}/group/account/service/7f3-model-1/inputs/{DAY}": _folder(
        f"{SUB}/group/account", "service", "model", "1", "inputs", DAY
    ),
    f"{SUB}/group/account/service/{ID}-my-model-12/any id/{HOUR}": _folder(
        f"{SUB}/group/account", "service", "my-model", "12", "any id", HOUR
    ),
    f"unknown/unknown/unknown-bigdataset-unknown/inputs/{DAY}": _folder(
        "unknown/unknown/unknown", "unknown", "bigdataset", "unknown", "inputs", DAY
    ),
    f"unknown/unknown/unknown-big-data-set-unknown/a-b/{DAY}": _folder(
        "unknown/unknown/unknown", "unknown", "big-data-set", "unknown", "a-b", DAY
    ),
}


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("path", LAYOUTS)
def test_layout(path: str, front: str) -> None:
    """A layout is found below whatever folders; its place is the same below all of them."""
    assert parse_place(f"{front}{path}/data.csv") == (LAYOUTS[path], f"{path}/data.csv")


@pytest.mark.parametrize("front", ["", "modeldata/", "modeldata/modeldata/", "mnt/modeldata/"])
def test_workspace_by_default_is_no_guid(front: str) -> None:
    """A collector without a workspace wrote below `default/default/default`."""
    path = f"default/default/default/default/m/default/inputs/{DAY}/inputs.csv"
    folder = _folder("default/default/default", "default", "m", "default", "inputs", DAY)
    assert parse_place(front + path) == (folder, path)


@pytest.mark.parametrize(
    ("path", "workspace"),
    [
        (f"modeldata/ws/service/model/1/inputs/{DAY}/data.csv", "ws"),
        (f"modeldata/group/ws/service/model/1/inputs/{DAY}/data.csv", "group/ws"),
        (f"modeldata/sub/modeldata/ws/service/model/1/inputs/{DAY}/d.csv", "sub/modeldata/ws"),
        (
            f"modeldata/sub/group/modeldata/service/model/1/inputs/{DAY}/d.csv",
            "sub/group/modeldata",
        ),
    ],
)
def test_workspaces_below_the_containers_name(path: str, workspace: str) -> None:
    """Behind `modeldata`, a workspace of other parts than three is one, whatever it is called."""
    place = parse_place(path)
    assert place is not None
    assert place[0] == _folder(workspace, "service", "model", "1", "inputs", DAY)
    assert place[1] == path[len("modeldata/") :]


@pytest.mark.parametrize(
    "path",
    [
        "data.csv",
        "",
        "inputs/data.csv",
        f"{DAY}/data.csv",
        f"{WORKSPACE}/service/model/3/inputs/data.csv",
        f"{WORKSPACE}/service/model/3/inputs/2019/6/1/data.csv",
        f"{WORKSPACE}/service/model/3/inputs/20\N{FULLWIDTH DIGIT ONE}9/06/01/data.csv",
        f"service/model/3/inputs/{DAY}/data.csv",
        f"group/space/service/model/3/inputs/{DAY}/data.csv",
        f"unknown/unknown/model/inputs/{DAY}/data.csv",
    ],
)
def test_no_layout(path: str) -> None:
    """Without a date, or mounted from below the workspace, a path is not guessed."""
    assert parse_place(path) is None


_NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_DATE = st.sampled_from([DAY, HOUR])


@given(
    workspace=st.lists(_NAME, min_size=3, max_size=3).map(
        lambda names: "/".join(map(legal_segment, names)).lower()
    ),
    names=st.lists(_NAME, min_size=4, max_size=4),
    date=_DATE,
    front=st.sampled_from(["", "modeldata/"]),
)
def test_folders_come_back(workspace: str, names: list[str], date: str, front: str) -> None:
    """What was formatted is parsed: any names of services, models, versions, designations."""
    formatted = CsvFolder(workspace, *names, date).format()
    parsed = parse_place(f"{front}{formatted}/data.csv")
    assert parsed is not None
    folder, place = parsed
    assert [folder.service, folder.model, folder.version, folder.designation] == names
    assert folder.format() == CsvFolder(folder.workspace, *names, date).format()
    assert place == f"{formatted}/data.csv"


@given(
    model=st.from_regex(r"[A-Za-z0-9_.][A-Za-z0-9_. -]{0,10}", fullmatch=True),
    identifier=st.sampled_from([ID, "7f3", "unknown"]),
    version=st.from_regex(r"[a-z0-9.]{1,4}", fullmatch=True),
)
def test_joined_names_come_apart(model: str, identifier: str, version: str) -> None:
    """Dashes of a model's name are its own: neither ids, but GUIDs, nor versions have any."""
    path = f"{SUB}/group/account/service/{identifier}-{model}-{version}/inputs/{DAY}/data.csv"
    place = parse_place(path)
    assert place is not None
    assert (place[0].model, place[0].version) == (model, version)


def _find(root: Path, folder: str = "") -> list[tuple[str, Optional[str]]]:
    with open_files(str(root), "SOURCE") as files:
        return [
            (found.info.path, found.place) if isinstance(found, ArchiveFile) else (found.path, None)
            for found in find_archive(files, folder)
        ]


def test_find_archive(tmp_path: Path) -> None:
    """CSV files are found, and what else looks like data; telemetry and marks are left out."""
    place = f"{WORKSPACE}/service/model/3/inputs/{DAY}"
    for name in ("data.csv", "INPUTS.CSV", "aml_telemetry.csv", "_SUCCESS", "rows.txt"):
        path = tmp_path / "modeldata" / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a\r\n1\r\n")
    (tmp_path / "notes.csv").write_bytes(b"")

    assert _find(tmp_path) == [
        (f"modeldata/{place}/INPUTS.CSV", f"{place}/INPUTS.CSV"),
        (f"modeldata/{place}/data.csv", f"{place}/data.csv"),
        (f"modeldata/{place}/rows.txt", None),
        ("notes.csv", None),
    ]
    assert _find(tmp_path, "modeldata")[0][1] == f"{place}/INPUTS.CSV"


def test_compressed_files(tmp_path: Path) -> None:
    """In a known layout the suffix of a compression is enough; elsewhere it says nothing."""
    place = f"{WORKSPACE}/service/model/3/inputs/{DAY}"
    for name in ("a.zip", "b.csv.gz", "c.json.gz", "d.GZ"):
        path = tmp_path / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"packed")
    (tmp_path / "backup.zip").write_bytes(b"packed")
    (tmp_path / "more.csv.zip").write_bytes(b"packed")

    assert _find(tmp_path) == [
        (f"{place}/a.zip", f"{place}/a.csv"),
        (f"{place}/b.csv.gz", f"{place}/b.csv"),
        (f"{place}/c.json.gz", None),
        (f"{place}/d.GZ", f"{place}/d.csv"),
        ("more.csv.zip", None),
    ]


def test_kinds_of_found_files(tmp_path: Path) -> None:
    """A file of no known layout says so by its class; another knows its name."""
    place = f"{WORKSPACE}/service/model/3/inputs/{DAY}"
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "data.csv").write_bytes(b"")
    (tmp_path / "z.csv").write_bytes(b"")

    with open_files(str(tmp_path), "SOURCE") as files:
        known, strange = find_archive(files)

    assert isinstance(known, ArchiveFile)
    assert known.file_name == "data.csv"
    assert isinstance(strange, LeftOut)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX has named pipes")
def test_what_is_no_file(tmp_path: Path) -> None:
    """What is named as data and is neither file nor folder is told, and never opened."""
    place = f"{WORKSPACE}/service/model/3/inputs/{DAY}"
    collected = "modelDataCollector/credit/blue/inputs/2026/11/21/09"
    for folder in (place, collected):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / collected / "a.jsonl").write_bytes(b'{"data":[{"n":1}]}\n')
    os.mkfifo(tmp_path / place / "data.csv")
    os.mkfifo(tmp_path / place / "data.csv.gz")
    os.mkfifo(tmp_path / collected / "b.jsonl")
    os.mkfifo(tmp_path / "log")
    (tmp_path / "z.csv").symlink_to(os.devnull)

    problems = Problems()
    with open_files(str(tmp_path), "SOURCE") as files:
        archived = list(find_archive(files))
        found = list(find_collections(files, Choice(), problems))

    pipe = "is a named pipe, which is not read"
    assert archived == [
        LeftOut(f"{place}/data.csv", pipe),
        LeftOut(f"{place}/data.csv.gz", pipe),
        LeftOut("z.csv", "is a device, which is not read"),
    ]
    assert [file.info.path for file in found] == [f"{collected}/a.jsonl"]
    assert [each[::2] for each in problems.left_out_samples] == [(f"{collected}/b.jsonl", pipe)]
    assert problems.unreadable == 0


@pytest.mark.parametrize("at", range(7))
def test_names_of_folders_of_ours(tmp_path: Path, at: int) -> None:
    """What is named as a root or a year, such as a service, is migrated and read all the same."""
    for root in ("modelDataCollector", "modeldata", "2019"):
        parts = ["s", "g", "w", "svc", "m", "1", "inputs"]
        parts[at] = root
        folder = tmp_path / root / "modeldata" / "/".join(parts) / DAY
        folder.mkdir(parents=True)
        (folder / "data.csv").write_text("x\n1\n2\n")
        report = migrate(tmp_path / root, tmp_path / f"{root}-new", jobs=1)
        assert [each.rows for each in report.datasets.values()] == [2]
        assert len(read(tmp_path / f"{root}-new")) == 2
        assert compare(tmp_path / root, tmp_path / f"{root}-new", jobs=1).differences == 0
