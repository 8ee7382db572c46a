"""Blocks by the compiled part: what Python makes of them, or left to it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.chunks import Chunk, read_chunks
from mdc_bridge.archive.json_types import JSON_TYPES, NULLS
from mdc_bridge.archive.rows import RowReader
from mdc_bridge.migrate import migrate, unit_files
from mdc_bridge.migrate.blocks import Block, BlockReader, FileFacts
from mdc_bridge.migrate.correlation_cells import CorrelationReader
from mdc_core import compiled
from mdc_core.data.correlation_columns import BOUNDARY_TEXTS
from tests.bridge.migrate.archive_model import HEADERS, NO_REQUEST, CsvFile, uuid_of
from tests.bridge.migrate.archive_strategies import archives
from tests.bridge.migrate.migrated import data_files
from tests.bridge.migrate.test_migrate_rows import SLOW, planned
from tests.compiled_part import compiled_part, python_alone

module = compiled_part()
TIME = "2019-06-01T12:30:00.123456"
PLAIN = st.text(st.sampled_from("ab 1.-é日🙂\x7f;='{}[]"), max_size=40)
CELLS = {
    "integer": st.integers().map(str),
    "number": st.one_of(
        st.floats().map(repr),
        st.from_regex(r"-?(0|[1-9]\d{0,25})(\.\d{1,30})?([eE][+-]?\d{1,4})?", fullmatch=True),
    ),
    "boolean": st.sampled_from(["True", "False", "true", "false"]),
    "string": PLAIN,
}
# Of any column; few of them are its type's.
ODD = [
    *map(bytes.decode, NULLS),
    *("00123", "1e400", "+1", ".5", "1.", "-", "-.5", "1e", "1e+", "0x1", "1_0", "NAN", "TRUE"),
    *("\\", "\t", "\0", '"', '"a,b"', '"a\r\nb"', "\r", " 1", "1 ", "-0", "1E99", "1e100"),
    *("9" * 18, "9" * 19, "-9223372036854775808", "9223372036854775808", "12345678901234567890"),
    *("9" * 400, "1" * 199, "-" + "1" * 200, "0." + "1" * 300, "1" * 150 + "e200"),
]
# What is UTF-8, and what is nearly.
TEXTS = [
    *map(str.encode, ("é", "日", "🙂", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff")),
    "\U00010000".encode(),
]
NO_TEXTS = [
    *(b"\xff", b"\xc3", b"\xe9", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xed\xa0\x80"),
    *(b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\x80"),
    *(b"\xf0\x9f\x99", b"\xe2\x28\xa1", b"\xe2\x82\x28", b"\xf0\x28\x8c\xbc", b"\xf0\x90\x28\xbc"),
]
NOT_ASCII = st.sampled_from([*TEXTS, *NO_TEXTS])
SPOILING = st.sampled_from([b",", b"\n", b"\r", b'"', b"\0", b"-", b"\\", b""])


class File(NamedTuple):
    """A file and the types of its columns."""

    content: bytes
    types: dict[str, str]

    def read(self, size: int) -> list[Block]:
        """Return its blocks, of chunks of about a size."""
        reader = self.reader()
        return [reader.read(chunk) for chunk in read_chunks(io.BytesIO(self.content), size)]

    def reader(self) -> BlockReader:
        """Return a reader of its blocks."""
        facts = FileFacts(b"prefix-", b"2019-06-01T00:00:00", b"9")
        return BlockReader(RowReader("auto"), CorrelationReader("UTC", "9"), self.types, facts)


def as_lists(block: Block) -> dict[str, Any]:
    """Return what a block says."""
    fields = {**vars(block), "infinities": dict(block.infinities)}
    return {
        name: list(value) if isinstance(value, Sequence) else value
        for name, value in fields.items()
    }


def both_ways(file: File, size: int = 64) -> None:
    """Compare what both ways make of a file, and whether both refuse it.

    Python alone reads the first chunk, to know the header; so the chunks are small.
    """
    read = [as_lists(block) for block in file.read(size)]
    with python_alone():
        assert read == [as_lists(block) for block in file.read(size)]


@st.composite
def tails(draw: st.DrawFn) -> list[str]:
    """Return correlation cells, mostly plain."""
    number = draw(st.integers(0, 5))
    user = draw(st.sampled_from(["", "", "", "client 7-", "é-", "\\-", "x"]))
    identifier = user + draw(st.sampled_from([str.lower, str.upper]))(uuid_of(number))
    time = draw(
        st.sampled_from([TIME, TIME, TIME[:-7], f"{TIME[:-7]}.000000", f"{TIME}Z", "now", ""])
    )
    boundary = draw(st.sampled_from([*sorted(BOUNDARY_TEXTS), "1440", "1440", "61"]))
    places = ["sub/group/space", "svc", draw(st.sampled_from(["credit", "é", ""]))]
    version = draw(st.sampled_from(["3", "3", "4", "", "\\"]))
    request = draw(st.sampled_from([NO_REQUEST, uuid_of(number + 9), "", "no uuid", "g" * 36]))
    return [identifier, time, boundary, *places, version, request]


@st.composite
def files(draw: st.DrawFn) -> File:
    """Return files that are regular, or nearly."""
    kinds = draw(st.lists(st.sampled_from([*JSON_TYPES, ""]), min_size=1, max_size=5))
    names = [f"é{at}" if at % 2 else f"q\\{at}" for at in range(len(kinds))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = [",".join([*names, *HEADERS])]
    odd = draw(st.sampled_from([0, 0, 5, 50]))
    cells = [
        st.one_of(CELLS.get(kind, PLAIN), *[st.sampled_from(ODD)] * (odd > 25)) for kind in kinds
    ]
    for _ in range(draw(st.integers(1, 8))):
        tail = draw(tails())
        for _ in range(draw(st.integers(1, 3))):
            row = [draw(each) for each in cells]
            if odd and draw(st.integers(0, 100)) < odd:
                row = [*row, "1"] if draw(st.booleans()) else row[:-1]
            rows.append(",".join([*row, *tail]))
    content = "".join(row + end for row in rows).encode()
    for _ in range(draw(st.integers(0, 2)) if odd else 0):
        at = draw(st.integers(0, len(content)))
        spoiled = draw(NOT_ASCII | SPOILING)
        content = content[:at] + spoiled + content[at + draw(st.integers(0, 3)) :]
    if draw(st.integers(0, 4)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    types = {name: kind for name, kind in zip(names, kinds) if kind}
    return File(draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + content, types)


@SLOW
@given(files(), st.sampled_from([64, 400, 4096]))
def test_files_that_are_nearly_regular(file: File, size: int) -> None:
    both_ways(file, size)


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("text", [*TEXTS, *NO_TEXTS, b"".join(TEXTS)])
def test_bytes_that_are_nearly_text(text: bytes, at: int) -> None:
    """In a cell of a text, in one of a number, and in one that no line has."""
    plain = [b"x", b"1", b"svc"]
    spoiled = [cell + text * (place == at) for place, cell in enumerate(plain)]
    tail = f"{uuid_of(1)},{TIME},1440,ws".encode()
    # Python looks at the first row of a chunk.
    rows = [
        b"%s,%s,%s,%s,model,3," % (*cells[:2], tail, cells[2]) + uuid_of(2).encode() + b"\n"
        for cells in (plain, plain, spoiled, plain)
    ]
    header = ",".join(["t", "n", *HEADERS]).encode() + b"\n"
    file = File(header + b"".join(rows), {"t": "string", "n": "number"})
    both_ways(file, len(header + rows[0]) + 1)


@pytest.mark.parametrize("kind", JSON_TYPES)
@pytest.mark.parametrize("cell", ODD)
def test_odd_cells(cell: str, kind: str) -> None:
    """What a column does not hold, or holds and is not read by the compiled part."""
    both_ways(_regular(cell, kind))


@SLOW
@given(archives())
def test_whole_conversions(archive: tuple[list[CsvFile], bool]) -> None:
    """Quoted cells, ragged rows, line ends of both kinds, ids that come again: all files."""
    made, has_header = archive
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        for file in made:
            file.write(source)
        whole = planned(source, made, has_header)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(unit_files, "read_chunks", partial(read_chunks, size=64))
            migrate(str(source), f"{folder}/compiled", whole, jobs=1)
            with python_alone():
                migrate(str(source), f"{folder}/python", whole, jobs=1)
        assert data_files(Path(folder, "compiled")) == data_files(Path(folder, "python"))


def _regular(cell: str = "1", kind: str = "number", end: str = "\r\n", **changes: str) -> File:
    tail = {"id": uuid_of(1), "time": TIME, "boundary": "1440", "request": NO_REQUEST, **changes}
    places = ["ws", "svc", "model", "3"]
    cells = [cell, tail["id"], tail["time"], tail["boundary"], *places, tail["request"]]
    rows = [["a", *HEADERS], cells, cells, cells]
    return File("".join(",".join(row) + end for row in rows).encode(), {"a": kind})


@pytest.mark.parametrize(
    "file",
    [
        _regular(),
        _regular(end="\n"),
        _regular("-1.5e-07"),
        _regular("12345678901234567890"),
        _regular("nan"),
        _regular(""),
        _regular("-12", "integer"),
        _regular("True", "boolean"),
        _regular("<NA>", "boolean"),
        _regular("São Paulo", "string"),
        _regular("", "string"),
        _regular(id=f"client-{uuid_of(1)}"),
        _regular(time=TIME[:-7]),
        _regular(time=f"{TIME}+02:00"),
        _regular(boundary="60.0"),
        _regular(request=uuid_of(2)),
        _regular(request=""),
    ],
    ids=lambda file: repr(file.content.partition(b"\n")[2][:80]),
)
def test_what_is_regular_is_read_by_it(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise all these tests would compare Python with Python."""
    read: list[Optional[compiled.ReadRows]] = []

    def watched(*arguments: Any) -> Optional[compiled.ReadRows]:
        read.append(module.read_rows(*arguments))
        return read[-1]

    monkeypatch.setattr(compiled, "read_rows", watched)
    reader, lines = file.reader(), file.content.splitlines(keepends=True)
    for chunk in (Chunk(1, b"".join(lines[:2])), Chunk(3, b"".join(lines[2:]))):
        block = reader.read(chunk)
    assert len(block.rows) == 2
    assert not block.rejects
    (found,) = read
    assert found is not None
    both_ways(file)


@pytest.mark.parametrize(
    "arguments",
    [
        ("1\n", (b"",), b"", b"n", (), ()),
        (b"1\n", [b""], b"", b"n", (), ()),
        (b"1\n", (b"",), b"", b"", (), ()),
        (b"1\n", (b"",), b"", b"nn", (), ()),
        (b"1\n", (b"",), b"", "n", (), None),
        (b"1\n", ("",), b"", b"n", (), ()),
        (b"1\n", (b"",), b"", b"n", (None,), ()),
        (b"1\n",),
    ],
    ids=repr,
)
def test_arguments_that_do_not_fit(arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        module.read_rows(*arguments)


@pytest.mark.parametrize("content", [b"", b"1", b"\n", b"\r\n", b"1,\n", b",,,,,,,\n", b"\n\n\n"])
def test_contents_without_rows(content: bytes) -> None:
    for before, kinds in (((), b""), ((b"{",), b"n"), ((b"{", b","), b"si")):
        assert module.read_rows(content, before, b"}", kinds, (b"",), (b"1440",)) is None
