"""A folder that others change while it is listed, and local folders that only their user reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

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
