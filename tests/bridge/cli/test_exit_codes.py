"""Files that are not read mean the same to all commands: unreadable 2, left out 1, copies 0."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run

CSV = "modeldata/s/g/w/svc/m/1/inputs/2026/11/21"
NEXT_DAY = "modeldata/s/g/w/svc/m/1/inputs/2026/11/22"
JSONL = "modelDataCollector/svc/m/model_inputs/2026/11/21/09"
ROWS = "x\n1\n2\n"
LINES = '{"data":[{"x":1}],"correlationid":"i","time":"2026-11-21T09:00:00Z","modelversion":"1"}\n'
NO_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX has named pipes")


def _damaged(folder: Path, suffix: str) -> None:
    (folder / f"odd{suffix}.gz").write_bytes(b"no gzip")


def _link_to_nowhere(folder: Path, suffix: str) -> None:
    (folder / f"odd{suffix}").symlink_to("nowhere")


def _loop(folder: Path, _suffix: str) -> None:
    (folder / "odd").symlink_to("..")


def _other_form(folder: Path, _suffix: str) -> None:
    (folder / "odd.parquet").write_bytes(b"PAR1")


def _pipe(folder: Path, suffix: str) -> None:
    os.mkfifo(folder / f"odd{suffix}")


def _copy(folder: Path, suffix: str) -> None:
    (folder / f"odd{suffix}").write_bytes((folder / f"data{suffix}").read_bytes())


def _link(folder: Path, suffix: str) -> None:
    (folder / f"odd{suffix}").symlink_to(f"data{suffix}")


CODES = [
    pytest.param(_damaged, 2, id="damaged"),
    pytest.param(_link_to_nowhere, 2, id="link to nowhere"),
    pytest.param(_loop, 2, id="loop"),
    pytest.param(_other_form, 1, id="other form"),
    pytest.param(_pipe, 1, id="pipe", marks=NO_PIPES),
    pytest.param(_copy, 0, id="copy"),
    pytest.param(_link, 0, id="link"),
]


def _tree(root: Path, make: Callable[[Path, str], None], side: str) -> str:
    rows, lines = ("data.csv", ROWS), ("data.jsonl", LINES)
    for folder, (name, content) in ((CSV, rows), (NEXT_DAY, rows), (JSONL, lines)):
        (root / folder).mkdir(parents=True)
        (root / folder / name).write_text(content)
    make(root / side, ".csv" if side == CSV else ".jsonl")
    return str(root)


@pytest.mark.parametrize(("make", "code"), CODES)
def test_files_of_an_archive(
    tmp_path: Path,
    make: Callable[[Path, str], None],
    code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`plan`, `migrate` and `compare` agree, and name the file."""
    root, new = _tree(tmp_path / "a", make, CSV), str(tmp_path / "new")
    for command in (["plan", root], ["migrate", root, new], ["compare", root, new]):
        assert run(command) == code, command
        assert "inputs/2026/11/21/odd" in capsys.readouterr().err, command


@pytest.mark.parametrize(("make", "code"), CODES)
def test_files_of_collected_lines(
    tmp_path: Path,
    make: Callable[[Path, str], None],
    code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`read` and `compare` agree, and name the file; `compare` finds differences besides."""
    root = _tree(tmp_path / "a", make, JSONL)
    for command, least in (["read", root, "--format", "csv"], 0), (["compare", root, root], 1):
        assert run(command) == max(code, least), command
        assert "model_inputs/2026/11/21/09/odd" in capsys.readouterr().err, command


def test_nothing_but_what_cannot_be_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That there are no collected files is not said of a tree that nobody could look into."""
    folder = tmp_path / "modelDataCollector/e/d"
    folder.mkdir(parents=True)
    (folder / "c").symlink_to("..")
    assert run(["read", str(tmp_path)]) == 2
    assert "e/d/c is a link to a folder that it lies in" in capsys.readouterr().err
