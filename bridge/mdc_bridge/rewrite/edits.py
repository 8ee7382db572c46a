"""Edits of a text by position: everything that no edit names stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import libcst as cst

from .script import Script

WIDTH = 100  # of lines; longer ones are broken where that is easy


class Edit(NamedTuple):
    """A replacement.

    Attributes:
        start: byte position of the first byte that is replaced.
        end: byte position behind the last one; `start` for an insertion.
        text: that takes their place.
    """

    start: int
    end: int
    text: str


def lines_before(script: Script, statement: cst.CSTNode, *lines: str) -> Edit:
    """Return the edit that puts lines before a statement, indented as it is."""
    at = script.start(statement)
    indent = script.before(at)
    return Edit(at, at, "".join(f"{line}\n{indent}" for line in lines))


def deeper(indent: str) -> str:
    """Return the indentation of what goes on in the lines below one."""
    return indent + ("\t" if "\t" in indent else "    ")


def apply_edits(content: bytes, edits: Iterable[Edit], newline: str) -> bytes:
    """Return the content with all edits; those at one position in the order given.

    Args:
        content: UTF-8.
        edits: that do not overlap.
        newline: in place of the line feeds of the edits.

    Raises:
        ValueError: two edits overlap.
    """
    pieces = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise ValueError(f"two edits overlap at byte {edit.start}")
        pieces.append(content[done : edit.start])
        text = edit.text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", newline)
        pieces.append(text.encode())
        done = edit.end
    return b"".join([*pieces, content[done:]])
