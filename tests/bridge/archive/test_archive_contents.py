"""The content of stored files is UTF-8, however it is compressed and encoded."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive import Reject, read_rows
from mdc_bridge.archive.contents import check_encoding, csv_name, open_content
from mdc_bridge.files import open_files
from mdc_core.errors import SettingsError, UnreadableFileError


def _zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("folder/", b"")
        packed.writestr("folder/data.csv", content)
    return stream.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.compress,
    ".zip": _zipped,
}
TEXT_OF = {
    "utf-8": "utf-8",
    "utf-8-sig": "auto",
    "utf-16": "auto",
    "utf-32": "auto",
    "utf-16-le": "utf-16-le",
    "latin-1": "latin-1",
    "cp1252": "cp1252",
    "shift_jis": "shift_jis",
}
ROWS = "name,n\ncafe,1\n" * 40_000
TEXTS = {"empty": "", "a letter": "a", "rows": "a,b\nü,\n" * 3, "many rows": ROWS}


def _stored(tmp_path: Path, name: str, content: bytes) -> bytes:
    """Return all that `open_content` reads of a file, in pieces of an odd size."""
    return _read(tmp_path, name, content, "auto")


def _read(tmp_path: Path, name: str, content: bytes, encoding: str) -> bytes:
    (tmp_path / name).write_bytes(content)
    with open_files(tmp_path, "SOURCE") as files, open_content(files, name, encoding) as stream:
        pieces = list(iter(lambda: stream.read(1237), b""))
        assert 0 <= stream.done <= len(content)
    return b"".join(pieces)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("encoding", TEXT_OF)
@pytest.mark.parametrize("length", TEXTS)
def test_every_packing_and_encoding(
    tmp_path: Path, suffix: str, encoding: str, length: str
) -> None:
    """What is read is the text as UTF-8, whatever its length."""
    text = TEXTS[length]
    if encoding == "shift_jis":
        text = text.replace("ü", "表")
    content = PACK[suffix](text.encode(encoding))
    assert _read(tmp_path, f"data.csv{suffix}", content, TEXT_OF[encoding]) == text.encode()


@given(st.binary(max_size=200), st.sampled_from(["utf-16-le", "utf-32-le", "cp1252", "utf-8"]))
def test_what_cannot_be_decoded_is_no_utf8(content: bytes, encoding: str) -> None:
    """Bytes without a meaning cost neither an error nor the text around them."""
    from mdc_bridge.archive.contents import Content

    read = Content("data.csv", io.BytesIO(b"a," + content), encoding)
    pieces = b"".join(iter(lambda: read.read(7), b""))
    try:
        expected = (b"a," + content).decode(encoding).lstrip("\ufeff").encode()
    except UnicodeError:
        with pytest.raises(UnicodeDecodeError):
            pieces.decode()
    else:
        assert pieces.decode().lstrip("\ufeff").encode() == expected


def test_only_the_row_is_rejected(tmp_path: Path) -> None:
    """A byte that cp1252 has no character for takes its own row alone."""
    (tmp_path / "data.csv").write_bytes(b"a,b\ncaf\xe9,1\nx\x81y,2\nz,3\n")
    with open_files(tmp_path, "SOURCE") as files, open_content(files, "data.csv", "cp1252") as it:
        rows = list(read_rows(it))
    assert [row.line if isinstance(row, Reject) else row.cells for row in rows] == [
        ("café", "1"),
        3,
        ("z", "3"),
    ]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst", ".zip"])
@pytest.mark.parametrize("damage", ["cut off", "other", "empty"])
def test_damaged_files(tmp_path: Path, suffix: str, damage: str) -> None:
    """An error that names the file and is of that file alone."""
    whole = PACK[suffix](ROWS.encode())
    content = {
        "cut off": whole[: len(whole) // 2],
        "other": b"a,b\n1,2\n" * 9,
        "empty": b"",
    }
    with pytest.raises(UnreadableFileError, match=rf"data\.csv\{suffix}: "):
        _stored(tmp_path, f"data.csv{suffix}", content[damage])


def test_a_zip_of_several_files(tmp_path: Path) -> None:
    """Which one is meant is not guessed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("a.csv", b"1\n")
        packed.writestr("b.csv", b"2\n")
    with pytest.raises(UnreadableFileError, match=r"holds 2 files; valid: a \.zip of one \.csv"):
        _stored(tmp_path, "data.csv.zip", stream.getvalue())


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    """A name that does not say CSV is believed only when the packed file's does."""
    for name in ("model.pkl", "data.csv"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr(name, b"a\n1\n")
        if name == "data.csv":
            assert _stored(tmp_path, "data.zip", stream.getvalue()) == b"a\n1\n"
        else:
            with pytest.raises(UnreadableFileError, match=r"holds 'model\.pkl'; valid: "):
                _stored(tmp_path, "data.zip", stream.getvalue())


def test_names_and_encodings() -> None:
    """Suffixes in any case; encodings of bytes are refused as unknown ones are."""
    for packed in ("data.csv.GZ", "data.csv", "data.zip", "data.bz2"):
        assert csv_name(f"2019/06/01/{packed}") == "2019/06/01/data.csv"
    for other in ("data.json.gz", "data", "2019.06/data"):
        assert not csv_name(f"2019/06/01/{other}").endswith(".csv")
    for name in ("auto", "latin-1", "CP1252"):
        check_encoding(name, "encoding")
    for name in ("hex", "no-such", ""):
        with pytest.raises(SettingsError, match="encoding is "):
            check_encoding(name, "encoding")
