"""Compressed JSONL is read as what it holds; what looks like data and is not read is reported."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.cli.app import run
from mdc_bridge.collected.places import NO_JSONL
from mdc_bridge.collected.problems import Problems
from mdc_bridge.files.packed import plain
from mdc_bridge.read import read, read_lines
from mdc_core.errors import StoreError

FOLDER = "modelDataCollector/e/d/model_inputs/2026/11/21/09"
LINE = '{"data":[{"a":%d}],"correlationid":"i%d","time":"2026-11-21T09:00:00Z"}\n'


def _zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.jsonl", content)
    return stream.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.compress,
    ".zip": _zipped,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of one hour, with one plain file."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "plain.jsonl").write_text(LINE % (0, 0))
    return folder


@given(
    st.lists(st.binary(max_size=30_000), max_size=8).map(b"\n".join), st.sampled_from(sorted(PACK))
)
def test_lines_of_any_content(content: bytes, suffix: str) -> None:
    """They are those of the plain file, wherever the pieces end that are unpacked at a time."""
    packed = io.BytesIO(PACK[suffix](content))
    assert list(plain(f"a.jsonl{suffix}", packed, ".jsonl")) == list(io.BytesIO(content))


def test_all_packings(tmp_path: Path, folder: Path) -> None:
    """Each is read, as rows and line by line."""
    for at, (suffix, pack) in enumerate(PACK.items(), 1):
        (folder / f"{at}.jsonl{suffix}").write_bytes(pack((LINE % (at, at)).encode()))
    problems = Problems()
    found = [line.rows[0]["a"] for line in read_lines(tmp_path, problems=problems)]
    assert (sorted(found), problems.unreadable) == ([0, 1, 2, 3, 4, 5], 0)
    assert sorted(read(tmp_path)["a"]) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst", ".zip"])
def test_a_damaged_file(tmp_path: Path, folder: Path, suffix: str) -> None:
    """It is reported by name, and the others are read."""
    lines = "".join(LINE % (at, at) for at in range(2000)).encode()
    content = PACK[suffix](lines)
    (folder / f"a.jsonl{suffix}").write_bytes(content[: len(content) // 2])
    problems = Problems()
    found = [line.correlation_id for line in read_lines(tmp_path, problems=problems)]
    assert "i0" in found
    assert [problem.path for problem in problems.samples] == [f"{FOLDER}/a.jsonl{suffix}"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl.xz", "a.parquet", "a.csv.gz", "a.7z"])
def test_what_looks_like_data(
    tmp_path: Path, folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No command passes over it in silence."""
    (folder / name).write_bytes(b"data")
    for other in ("_SUCCESS", ".hidden", "notes.txt"):
        (folder / other).write_bytes(b"")
    problems = Problems()
    assert len(list(read_lines(tmp_path, problems=problems))) == 1
    assert list(map(str, problems.left_out_samples)) == [f"{FOLDER}/{name}: {NO_JSONL}"]
    with pytest.warns(UserWarning, match=name):
        list(read_lines(tmp_path))
    assert run(["read", str(tmp_path), "--format", "jsonl"]) == 1
    assert name in capsys.readouterr().err


def test_only_what_is_wanted_is_told(tmp_path: Path, folder: Path) -> None:
    """Files of other collections and times say nothing about what was asked for."""
    (folder / "a.parquet").write_bytes(b"data")
    other = tmp_path / FOLDER.replace("model_inputs", "model_outputs")
    other.mkdir(parents=True)
    (other / "a.jsonl").write_text(LINE % (1, 1))
    problems = Problems()
    assert len(list(read_lines(tmp_path, collections=["model_outputs"], problems=problems))) == 1
    assert (problems.unreadable, problems.left_out) == (0, 0)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst", ".zip"])
def test_a_message_names_the_file_once(tmp_path: Path, folder: Path, suffix: str) -> None:
    """Whether the error names it or not."""
    (folder / f"a.jsonl{suffix}").write_bytes(b"no frame")
    problems = Problems()
    list(read_lines(tmp_path, problems=problems))
    (problem,) = map(str, problems.samples)
    assert problem.count("a.jsonl") == 1
    with pytest.raises(StoreError, match=r"^[^:]*a\.jsonl[^:]*: (?!.*a\.jsonl)"):
        list(read_lines(tmp_path))
