"""Links, backups and compressed copies of collected files: each line is read once."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.collected.problems import Problems
from mdc_bridge.compare import compare
from mdc_bridge.read import iter_frames, read

HOUR = "modelDataCollector/credit/blue/model_inputs/2026/11/21/09"


def _lines(first: int, count: int) -> bytes:
    """Return lines as a collector writes them: with an id of their own."""
    return b"".join(
        json.dumps(
            {
                "id": f"line-{number}",
                "modelversion": "1",
                "correlationid": f"id-{number}",
                "time": f"2026-11-21T09:{number % 60:02d}:00Z",
                "data": [{"x": number, "text": f"t{number}"}],
            }
        ).encode()
        + b"\n"
        for number in range(first, first + count)
    )


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A file of three lines, in a tree with others: of its size, or with a line of it."""
    folder = tmp_path / "tree" / HOUR
    folder.mkdir(parents=True)
    (folder / "aa.jsonl").write_bytes(_lines(1, 3))
    (folder / "bb.jsonl").write_bytes(_lines(4, 3))
    (folder / "cc.jsonl").write_bytes(_lines(7, 1))
    (folder / "empty.jsonl").write_bytes(b"")
    (folder / "nothing.jsonl").write_bytes(b"")
    return folder / "aa.jsonl"


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path.with_suffix(".jsonl.zip"), "w") as packed:
        packed.write(path, path.name)


def _tree(path: Path, name: str) -> Path:
    """Return the folder of a file's hour in a tree inside the tree."""
    folder = path.parents[6] / name / HOUR
    folder.mkdir(parents=True)
    return folder


def _linked_deployment(path: Path) -> None:
    deployment = path.parents[5]
    (deployment.parent / "blue-too").symlink_to(deployment)


COPIES: dict[str, Callable[[Path], object]] = {
    "a copy beside it": lambda path: shutil.copy(path, path.with_name("aa (1).jsonl")),
    "a link": lambda path: path.with_name("link-aa.jsonl").symlink_to(path),
    "a hard link": lambda path: os.link(path, path.with_name("hard-aa.jsonl")),
    "gz": lambda path: path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(path.read_bytes())),
    "bz2": lambda path: path.with_suffix(".jsonl.bz2").write_bytes(bz2.compress(path.read_bytes())),
    "zip": _zip,
    "a backup in the tree": lambda path: shutil.copy(path, _tree(path, "backup")),
    "an older backup": lambda path: (_tree(path, "old") / "aa.jsonl").write_bytes(_lines(1, 2)),
    "a torn backup": lambda path: (_tree(path, "torn") / "aa.jsonl").write_bytes(
        _lines(1, 3)[:-20]
    ),
    "an older one, compressed": lambda path: path.with_suffix(".jsonl.gz").write_bytes(
        gzip.compress(_lines(1, 1))
    ),
}


@pytest.mark.parametrize("name", COPIES)
def test_each_line_is_read_once(
    original: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By every function and format; the copy is named, and is no error."""
    COPIES[name](original)
    root = str(tmp_path / "tree")
    with pytest.warns(UserWarning, match="it is not read"):
        assert read(root).x.tolist() == [1, 2, 3, 4, 5, 6, 7]
    problems = Problems()
    frames = iter_frames(root, problems=problems)
    assert [x for frame in frames for x in frame.x] == [1, 2, 3, 4, 5, 6, 7]
    assert (problems.copies, problems.unreadable, problems.torn) == (1, 0, 0)
    for form in ("csv", "jsonl"):
        assert run(["read", root, "--format", form]) == 0
        shown = capsys.readouterr()
        assert len(shown.out.splitlines()) == 7 + (form == "csv")
        assert (
            "1 file not read, because other files have the same lines:\n  modelDataCollector/"
            in shown.err
        )
        assert f"{HOUR}/aa.jsonl" in shown.err


@pytest.mark.parametrize(
    "other",
    [_lines(1, 2) + _lines(9, 1), _lines(0, 3), _lines(1, 3).replace(b"t3", b"tt"), b"{}\n"],
    ids=["longer in another way", "begun before", "another cell", "something else"],
)
def test_what_differs_is_no_copy(original: Path, other: bytes, tmp_path: Path) -> None:
    """Of the same place or beside it: all lines of both are read."""
    (_tree(original, "backup") / "aa.jsonl").write_bytes(other)
    original.with_name("ab.jsonl").write_bytes(other.replace(b"t1", b"t9"))
    problems = Problems()
    assert len(read(str(tmp_path / "tree"), problems=problems)) + problems.unreadable == (
        7 + 2 * other.count(b"\n")
    )
    assert problems.copies == 0


def test_a_linked_deployment_is_read_under_its_own_name(original: Path, tmp_path: Path) -> None:
    """Whoever asks for the other name gets the rows under that."""
    _linked_deployment(original)
    root = str(tmp_path / "tree")
    problems = Problems()
    assert set(read(root, problems=problems).mdc_deployment) == {"blue"}
    assert problems.copies == 5
    assert set(read(root, deployment="blue-too").mdc_deployment) == {"blue-too"}


def test_a_copy_is_no_difference(original: Path, tmp_path: Path) -> None:
    """`compare` counts its rows once, as it does with copies of CSV."""
    folder = tmp_path / "tree/s/g/w/credit/blue/1/inputs/2026/11/21"
    folder.mkdir(parents=True)
    meta = "$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary"
    rows = "".join(f"{n},t{n},id-{n},2026-11-21T09:{n:02d}:00,1440\n" for n in range(1, 8))
    (folder / "data.csv").write_text(f"x,text,{meta}\n{rows}")
    for make in COPIES.values():
        make(original)
    report = compare(str(tmp_path / "tree"), str(tmp_path / "tree"))
    (dataset,) = report.datasets
    assert (dataset.total.left, dataset.total.right, report.differences) == (7, 7, 0)
