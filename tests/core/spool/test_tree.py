"""A tree of files: opened safely, and flushed with the names that lead to them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mdc_core.spool.files import PRIVATE_MODE, STATE_FOLDER
from mdc_core.spool.tree import Tree


def test_open_makes_the_folders_of_a_new_file(tmp_path: Path) -> None:
    """A file can be made in folders that are not there yet."""
    os.close(Tree(tmp_path).open("a/b/c", os.O_CREAT))
    assert (tmp_path / "a/b/c").read_bytes() == b""


def test_open_of_an_existing_file_makes_no_folders(tmp_path: Path) -> None:
    """Looking for a file that its owner took away does not bring back its folders."""
    with pytest.raises(FileNotFoundError):
        Tree(tmp_path).open("gone/file", 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [0, os.O_CREAT, os.O_CREAT | os.O_EXCL, os.O_APPEND])
def test_open_follows_no_link(tmp_path: Path, flags: int) -> None:
    """A symbolic link in place of a file is refused, whatever the file is opened for."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match=r"symbolic links|File exists"):
        Tree(tmp_path).open("link", flags)
    assert target.read_bytes() == b"precious"


def test_open_makes_no_file_behind_a_dangling_link(tmp_path: Path) -> None:
    """A link to a file that does not exist does not make that file."""
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        Tree(tmp_path).open("link", os.O_CREAT)
    assert not (tmp_path / "target").exists()


def test_descriptors_are_not_inherited_by_other_programs(tmp_path: Path) -> None:
    """A program that the scoring script starts gets none of our files."""
    descriptor = Tree(tmp_path).open("file", os.O_CREAT)
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


@pytest.mark.parametrize(("room", "usable"), [(None, True), (99, False), (0, False)])
def test_a_probe_tells_a_full_disk(tmp_path: Path, disk: Any, room: int, usable: bool) -> None:
    """Whether any file can be written is tried with a file of that size, which does not stay."""
    disk.room = room
    assert Tree(tmp_path).can_write(100) is usable
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_root_that_cannot_be_made_is_unusable(tmp_path: Path) -> None:
    """A file in its place, say."""
    (tmp_path / "root").write_text("in the way")
    assert not Tree(tmp_path / "root").can_write(1)


def test_fragments_set_aside_are_all_kept(tmp_path: Path) -> None:
    """A second fragment of the same file does not overwrite the first."""
    Tree(tmp_path).set_aside("file", b"one")
    Tree(tmp_path).set_aside("file", b"two")
    assert (tmp_path / STATE_FOLDER / "torn/file").read_bytes() == b"onetwo"


class Flushes:
    """Notes which folders are flushed, and fails where the test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        self.error = 0
        self._flush = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, descriptor: int) -> None:
        if self.error:
            raise OSError(self.error, os.strerror(self.error))
        self.paths.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        self._flush(descriptor)


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> Flushes:
    return Flushes(monkeypatch)


def test_every_new_name_is_flushed_once(tmp_path: Path, flushes: Flushes) -> None:
    """That of the file in its folder, that of the folder in the one above it, and so on up."""
    tree = Tree(tmp_path / "root")
    os.close(tree.open("a/b/file", os.O_CREAT))
    os.close(tree.open("a/b/file", os.O_CREAT))
    tree.sync_folders()
    folders = ["", "/root", "/root/a", "/root/a/b"]
    assert sorted(flushes.paths) == [f"{tmp_path}{folder}" for folder in folders]
    tree.sync_folders()
    assert len(flushes.paths) == 4
    tree.rename("a/b/file", "a/c")
    tree.remove("a/c")
    tree.sync_folders()
    assert flushes.paths[4:] == [f"{tmp_path}/root/a"]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EACCES, errno.ENOTSUP])
def test_a_volume_that_flushes_no_folders_is_none_the_worse(
    tmp_path: Path, flushes: Flushes, code: int
) -> None:
    """Network volumes refuse it, and know their names without."""
    tree = Tree(tmp_path)
    os.close(tree.open("file", os.O_CREAT))
    flushes.error = code
    tree.sync_folders()
    flushes.error = 0
    tree.sync_folders()
    assert flushes.paths == []


def test_a_name_that_could_not_be_flushed_is_tried_again(tmp_path: Path, flushes: Flushes) -> None:
    """A disk that fails does not make it safe."""
    tree = Tree(tmp_path)
    os.close(tree.open("file", os.O_CREAT))
    flushes.error = errno.EIO
    with pytest.raises(OSError, match="Input/output error"):
        tree.sync_folders()
    flushes.error = 0
    tree.sync_folders()
    assert flushes.paths == [str(tmp_path)]


def test_a_folder_that_is_gone_needs_no_flush(tmp_path: Path) -> None:
    """Somebody may clear the tree at any time."""
    tree = Tree(tmp_path)
    os.close(tree.open("a/file", os.O_CREAT))
    (tmp_path / "a/file").unlink()
    (tmp_path / "a").rmdir()
    tree.sync_folders()


def test_a_private_tree_is_its_users_alone(tmp_path: Path) -> None:
    """Folders 0700 and files 0600, whatever the umask allows."""
    before = os.umask(0)
    try:
        os.close(Tree(tmp_path / "private", PRIVATE_MODE).open("a/file", os.O_CREAT))
        os.close(Tree(tmp_path / "public").open("a/file", os.O_CREAT))
    finally:
        os.umask(before)
    modes = {path.name: [] for path in (tmp_path / "private", tmp_path / "public")}
    for name, found in modes.items():
        found += [each.stat().st_mode & 0o777 for each in sorted((tmp_path / name).rglob("*"))]
    assert modes == {"private": [0o700, 0o600], "public": [0o777, 0o666]}


def test_a_new_file_is_whole_or_is_not(tmp_path: Path, disk: Any) -> None:
    """What does not fit leaves no file."""
    tree = Tree(tmp_path)
    disk.room = 3
    with pytest.raises(OSError, match="No space left"):
        tree.write_new("file", [b"012345"])
    assert list(tmp_path.iterdir()) == []
    disk.room = None
    tree.write_new("file", [b"012345"])
    with pytest.raises(FileExistsError):
        tree.write_new("file", [b"other"])


def test_empty_folders_go_up_to_the_root(tmp_path: Path) -> None:
    """What is not empty stays, and the root does."""
    tree = Tree(tmp_path / "root")
    os.close(tree.open("a/b/c/file", os.O_CREAT))
    os.close(tree.open("a/other", os.O_CREAT))
    tree.remove("a/b/c/file")
    tree.remove_empty_folders("a/b/c/file")
    assert [str(each.relative_to(tmp_path)) for each in (tmp_path).rglob("*")] == [
        "root",
        "root/a",
        "root/a/other",
    ]
    assert not tree.remove("a/b/c/file")
