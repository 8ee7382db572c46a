"""Frames of collected rows as CSV, JSON, JSONL and Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import pandas

from mdc_core.encoding.cells import cell_json, text_json
from mdc_core.errors import SettingsError

Write = Callable[[Iterable[pandas.DataFrame], BinaryIO], None]


def write_jsonl(frames: Iterable[pandas.DataFrame], stream: BinaryIO) -> None:
    """Write one row object to a line; frames follow each other."""
    for frame in frames:
        stream.writelines(row + b"\n" for row in _json_rows(frame))


def write_json(frames: Iterable[pandas.DataFrame], stream: BinaryIO) -> None:
    """Write one array of row objects; frames follow each other."""
    before = b"[\n"
    for frame in frames:
        for row in _json_rows(frame):
            stream.write(before + row)
            before = b",\n"
    stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def write_csv(frames: Iterable[pandas.DataFrame], stream: BinaryIO) -> None:
    """Write frames as CSV with a header; lists and objects in cells are their JSON."""
    for frame in frames:
        flat = frame.copy()
        for name in frame.columns:
            if frame[name].dtype.kind == "O":
                flat[name] = pandas.Series(map(_flat, frame[name]), index=frame.index, dtype=object)
        stream.write(flat.to_csv(index=False, lineterminator="\n").encode("utf-8", "replace"))


def write_parquet(frames: Iterable[pandas.DataFrame], stream: BinaryIO) -> None:
    """Write frames as Parquet.

    Raises:
        SettingsError: pyarrow is not installed, or a column has what Parquet cannot hold: mixed
            types, integers beyond 64 bits, objects without fields, lone surrogates.
    """
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise SettingsError(
            "parquet needs the package pyarrow: pip install pyarrow; valid without it: "
            "csv, json, jsonl, table"
        ) from None
    for frame in frames:
        try:
            frame.to_parquet(stream, index=False)
        except (pyarrow.ArrowException, ValueError, OverflowError) as error:
            raise SettingsError(f"this cannot be Parquet: {error}; valid: jsonl") from None


# The others need all rows at once.
STREAMED: dict[str, Write] = {"json": write_json, "jsonl": write_jsonl}
WRITERS: dict[str, Write] = {**STREAMED, "csv": write_csv, "parquet": write_parquet}


def _json_rows(frame: pandas.DataFrame) -> Iterator[bytes]:
    keys = [text_json(str(name)) + b":" for name in frame.columns]
    columns = [frame[name].astype(object).tolist() for name in frame.columns]
    for row in zip(*columns):
        yield b"{" + b",".join(key + cell_json(cell) for key, cell in zip(keys, row)) + b"}"


def _flat(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return cell_json(value).decode()
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
