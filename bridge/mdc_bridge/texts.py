"""Texts for people: numbers of things, values, and what a terminal or a file can hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mdc_core.errors import MissingFileError, StoreError

LONGEST = 500


def counted(number: int, thing: str) -> str:
    """Return a number with what it counts: `1 row`, `2,000 rows`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def read_text(path: str) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        StoreError: it cannot be read, or is not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingFileError(f"{path} does not exist") from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not UTF-8: {error}") from error


def printable(text: str) -> str:
    """Return a text with escapes for what a terminal would obey or cannot show."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def without_path(message: str, path: str) -> str:
    """Return what an error says of a file, to be read after the file's path."""
    return message.rpartition(f"{path}: ")[2]


def encodable(text: str) -> str:
    """Return a text that UTF-8 can hold: names of files need not be."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shown(value: Any) -> str:
    """Return a value as JSON, shortened; numbers are their digits in `bytes`."""
    return shortened(_text(value))


def shortened(cell: str) -> str:
    """Return a CSV cell, shortened."""
    return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}..."


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, dict):
        fields = (f"{json.dumps(name)}: {_text(item)}" for name, item in value.items())
        return "{" + ", ".join(fields) + "}"
    return json.dumps(value, ensure_ascii=False)
