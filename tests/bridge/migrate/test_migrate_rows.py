"""Whatever an archive holds, its lines are those of a slow converter that knows what it holds."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_bridge.archive.chunks import read_chunks
from mdc_bridge.archive.identity import place_id
from mdc_bridge.migrate import MigrationReport, Plan, migrate, plan, row_batches, unit_files
from tests.bridge.migrate import oracle
from tests.bridge.migrate.archive_model import CsvFile
from tests.bridge.migrate.archive_strategies import archives
from tests.bridge.migrate.migrated import data_files, lines_of, rejects_of
from tests.examples_of import examples

SLOW = settings(
    max_examples=examples(50),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def planned(source: Path, files: Sequence[CsvFile], has_header: bool) -> Plan:
    """Return the plan with what only the archive's owner knows."""
    (made,) = plan(str(source), sample=1).datasets
    header = "present" if has_header else "absent"
    return Plan((replace(made, header=header, names=(), columns=oracle.columns_of(files)),))


def as_expected(root: Path, files: Sequence[CsvFile], expected: oracle.Expected) -> None:
    """Compare a destination with what it has to hold."""
    lines = {line["correlationid"]: line for line in lines_of(root)}
    assert len(lines) == len(lines_of(root)), "one line for each id"
    wanted = {}
    for key, line in expected.lines.items():
        identifier = key
        if isinstance(key, tuple):
            identifier = place_id(key[0].partition("/")[2], key[1])
        wanted[identifier] = {"xrequestid": identifier, **line}
    found = {
        key: {name: line[name] for name in ("data", "time", "modelversion", "xrequestid")}
        for key, line in lines.items()
    }
    for key in found.keys() | wanted.keys():
        assert found.get(key) == wanted.get(key), key
    rejected = [(each["file"], each["line"]) for each in rejects_of(root)]
    assert set(rejected) == expected.rejected
    assert len(rejected) == len(expected.rejected)


def counted(report: MigrationReport) -> tuple[int, int, int]:
    """Return rows, lines and rejected rows."""
    (dataset,) = report.datasets.values()
    return dataset.rows, dataset.lines, dataset.rejected


@SLOW
@given(archives())
def test_lines_are_those_of_the_slow_converter(archive: tuple[list[CsvFile], bool]) -> None:
    """Values as verbatim text, ids, times, request ids, versions: all of every row."""
    files, has_header = archive
    expected = oracle.convert(files)
    with tempfile.TemporaryDirectory() as folder:
        source, root = Path(folder, "source"), Path(folder, "new")
        for file in files:
            file.write(source)
        report = migrate(str(source), str(root), planned(source, files, has_header), jobs=1)
        as_expected(root, files, expected)
        assert counted(report) == (expected.rows, len(expected.lines), 0)
        assert report.is_complete


@settings(SLOW, max_examples=examples(30))
@given(archives(), st.integers(1, 300))
def test_fast_and_slow_ways_give_the_same_bytes(
    archive: tuple[list[CsvFile], bool], size: int
) -> None:
    """Chunks may end anywhere, and be split at once or row by row."""
    files, has_header = archive
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        for file in files:
            file.write(source)
        made = planned(source, files, has_header)
        outputs = []
        for name, chunk, is_fast in (("1", None, True), ("2", size, True), ("3", size, False)):
            root = Path(folder, name)
            with pytest.MonkeyPatch.context() as patch:
                convert_in_chunks(patch, chunk, is_fast)
                migrate(str(source), str(root), made, jobs=1)
            outputs.append(data_files(root))
        assert outputs[0] == outputs[1]
        assert outputs[0] == outputs[2]


def convert_in_chunks(patch: pytest.MonkeyPatch, size: Optional[int], is_fast: bool) -> None:
    """Set the size of chunks, and whether the fast way is open."""
    if size is not None:
        patch.setattr(unit_files, "read_chunks", partial(read_chunks, size=size))
    if not is_fast:
        patch.setattr(row_batches, "split_regular", lambda content, width: None)
