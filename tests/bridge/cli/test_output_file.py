"""What a command writes is there whole or not at all, and replaces nothing but files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mdc_bridge.cli.output_file import writing
from mdc_core.errors import SettingsError, StoreError


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_not_replaced(kind: str, tmp_path: Path) -> None:
    """A device would become a file that others take for the device."""
    path = tmp_path / "there"
    make = {"folder": os.mkdir, "pipe": os.mkfifo}[kind]
    make(path)
    before = path.lstat().st_mode
    with pytest.raises(SettingsError, match="valid: the name of a file"), writing(path, True):
        pass
    assert list(tmp_path.iterdir()) == [path]
    assert path.lstat().st_mode == before


def test_a_disk_that_is_full_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    told = pytest.raises(StoreError, match=r"page\.html cannot be written: No space left")
    with told, writing(path, True) as stream:
        stream.write(b"new")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_what_could_not_be_read_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^x is gone$"), writing(tmp_path / "new", False):
        raise StoreError("x is gone")
    assert list(tmp_path.iterdir()) == []
