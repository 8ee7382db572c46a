"""Exactly once, whoever dies at which step, and whoever adopts the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_core.delivery.errors import BusyError
from tests.azure.replica import Blob, Replica, adopter_of, joined, numbered


class DeathError(Exception):
    """The process is dead from here on."""


def die_at(note: str) -> Callable[[str], object]:
    """Return what dies when a note is written: `intended`, or `committed`."""

    def check(text: str) -> None:
        if bool(json.loads(text)["intended"]) == (note == "intended"):
            raise DeathError

    return check


def die(*_: object) -> None:
    raise DeathError


@pytest.mark.parametrize("step", ["intended", "read", "committed", "finished"])
def test_a_death_at_any_step_is_resolved_by_the_adopter(
    make_replica: Callable[..., Replica], blob: Blob, step: str, tmp_path: Path
) -> None:
    """Whether the commit was made or not, the next process leaves each row there once."""
    dead = make_replica(root=tmp_path / "shared")
    dead.write(joined("a", range(3)))
    dead.append(joined("a", range(3, 6)))
    if step == "read":
        dead.spool.on_read = die
    elif step == "finished":
        dead.deliver()
        dead.spool.seal_all()
    else:
        dead.spool.notes.on_note = die_at(step)
    if step != "finished":
        with pytest.raises(DeathError):
            dead.upload()
    dead.die()
    other = make_replica()
    other.write(joined("b", range(2)))
    adopter = make_replica(root=tmp_path / "shared")
    assert adopter.spool.adopt() == 0
    adopter.deliver()
    assert sorted(blob.rows()) == sorted([*numbered("a", range(6)), *numbered("b", range(2))])


def test_a_death_behind_a_commit_is_resolved_though_more_was_written(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """Rows written to the spool after the commit began are delivered, those before not again."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(3)))
    dead.spool.notes.on_note = die_at("committed")
    with pytest.raises(DeathError):
        dead.upload()
    dead.append(joined("a", range(3, 6)))
    dead.die()
    adopter = adopter_of(make_replica, tmp_path / "shared")
    adopter.deliver()
    assert blob.rows() == list(numbered("a", range(6)))


def test_deaths_of_adopters_are_resolved_as_well(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """Adopters die before the commit, behind it, and before they note that it was there."""
    writer = make_replica(root=tmp_path / "shared")
    writer.append(joined("a", range(5)))
    writer.die()
    for step in ("intended", "committed", "committed"):
        adopter = adopter_of(make_replica, tmp_path / "shared")
        adopter.spool.notes.on_note = die_at(step)
        with pytest.raises(DeathError):
            adopter.upload()
        adopter.die()
    last = adopter_of(make_replica, tmp_path / "shared")
    last.deliver()
    assert blob.rows() == list(numbered("a", range(5)))


def test_of_two_processes_one_adopts(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """The journal's lock goes to one of them; the other finds nothing to do."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(5)))
    dead.die()
    first, second = (make_replica(root=tmp_path / "shared") for _ in range(2))
    first.spool.adopt()
    second.spool.adopt()
    assert len(first.outbox.unfinished()) == 1
    assert second.outbox.unfinished() == []
    first.deliver()
    assert blob.rows() == list(numbered("a", range(5)))


def test_the_journal_of_an_adopter_that_died_is_adopted_again(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A lock that goes with its holder leaves the files to whoever comes next."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(5)))
    dead.die()
    first, second = (make_replica(root=tmp_path / "shared") for _ in range(2))
    first.spool.adopt()
    first.die()
    second.spool.adopt()
    second.deliver()
    second.finish()
    second.spool.close()
    assert blob.rows() == list(numbered("a", range(5)))
    assert [path for path in (tmp_path / "shared").rglob("*") if path.is_file()] == []


def test_an_adopter_waits_for_a_commit_that_is_under_way(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A process may be at its last commit when its files are already another's."""
    last = make_replica(root=tmp_path / "shared")
    last.append(joined("a", range(5)))
    adopter = make_replica(root=tmp_path / "shared")

    def taken_over(note: str) -> None:
        last.spool.notes.on_note = lambda note: None
        last.die()
        adopter.spool.adopt()
        with pytest.raises(BusyError):
            adopter.upload()

    last.spool.notes.on_note = taken_over
    last.upload()
    adopter.deliver()
    assert blob.rows() == list(numbered("a", range(5)))
