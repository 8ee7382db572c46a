"""Rows of a table as CSV and JSONL, whole columns at once: the bytes that row by row gives.

Cells become texts, which pyarrow joins to lines: the memory of the joined column is the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Optional

import numpy
import pyarrow
import pyarrow.compute

from mdc_core.encoding.cells import text_json

from .batch import TableBatch
from .cell_texts import csv_lines
from .columns import BOOLEANS, FLOATS, INTEGERS
from .origin import PLACES, TIME

# pyarrow writes doubles with a fraction as Python does, without an exponent, from the first to the
# second of these; whole numbers below the third are written as integers.
_SMALLEST, _LARGEST, _LARGEST_WHOLE = 1e-4, 1e10, 1e15
_IN_QUOTES = b',"\r\n'
_ESCAPED = b'"\\' + bytes(range(32))
_UNITS = {"seconds": "s", "milliseconds": "ms", "microseconds": "us"}


def csv_of(batch: TableBatch) -> Any:
    """Return the rows of a batch as CSV, without a header."""
    cells = []
    for name in batch.arrays:
        if name == PLACES[0]:
            cells.append(_place_texts(batch, ",", lambda _name, texts: [_csv_text(texts)]))
        elif name not in PLACES:
            cells.append(_csv_texts(batch, name))
    cells[-1] = _joined([cells[-1], "\n"], "", gap="")
    return _content(_joined(cells, ",", gap=""))


def jsonl_of(batch: TableBatch) -> Any:
    """Return the rows of a batch as JSON, an object to a line."""
    cells: list[Any] = []
    for name in batch.arrays:
        if name == PLACES[0]:
            cells.append(
                _place_texts(batch, "", lambda name, texts: [_key(name), _json_text(texts)])
            )
        elif name not in PLACES:
            cells += [_key(name), _json_texts(batch, name)]
    cells[0] = "{" + cells[0][1:]
    return _content(_joined([*cells, "}\n"], "", gap="null"))


def _key(name: str) -> str:
    """Return what stands before the value of a column that is not the first."""
    return f",{text_json(name).decode()}:"


def _place_texts(batch: TableBatch, between: str, texts_of: Callable[[str, Any], list[Any]]) -> Any:
    """Return the columns of places as one, which is joined once for each place."""
    parts: list[Any] = []
    for name in PLACES:
        parts += texts_of(name, batch.arrays[name].dictionary)
    return _joined(parts, between).take(batch.arrays[PLACES[0]].indices)


def _joined(texts: list[Any], between: str, gap: Optional[str] = None) -> Any:
    """Return texts side by side; where one is missing stand a text for gaps, or a gap."""
    return pyarrow.compute.binary_join_element_wise(
        *texts,
        between,
        null_handling="emit_null" if gap is None else "replace",
        null_replacement=gap or "",
    )


def _csv_texts(batch: TableBatch, name: str) -> Any:
    array = batch.arrays[name]
    if name == TIME:
        return _joined([_time_texts(array, _UNITS[batch.fraction]), "+00:00"], "")
    return _texts(array, batch.kinds[name].name, ("True", "False"), _csv_text)


def _json_texts(batch: TableBatch, name: str) -> Any:
    array = batch.arrays[name]
    if name == TIME:
        seconds = _time_texts(array, "s")
        has_fraction = numpy.asarray(array.to_numpy()) % 1_000_000 != 0
        texts = pyarrow.compute.if_else(has_fraction, _time_texts(array, "us"), seconds)
        texts = pyarrow.compute.replace_substring(texts, " ", "T")
        return _joined(['"', texts, '+00:00"'], "")
    return _texts(array, batch.kinds[name].name, ("true", "false"), _json_text)


def _texts(array: Any, kind: str, booleans: tuple[str, str], texts_of: Callable[[Any], Any]) -> Any:
    """Return the texts of a collected column, whose own texts are written in a way of theirs."""
    if kind == BOOLEANS:
        return pyarrow.compute.if_else(array, *booleans)
    if str(array.type) == "string":
        return texts_of(array)
    if kind == FLOATS:
        return _float_texts(array)
    assert kind == INTEGERS or array.null_count == len(array)
    return array.cast(pyarrow.string())


def _csv_text(texts: Any) -> Any:
    return _replaced(texts, _IN_QUOTES, _quoted)


def _json_text(texts: Any) -> Any:
    return _joined(['"', _replaced(texts, _ESCAPED, _escaped), '"'], "")


def _float_texts(array: Any) -> Any:
    """Return doubles as Python writes them."""
    if array.null_count == len(array):
        return array.cast(pyarrow.string())
    values = array.fill_null(0.5).to_numpy()
    sizes = numpy.abs(values)
    is_plain = (sizes >= _SMALLEST) & (sizes < _LARGEST) & (numpy.floor(values) != values)
    if is_plain.all():
        return array.cast(pyarrow.string())
    # Most are whole numbers, such as classes and counts.
    is_whole = (sizes < _LARGEST_WHOLE) & (numpy.floor(values) == values) & ~numpy.signbit(values)
    whole = pyarrow.array(numpy.where(is_whole, values, 0).astype(numpy.int64))
    texts = pyarrow.compute.if_else(
        is_whole, _joined([whole.cast(pyarrow.string()), ".0"], ""), array.cast(pyarrow.string())
    )
    is_other = ~is_plain & ~is_whole
    if is_other.any():
        others = [repr(value) for value in values[is_other].tolist()]
        texts = pyarrow.compute.replace_with_mask(
            texts, pyarrow.array(is_other), pyarrow.array(others, "string")
        )
    gaps = pyarrow.array(array.is_null())
    return pyarrow.compute.if_else(gaps, pyarrow.scalar(None, "string"), texts)


def _time_texts(times: Any, unit: str) -> Any:
    """Return times with a space, with the fraction of a unit; those that are smaller are cut."""
    moments = times.cast(pyarrow.timestamp("us")).cast(pyarrow.timestamp(unit), safe=False)
    return moments.cast(pyarrow.string())


def _replaced(texts: Any, marks: bytes, replace: Any) -> Any:
    """Return texts in which those that hold one of some characters are replaced."""
    content = bytes(_content(texts))
    least = numpy.frombuffer(content, numpy.uint8).min(initial=255)
    if not any(mark in content for mark in marks if mark >= least):
        return texts
    pattern = "[" + "".join(map("\\x{:02x}".format, marks)) + "]"
    found = pyarrow.compute.match_substring_regex(texts, pattern).fill_null(False)
    if not pyarrow.compute.any(found).as_py():
        return texts
    others = pyarrow.array(replace(texts.filter(found).to_pylist()), "string")
    return pyarrow.compute.replace_with_mask(texts, found, others)


def _content(texts: Any) -> Any:
    """Return what texts hold, one after the other, as bytes or a view of them."""
    _, ends, content = texts.buffers()
    if content is None:
        return b""
    first, last = numpy.frombuffer(ends, numpy.int32)[[texts.offset, texts.offset + len(texts)]]
    return memoryview(content)[first:last]


def _quoted(texts: Iterable[str]) -> list[str]:
    # With an empty cell behind it: a row of one empty text would be a pair of quotes.
    return [line[:-1] for line in csv_lines((text, "") for text in texts)]


def _escaped(texts: Iterable[str]) -> list[str]:
    return [text_json(text).decode()[1:-1] for text in texts]
