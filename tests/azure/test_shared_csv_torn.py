"""Spool files that end in the middle of a row, of a header, or before what was committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.azure.replica import HEADER, Blob, Replica, adopter_of, joined, numbered


@pytest.mark.parametrize(
    "torn", [b"7,torn", b'7,"first line\nsecond', b'7,"first line\r\nsecond line\n', b'7,"']
)
def test_a_torn_row_is_set_aside_whole(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path, torn: bytes
) -> None:
    """A line break inside quotes ends no row: nothing of the torn one reaches the blob."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(2)) + b'3,"with\na break"\n')
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("ab") as spooled:
        spooled.write(torn)
    adopter = make_replica(root=tmp_path / "shared")
    assert adopter.spool.adopt() == 1
    adopter.deliver()
    assert blob.content() == HEADER + joined("a", range(2)) + b'3,"with\na break"\n'


@pytest.mark.parametrize("left", [0, 5, 9, 12])
def test_a_torn_header_is_no_header(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path, left: int
) -> None:
    """A death in the middle of a file's first line leaves nothing to deliver, and ends."""
    dead = make_replica(root=tmp_path / "shared", header=b'"two\nlines",b\r\n')
    dead.append(b"1,2\r\n")
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("r+b") as spooled:
        spooled.truncate(left)
    adopter = adopter_of(make_replica, tmp_path / "shared")
    adopter.deliver()
    assert adopter.outbox.waiting_bytes() == 0
    other = make_replica()
    other.write(joined("b", range(1)))
    assert blob.rows() == list(numbered("b", range(1)))


def test_a_file_that_lost_its_end_with_the_power_is_done(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """More is noted as committed than is in the file: nothing waits, nothing is sent again."""
    dead = make_replica(root=tmp_path / "shared")
    dead.write(joined("a", range(3)))
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("r+b") as spooled:
        spooled.truncate(len(HEADER + joined("a", range(2))))
    adopter = adopter_of(make_replica, tmp_path / "shared")
    adopter.upload()
    assert adopter.outbox.waiting_bytes() == 0
    assert blob.rows() == list(numbered("a", range(3)))
