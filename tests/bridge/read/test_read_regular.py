"""Lines that are read many at once by pyarrow give what they give one by one, to the last byte."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_bridge.collected import lines as lines_module
from mdc_bridge.collected.places import Choice
from mdc_bridge.read import ahead, gathering
from mdc_bridge.read import rows as rows_module
from tests.bridge.read.both_ways import check_both_ways, write_tree
from tests.examples_of import examples

pyarrow = pytest.importorskip("pyarrow")

_LINE = (
    b'{"time":"2026-11-21T09:16:25Z","correlationid":"x","xrequestid":"r","data":'
    b'[{"a":1.5,"b":"t","n":7}]}\n'
)
# Byte strings in place of others: what pyarrow, or looking at whole columns, could take for more
# or less than it is.
_ODD = [
    (b"1.5", b"1"),
    (b"1.5", b"-0.0"),
    (b"1.5", b"-0"),
    (b"1.5", b"0.0"),
    (b"1.5", b"NaN"),
    (b"1.5", b"-Infinity"),
    (b"1.5", b"1e999"),
    (b"1.5", b"1E5"),
    (b"1.5", b"1e-7"),
    (b"1.5", b"0.1e-400"),
    (b"1.5", b"9007199254740993"),
    (b"1.5", b"9007199254740993.5"),
    (b"1.5", b"0.30000000000000004"),
    (b"1.5", b"123456789.123456789123456789e-300"),
    (b"1.5", b"9223372036854775808"),
    (b"1.5", b"null"),
    (b"1.5", b"true"),
    (b"1.5", b'"1.5"'),
    (b"1.5", b"[1.5]"),
    (b"1.5", b'{"c":1}'),
    (b"1.5", b'1.5,"a":2.5'),
    (b"1.5", b'null,"a":2.5'),
    (b"1.5", b"01"),
    (b'"n":7', b'"n":9223372036854775807'),
    (b'"n":7', b'"n":9223372036854775808'),
    (b'"n":7', b'"n":7.0'),
    (b'"n":7', b'"n":-0'),
    (b'"n":7', b'"m":7'),
    (b'"n":7', b'"n":7,"m":1'),
    (b',"n":7', b""),
    (b'"a":1.5,"b":"t"', b'"b":"t","a":1.5'),
    (b'"t"', b'"2026-11-21"'),
    (b'"t"', b'"2026-11-21T09:16:25Z"'),
    (b'"t"', b"null"),
    (b'"t"', b'""'),
    (b'"t"', b'"a\\"b,\\n\\r\\\\"'),
    (b'"t"', b'"\\u0000\\u001f\\u007f\\u2028"'),
    (b'"t"', b'"\\ud83d\\ude00"'),
    (b'"t"', b'"\\ud83d"'),
    (b'"t"', b'"\\udc00"'),
    (b'"t"', "'ü€😀'".replace("'", '"').encode()),
    (b'"t"', b'"\xff"'),
    (b'"t"', b'"a\tb"'),
    (b'"b"', b'"mdc_id"'),
    (b'"b"', b'""'),
    (b'"b"', b'"\\u0062"'),
    (b'"b"', b'"=,%s"'),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[]"),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[{}]"),
    (b'[{"a":1.5,"b":"t","n":7}]', b"null"),
    (b'[{"a":1.5,"b":"t","n":7}]', b'{"a":1.5}'),
    (b'[{"a":1.5,"b":"t","n":7}]', b'"text"'),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[1,2]"),
    (b'"n":7}', b'"n":7},null'),
    (b'"n":7}', b'"n":7},{"n":8}'),
    (b'"n":7}', b'"n":7},{"a":2,"b":"u","n":8}'),
    (b'"data"', b'"dataref"'),
    (b'"data"', b'"datainblob":true,"data"'),
    (b'"data"', b'"dataref":"x","data"'),
    (b'"x"', b"null"),
    (b'"x"', b'""'),
    (b'"x"', b"5"),
    (b'"x"', b'"x","correlationid":"y"'),
    (b'"r"', b"null"),
    (b'"xrequestid":"r",', b""),
    (b'"xrequestid":"r",', b'"modelversion":"2",'),
    (b'"xrequestid":"r",', b'"modelversion":3,'),
    (b'"xrequestid":"r",', b'"other":{"deep":[1]},'),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T09:16:25.123Z"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T09:16:25.000001Z"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T09:16:25.1234567Z"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T09:16:25"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T10:16:25+01:00"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21 09:16:25Z"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T24:00:00Z"),
    (b"2026-11-21T09:16:25Z", b"2026-11-21T09:16:60Z"),
    (b"2026-11-21T09:16:25Z", b"2026-02-30T09:16:25Z"),
    (b"2026-11-21T09:16:25Z", b"1969-12-31T23:59:59Z"),
    (b"2026-11-21T09:16:25Z", b"0001-01-01T00:00:00Z"),
    (b"2026-11-21T09:16:25Z", b"9999-12-31T23:59:59Z"),
    (b'"2026-11-21T09:16:25Z"', b"null"),
    (b"}\n", b"}\r\n"),
    (b"}\n", b"}\n\n"),
    (b"}\n", b"} \n"),
    (b"}\n", b"}" + _LINE),
    (b"}\n", b"}x\n"),
    (b"}\n", b"}\0\n"),
    (b"}\n", b"]}\n"),
    (b"[{", b"[\n{"),
    (b'{"time"', b' {"time"'),
    (b'{"time"', b'/**/{"time"'),
    (b'{"time"', b'{"time":1,"time"'),
    (b'{"time"', b'\xef\xbb\xbf{"time"'),
]
_HEADS = [
    b'"source":"s",',
    b'"source" : "s" , ',
    b'"source":"s","agent":"a",',
    b'"source":"s","source":"t",',
    b'"source":"s","n":1,',
    b'"source":"",',
    b'"":"s",',
    b'"source":"s",,',
    b'"source":"a\tb",',
    b'"so\turce":"s",',
    b'\x0b"source":"s",',
    b'"source"\x0c:"s",',
    b'"source":"a\\tb",',
    b'"source":"\\ud83d",',
    b'"source":"\xff",',
    '"source":"ü😀",'.encode(),
    b'"time":"2026-11-20T09:16:25Z",',
    b'"t\\u0069me":"2026-11-20T09:16:25Z",',
    b'"correlationid":"z",',
    b'"modelversion":"9",',
    b'"source":"s","modelversion":"9",',
    b'"datainblob":"true",',
    b'"dataref":"x",',
    b'"data":"x",',
    b'"datacontenttype":"text/plain",',
    b'"data":[{"a":1}],',
]
# By the collection whose lines end so.
_TAILS = {
    "bare": b"",
    "text": b',"source":"t"',
    "number": b',"source":1',
    "time": b',"time":"2026-11-22"',
}


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few lines be worth it."""
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)


@pytest.mark.parametrize("odd", range(len(_ODD)), ids=[f"{old!r} {new!r}" for old, new in _ODD])
def test_one_odd_line(tmp_path: Path, odd: int) -> None:
    """A line that differs in one thing, first, amid or last of a collection, stays what it is."""
    files = {}
    for place, collection in enumerate(("first", "middle", "last")):
        lines = [_LINE.replace(b'"x"', b'"%d"' % at) for at in range(3)]
        lines[place] = _LINE.replace(*_ODD[odd])
        assert lines[place] != _LINE
        files[f"{collection}/2026/11/21/09/a.jsonl"] = lines
        other = [_LINE.replace(b"09:16", b"10:16")] * 2
        files[f"{collection}/2026/11/21/10/a.jsonl"] = other
    write_tree(tmp_path, files)
    check_both_ways(tmp_path)


@pytest.mark.parametrize("head", _HEADS)
def test_the_same_head(tmp_path: Path, head: bytes) -> None:
    """Fields at the beginning that are the same in all lines of a collection, whatever they are."""
    files = {}
    for collection, tail in _TAILS.items():
        line = _LINE.replace(b'{"time"', b"{" + head + b'"time"').replace(b"}\n", tail + b"}\n")
        lines = [line, line.replace(b"1.5", b"2.5"), line]
        files[f"{collection}/2026/11/21/09/a.jsonl"] = lines
    write_tree(tmp_path, files)
    check_both_ways(tmp_path)


def test_regular_lines_are_read_at_once(tmp_path: Path) -> None:
    """What collectors write is regular: inputs beside outputs of other columns, with gaps."""
    lines = [_LINE, _LINE.replace(b'"t"', b"null"), _LINE.replace(b"1.5", b"2")]
    outputs = [_LINE.replace(b'[{"a":1.5,"b":"t","n":7}]', b'[{"p":0.5},{"p":1}]')]
    write_tree(
        tmp_path,
        {"inputs/2026/11/21/09/a.jsonl": lines, "outputs/2026/11/21/09/a.jsonl": outputs},
    )
    assert check_both_ways(tmp_path)


def test_the_earliest_line_orders_the_columns(tmp_path: Path) -> None:
    """Wherever it stands in its file."""
    earliest = _LINE.replace(b"09:16", b"09:15").replace(b'"a":1.5,"b":"t"', b'"b":"t","a":1.5')
    write_tree(tmp_path, {"inputs/2026/11/21/09/a.jsonl": [_LINE, earliest, _LINE]})
    assert check_both_ways(tmp_path)


_CELLS = {
    "floats": st.floats(allow_nan=False, allow_infinity=False),
    "small": st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
    "whole": st.integers(-5, 5).map(float),
    "integers": st.integers(-5, 5),
    "long": st.sampled_from([2**53, 2**53 + 1, -(2**63), 2**63 - 1, 2**63]),
    "texts": st.text('aü,"\n\r\\\x00\x1f\u2028', max_size=3),
    "dates": st.sampled_from(["2026-11-21", "2026-11-21 10:00:00", ""]),
    "booleans": st.booleans(),
    "nulls": st.none(),
}
_START = datetime(2026, 11, 21, 9, tzinfo=timezone.utc)


@st.composite
def _files(draw: Any) -> dict[str, list[bytes]]:
    """Draw files whose rows have columns of one kind, but for a few."""
    files: dict[str, list[bytes]] = {}
    kinds = draw(st.lists(st.sampled_from(sorted(_CELLS)), min_size=1, max_size=4))
    paths = ["i/2026/11/21/09/a", "i/2026/11/21/09/b", "o/x/a"]
    for path in draw(st.sets(st.sampled_from(paths), min_size=1)):
        lines = []
        if draw(st.integers(0, 3)) == 0:
            kinds = [*kinds[1:], draw(st.sampled_from(sorted(_CELLS)))]
        gaps = draw(st.sampled_from([0.0, 0.3]))
        for _ in range(draw(st.integers(1, 6))):
            rows = []
            for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
                row: dict[str, Any] = {}
                for at, kind in enumerate(kinds):
                    cell: Optional[Any] = draw(_CELLS[kind])
                    row[f"c{at}"] = None if gaps and draw(st.floats(0, 1)) < gaps else cell
                rows.append(row)
            micros = draw(st.sampled_from([0, 500_000, 1, 60_000_000, 60_000_001]))
            event = {
                "time": (_START + timedelta(microseconds=micros))
                .isoformat()
                .replace("+00:00", "Z"),
                "correlationid": draw(st.sampled_from(["x", "y", "", None])),
                "xrequestid": draw(st.sampled_from(["r", "s"])),
                "modelversion": draw(st.sampled_from(["1", "2"])),
                "data": rows,
            }
            text = json.dumps(event, ensure_ascii=draw(st.booleans()))
            lines.append(text.encode() + b"\n")
        files[path.replace("o/x", "o/2026/11/21/09") + ".jsonl"] = lines
    return files


@contextmanager
def _memory(chunk: int, room: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "CHUNK_BYTES", chunk)
        patch.setattr(gathering, "BATCH_BYTES", chunk * 2)
        patch.setattr(rows_module, "_ROOM", room)
        yield


@pytest.mark.parametrize("limit", [None, 4])
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=_files(), has_period=st.booleans(), cores=st.integers(1, 3))
def test_any_files(
    limit: Optional[int], files: dict[str, list[bytes]], has_period: bool, cores: int
) -> None:
    """Files of columns of every kind, in one chunk or many, all or a part, by any threads."""
    memories = [_memory(200, 400), _memory(200, 2**30), _memory(4_000_000, 0)]
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(ahead, "usable_cores", lambda: cores)
        write_tree(Path(folder), files)
        since = "2026-11-21T09:00:30Z" if has_period else None
        choice = Choice.of(None, None, None, since, None)
        check_both_ways(Path(folder), limit=limit, choice=choice, settings=memories)
