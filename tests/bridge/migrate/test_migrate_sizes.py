"""Memory stays bounded, whatever the size of a file, a call, or what is wrong with them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from mdc_bridge.migrate import migrate
from mdc_bridge.read import read
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import lines_of, parse
from tests.bridge.migrate.oracle import Digits

HEADER = Part(["x", "s"], Call(0), is_header=True)
MB = 1024 * 1024


def test_a_call_larger_than_memory_is_cut(tmp_path: Path) -> None:
    """Its rows are all there, in order, in several lines of its id."""
    rows = [Part([str(at), "s" * 100], Call(1)) for at in range(9000)]
    CsvFile([HEADER, Part(["-1", "a"], Call(0)), *rows, Part(["-2", "a"], Call(2))]).write(
        tmp_path / "source"
    )
    source, root = str(tmp_path / "source"), tmp_path / "new"
    report = migrate(source, str(root), jobs=1, memory=MB).datasets["svc/credit/inputs"]
    lines = lines_of(root)
    assert report.lines == len(lines)
    assert report.cut == len(lines) - 3 > 1
    assert report.rows == 9002
    values = [row["x"] for line in lines for row in line["data"]]
    assert values == list(map(Digits, [-1, *range(9000), -2]))
    assert {line["correlationid"] for line in lines} == {Call(at).id for at in range(3)}
    assert max(len(line["data"]) for line in lines) < 3000
    whole = migrate(source, str(tmp_path / "whole"), jobs=1).datasets["svc/credit/inputs"]
    assert (whole.lines, whole.cut) == (3, 0)


def test_data_of_more_than_4_mb(tmp_path: Path) -> None:
    """They are in a file of their own, and `read` follows the line to it."""
    rows = [Part([str(at), "s" * 100], Call(1)) for at in range(45000)]
    CsvFile([HEADER, Part(["7", "a"], Call(0)), *rows]).write(tmp_path / "source")
    root = tmp_path / "new"
    migrate(str(tmp_path / "source"), str(root), jobs=1)
    small, large = sorted(lines_of(root), key=lambda line: "dataref" in line)
    assert "data" in small
    raw = Path(large["dataref"].removeprefix("file://"))
    assert raw.parent == root / "modelDataCollector/svc/credit/2019/06/01/12"
    content = raw.read_bytes()
    assert large["contentrange"] == f"bytes 0-{len(content) - 1}/{len(content)}"
    assert len(parse(content)) == 45000
    frame = read(str(root))
    assert sorted(frame["x"]) == sorted([7, *range(45000)])


_MEASURED = """
import resource, sys
from mdc_bridge.migrate import load_plan, migrate
made = load_plan(open(sys.argv[3]).read(), "plan") if len(sys.argv) > 3 else None
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = migrate(sys.argv[1], sys.argv[2], made, jobs=1, memory=16 * 1024 * 1024)
(each,) = report.datasets.values()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f'[{each.rows}, {each.rejected}, {each.lines}, {before}, {after}]')
"""


def measured(source: Path, root: Path, *plan: str) -> tuple[list[int], float]:
    """Return rows, rejected rows and lines, and the MB of memory that a migration took."""
    command = [sys.executable, "-c", _MEASURED, str(source), str(root), *plan]
    shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    *counts, before, after = json.loads(shown)
    return counts, (after - before) / 1024


@pytest.mark.newest_only
@pytest.mark.parametrize("what", ["scattered", "rejected", "torn"])
def test_memory_where_everything_is_wrong(tmp_path: Path, what: str) -> None:
    """Ids that never stand together, and rows that cannot be read, wait on disk."""
    numbers = [*range(40000)] * 2
    random.Random(1).shuffle(numbers)
    tail = Call(0).tail[1:]
    header = HEADER.content
    path = CsvFile([HEADER]).write(tmp_path / "source")
    with path.open("wb") as stream:
        stream.write(header)
        for number in numbers if what == "scattered" else range(80000):
            text = "\udcff" if what == "torn" else "y"
            line = ",".join(["1.5", text * 50, Call(number).id, *tail])
            stream.write(line.encode("utf-8", "surrogateescape") + b"\r\n")
    arguments = []
    if what == "rejected":
        made = (
            "format: 1\ndatasets: [{source: {workspace: 11111111-2222-3333-4444-555555555555/group/"
            "space, service: svc, model: credit, designation: inputs}, columns: {x: integer}}]"
        )
        (tmp_path / "plan.yaml").write_text(made)
        arguments = [str(tmp_path / "plan.yaml")]
    counts, memory = measured(tmp_path / "source", tmp_path / "new", *arguments)
    assert counts == ([80000, 0, 40000] if what == "scattered" else [0, 80000, 0])
    assert memory < 60
