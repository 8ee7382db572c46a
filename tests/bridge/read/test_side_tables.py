"""Rows that are joined in whole columns are those that joining lines gives, to the last byte."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_bridge.collected import lines as lines_module
from mdc_bridge.read import ahead, gathering, join_parts
from mdc_bridge.read import rows as rows_module
from tests.examples_of import examples

pytest.importorskip("pyarrow")

from tests.bridge.read.both_ways import check_both_ways, write_tree

_JOIN = ("i", "o", "u")
_START = datetime(2026, 11, 21, 9, tzinfo=timezone.utc)
_CELLS = {
    "floats": st.floats(-1e6, 1e6),
    "integers": st.integers(-5, 5),
    "long": st.sampled_from([2**53, 2**53 + 1, 2**63 - 1, 2**63]),
    "texts": st.text('aü,"\n', max_size=3),
    "booleans": st.booleans(),
    "nulls": st.none(),
}
# Of a line as it is written, in place of others: no chunk that has one is read at once.
_ODD = [
    (b'"time": "2026', b'"time": "1926'),
    (b'"data": [', b'"data": [null, '),
    (b'"data": [', b'"data": [{"c0": [1]}, '),
    (b'"data": [', b'"data": [{"new": 1.5}, {"new": [2]}, '),
    (b'"data": [', b'"data": [], "other": ['),
    (b'"data": [', b'"dataref": "x", "other": ['),
    (b'"data"', b'torn "data"'),
    (b'"correlationid": "x"', b'"correlationid": "\\ud83d"'),
    (b'"time"', b'"other"'),
]


@st.composite
def _files(draw: Any) -> dict[str, list[bytes]]:
    """Draw files of two or three collections, and more, with ids that repeat, or do not."""
    files: dict[str, list[bytes]] = {}
    ids = [f"{number}" for number in range(12)] if draw(st.booleans()) else ["x", "y", "ü", ""]
    paths = [f"{of}/{name}" for of in _JOIN for name in ("2026/11/21/09/a", "2026/11/21/10/b")]
    paths += ["../green/i/2026/11/21/09/a", "../green/o/2026/11/21/09/a"]
    kinds = draw(st.lists(st.sampled_from(sorted(_CELLS)), max_size=3))
    # A collection that the tree never held would be refused.
    least = [f"{of}/2026/11/21/09/a" for of in draw(st.sampled_from([_JOIN, _JOIN[:2]]))]
    more = draw(st.lists(st.sampled_from(paths), max_size=4, unique=True))
    for path in draw(st.permutations(list({*least, *more}))):
        if kinds and draw(st.integers(0, 3)) == 0:
            kinds = [*kinds[1:], draw(st.sampled_from(sorted(_CELLS)))]
        names = [f"c{at}" for at in range(len(kinds))]
        if draw(st.booleans()):
            names = [*reversed(names)]
        own = draw(st.permutations(ids)) if len(ids) > 4 else ids
        lines = []
        for at in range(draw(st.integers(1, 6))):
            count = draw(st.sampled_from([1, 1, 1, 2, 3]))
            moment = _START + timedelta(microseconds=draw(st.sampled_from([0, at, at, 10**6])))
            event = {
                "time": moment.isoformat().replace("+00:00", "Z"),
                "correlationid": own[at] if len(ids) > 4 else draw(st.sampled_from(own)),
                "xrequestid": draw(st.sampled_from(["r", "s"])),
                "modelversion": draw(st.sampled_from(["1", "2"])),
                "data": [
                    {name: draw(_CELLS[kind]) for name, kind in zip(names, kinds)}
                    for _ in range(count)
                ],
            }
            line = json.dumps(event, ensure_ascii=draw(st.booleans())).encode() + b"\n"
            if draw(st.integers(0, 9)) == 0:
                line = line.replace(*draw(st.sampled_from(_ODD)), 1)
            lines.append(line)
        files[f"{path}.jsonl"] = lines
    return files


@contextmanager
def _roomy() -> Iterator[None]:
    """Memory for all of the rows; few lines are read at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "LEAST_LINES", 1)
        patch.setattr(lines_module, "CHUNK_BYTES", 400)
        yield


@contextmanager
def _tight() -> Iterator[None]:
    """Memory for about one of the rows at a time."""
    with _roomy(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "BATCH_BYTES", 500)
        patch.setattr(join_parts, "_TABLE_BYTES", 300)
        patch.setattr(join_parts, "_TABLE_CELLS", 10)
        patch.setattr(join_parts, "_PART_BYTES", 200)
        patch.setattr(rows_module, "_ROOM", 300)
        yield


@settings(max_examples=examples(50))
@given(files=_files(), has_three=st.booleans(), cores=st.integers(1, 3))
def test_any_collections(files: dict[str, list[bytes]], has_three: bool, cores: int) -> None:
    """Sides that are missing, ids that repeat, counts that differ, odd lines, equal times."""
    collections = {path.split("/")[-6] for path in files}
    join = _JOIN if has_three and collections.issuperset(_JOIN) else ("o", "i")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(ahead, "usable_cores", lambda: cores)
        write_tree(Path(folder), files)
        check_both_ways(Path(folder), join=join, settings=(_roomy(), _tight()))


def _line(id: str, second: int, data: Any) -> bytes:
    event = {"time": f"2026-11-21T09:00:{second:02}Z", "correlationid": id, "data": data}
    return json.dumps(event).encode() + b"\n"


@pytest.mark.parametrize("memory", [_roomy, _tight])
def test_only_ids_with_odd_lines_are_joined_one_by_one(
    tmp_path: Path, memory: Callable[[], AbstractContextManager[None]]
) -> None:
    """All others stay in whole columns, whatever the rest of the files is."""
    inputs = [_line(f"{at}", at, [{"a": at, "b": "t"}]) for at in range(9)]
    outputs = [_line(f"{at}", at + 1, [{"p": at / 2}]) for at in range(9)]
    odd = _line("3", 50, [{"p": [1]}])
    files = {
        "i/2026/11/21/09/a.jsonl": inputs,
        "o/2026/11/21/09/a.jsonl": outputs,
        "o/2026/11/21/10/a.jsonl": [odd],
    }
    write_tree(tmp_path, files)
    check_both_ways(tmp_path, join=("i", "o"), settings=[memory()])
    del files["o/2026/11/21/10/a.jsonl"]
    regular = tmp_path / "regular"
    write_tree(regular, files)
    assert check_both_ways(regular, join=("i", "o"), settings=[memory()])
