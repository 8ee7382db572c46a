"""A spool that other users of the machine have prepared: refused or repaired, never followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Callable

import pytest

from mdc_core.errors import SettingsError
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool

SETTING = "MDC_SPOOL_DIR"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the setting names."""
    return tmp_path / "spool"


@pytest.fixture
def root(folder: Path) -> Path:
    """The spool of one destination."""
    return folder / "0123456789abcdef"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def refusal(root: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        prepare_folder(root, SETTING)
    assert isinstance(caught.value, OSError)
    message = str(caught.value)
    assert message.startswith(f"{SETTING}: ")
    assert "valid: " in message
    return message


def test_new_folders_and_files_are_this_users_alone(root: Path) -> None:
    """Folders 0700 and files 0600, whatever the umask allows."""
    before = os.umask(0)
    try:
        prepare_folder(root, SETTING)
        spool = Spool(root, Outbox(), 1 << 20)
        raw = spool.stage_raw("a/raw", [b"[1]"])
        spool.append("a/b/c", b"torn", b"", ".jsonl", [raw.path])
        spool.notes.write("a/b/c/x.jsonl", "1")
        spool.abandon()
        after = Spool(root, Outbox(), 1 << 20)
        after.adopt()
        after.close()
    finally:
        os.umask(before)
    found = [root.parent, root, *root.rglob("*")]
    assert {mode(path) for path in found if path.is_dir()} == {0o700}
    assert {mode(path) for path in found if path.is_file()} == {0o600}
    assert any("torn" in path.parts for path in found)


@pytest.mark.parametrize("which", ["folder", "root"])
@pytest.mark.parametrize("to", ["a folder", "nothing"])
def test_a_symbolic_link_is_refused(folder: Path, root: Path, which: str, to: str) -> None:
    """Of the folder that the setting names, and of the spool in it."""
    target = folder.parent / "elsewhere"
    if to == "a folder":
        target.mkdir()
    link = folder if which == "folder" else root
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(target)
    assert f"{link} is a symbolic link" in refusal(root)
    assert not target.exists() or list(target.iterdir()) == []


def test_a_folder_of_somebody_else_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a process of another user, this user's folder is a foreign one."""
    prepare_folder(root, SETTING)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert f"belongs to user {me}, this process is user {me + 1}" in refusal(root)


def test_a_folder_of_all_users_is_refused(folder: Path, root: Path) -> None:
    """The likes of /tmp are left as they are; the message proposes a folder in it."""
    folder.mkdir()
    folder.chmod(0o1777)
    assert f"{folder / 'mdc-spool'}" in refusal(root)
    assert mode(folder) == 0o1777


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Path, root: Path) -> None:
    """It stays as it is."""
    folder.write_text("mine")
    assert f"{folder} is a file" in refusal(root)
    assert folder.read_text() == "mine"


@pytest.mark.parametrize("permissions", [0o777, 0o770, 0o722])
def test_a_folder_that_others_may_write_to_is_repaired(
    folder: Path, root: Path, log: Callable[[], list[str]], permissions: int
) -> None:
    """It is this user's: the permission is taken away, and that is logged once."""
    folder.mkdir()
    folder.chmod(permissions)
    prepare_folder(root, SETTING)
    prepare_folder(root, SETTING)
    assert mode(folder) & 0o022 == 0
    assert mode(root) == 0o700
    (message,) = log()
    assert SETTING in message
    assert "could be written by other users" in message


def test_a_readable_spool_becomes_private(folder: Path, root: Path) -> None:
    """The events in it are nobody else's."""
    folder.mkdir()
    root.mkdir(mode=0o755)
    prepare_folder(root, SETTING)
    assert mode(root) == 0o700


def secret_of_mine(folder: Path) -> Path:
    path = folder.parent / "private" / "secret.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"SECRET\n")
    return path


def plant_link(root: Path, secret: Path) -> None:
    (root / "a").mkdir()
    (root / "a" / "secret.jsonl").symlink_to(secret)


def plant_folder_link(root: Path, secret: Path) -> None:
    (root / "a").symlink_to(secret.parent)


def plant_hard_link(root: Path, secret: Path) -> None:
    (root / "a").mkdir()
    os.link(secret, root / "a" / "secret.jsonl")


def plant_pipe(root: Path, secret: Path) -> None:
    (root / "a").mkdir()
    os.mkfifo(root / "a" / "secret.jsonl")


PLANTED = {
    "a link to a file": plant_link,
    "a link to a folder": plant_folder_link,
    "a hard link": plant_hard_link,
    "a pipe": plant_pipe,
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_planted_files_are_refused(
    folder: Path, root: Path, plant: Callable[[Path, Path], None]
) -> None:
    """A journal that names them would make them leave the machine; the message names them."""
    prepare_folder(root, SETTING)
    secret = secret_of_mine(folder)
    plant(root, secret)
    journal = root / ".mdc-bridge" / "open" / "1"
    journal.parent.mkdir(parents=True)
    journal.write_text("a/secret.jsonl\n")
    assert f"{root / 'a'}" in refusal(root)
    assert secret.read_bytes() == b"SECRET\n"


@pytest.mark.parametrize("plant", [plant_link, plant_hard_link])
def test_planted_files_are_not_read_even_when_they_come_later(
    folder: Path, root: Path, plant: Callable[[Path, Path], None]
) -> None:
    """A file that a journal names is delivered only if it is this user's and in no other place."""
    prepare_folder(root, SETTING)
    plant(root, secret_of_mine(folder))
    journal = root / ".mdc-bridge" / "open" / "1"
    journal.parent.mkdir(parents=True)
    journal.write_text("a/secret.jsonl\n../private/secret.jsonl\n/etc/hostname\n")
    outbox = Outbox()
    spool = Spool(root, outbox, 1 << 20)
    spool.adopt()
    assert outbox.unfinished() == []
    spool.close()


def test_files_of_somebody_else_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by their owner; the folders are ours, the file in it is not."""
    prepare_folder(root, SETTING)
    (root / "theirs.jsonl").write_text("{}\n")
    real = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        found = real(path)
        if path.name != "theirs.jsonl":
            return found
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:10]))

    monkeypatch.setattr(Path, "lstat", lstat)
    assert f"theirs.jsonl is of user {os.geteuid() + 1}" in refusal(root)
