"""Records in temporary files come back whole, in order, and leave nothing behind."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest

from mdc_bridge.collected.partitions import Partitions
from mdc_core.errors import StoreError


def test_records_of_one_key_stay_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record comes back once, those of a key in one part and in their order."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Partitions(7) as partitions:
        for number in range(1000):
            key = f"id-{number % 50}\ud800"
            partitions.add(key, (key, number, None, (b"1.5", "ü", {"a": [True]})))
        found = [list(partitions.read(part)) for part in range(7)]
    assert sum(map(len, found)) == 1000
    places: dict[str, set[int]] = {}
    for part, records in enumerate(found):
        for key, *_ in records:
            places.setdefault(key, set()).add(part)
        numbers = [number for key, number, *_ in records]
        assert numbers == sorted(numbers)
    assert {len(parts) for parts in places.values()} == {1}
    assert list(tmp_path.iterdir()) == []


def test_no_temporary_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(
        StoreError, match=r"missing/\S+ cannot be written: No such file.*; set TMPDIR"
    ):
        Partitions(1)


def test_a_full_disk_is_told() -> None:
    """The error names the folder and the variable that chooses another."""
    with Partitions(1) as partitions:
        partitions.add("x", (1,))
        partitions._open[0].close()
        partitions._open[0] = io.FileIO("/dev/full", "r+")
        with pytest.raises(StoreError, match=r"No space left on device; set TMPDIR"):
            partitions.add("x", (1,))
