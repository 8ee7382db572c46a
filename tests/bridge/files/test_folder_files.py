"""A folder that others change while it is listed, and local folders that only their user reads."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.files import open_files
from mdc_bridge.files.scratch import scratch_folder
from mdc_core.errors import MissingFileError


@pytest.mark.parametrize("gone", ["b", "c/d"])
def test_what_goes_while_a_folder_is_listed_is_no_error(gone: str, tmp_path: Path) -> None:
    """Writers beside us replace temporary files, and remove what they have delivered."""
    (tmp_path / "c").mkdir()
    for name in ("a", "b", "c/d", "e"):
        (tmp_path / name).write_text(name)
    found = open_files(str(tmp_path), "ROOT").find()
    assert next(found).path == "a"
    (tmp_path / gone).unlink()
    if gone == "c/d":
        (tmp_path / "c").rmdir()
    assert [info.path for info in found] == sorted({"b", "c/d", "e"} - {gone})


def test_a_link_that_leads_nowhere_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """What it should hold is not passed over."""
    (tmp_path / "a.csv").symlink_to(tmp_path / "missing")
    files = open_files(str(tmp_path), "ROOT")
    (found,) = files.find()
    with pytest.raises(MissingFileError, match=r"a\.csv"):
        files.open(found.path)


@pytest.mark.parametrize(
    ("error", "problems"),
    [(errno.ENOENT, {}), (errno.EACCES, {"b": "Permission denied"})]
    + [(errno.EIO, {"b": "Input/output error"}), (errno.ESTALE, {"b": "Stale file handle"})],
)
def test_a_listed_file_that_tells_nothing_of_itself(
    error: int, problems: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one that is gone is passed over: a folder may allow to be listed, and nothing more."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    scandir = os.scandir

    class Refusing:
        """An entry whose status cannot be read."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name = entry.name
            self.is_dir = entry.is_dir
            self.is_symlink = entry.is_symlink

        def stat(self) -> os.stat_result:
            raise OSError(error, os.strerror(error), self.name)

    def refusing(folder: Path) -> list[Any]:
        entries = sorted(scandir(folder), key=lambda entry: entry.name)
        return [entries[0], Refusing(entries[1]), entries[2]]

    monkeypatch.setattr(os, "scandir", refusing)
    found = {info.path: info.problem for info in open_files(str(tmp_path), "ROOT").find()}
    assert found == {"a": "", **problems, "c": ""}


def test_a_folder_that_is_not_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="is not a folder"):
        next(open_files(str(tmp_path / "missing"), "ROOT").find())


def test_what_is_on_its_way_is_for_its_user_alone(tmp_path: Path) -> None:
    """Below the temporary folder of the machine everybody could read it."""
    before = os.umask(0o022)
    try:
        with scratch_folder(tmp_path / "scratch") as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert list((tmp_path / "scratch").iterdir()) == []
