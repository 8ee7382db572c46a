"""The fast way into a chunk whose rows are all alike: one split, and a proof that it is right."""

from __future__ import annotations

from typing import Optional

_COMMAS_AND_LINE_ENDS = b",\r\n"
_OTHERS = bytes(byte for byte in range(256) if byte not in _COMMAS_AND_LINE_ENDS)


def split_regular(content: bytes, width: int) -> Optional[list[list[bytes]]]:
    """Return the columns of rows that are all of `width` cells and without quotes and NUL.

    The content is split at its commas only; a line break is then proven to stand in every cell
    that spans two rows, and nowhere else. That costs a third of splitting line by line.

    Args:
        content: whole lines, each ending in LF or each in CR LF.
        width: number of cells of a row, from 1.

    Returns:
        `width` lists of cells; None for a content that is not as regular.
    """
    if b'"' in content or b"\0" in content or width < 1 or not content.endswith(b"\n"):
        return None
    if width == 1:
        return _split_lines(content)
    cells = content.split(b",")
    rows, rest = divmod(len(cells) - 1, width - 1)
    if rest or not rows:
        return None
    edges = b",".join(cells[:: width - 1])
    separators = edges.translate(None, _OTHERS)
    if separators == b",\r\n" * rows:
        edges = edges.replace(b"\r", b"")
        if len(content) - len(content.replace(b"\r", b"")) != rows:
            return None
    elif separators != b",\n" * rows or b"\r" in content:
        return None
    # A line feed elsewhere would be one too many.
    if len(content) - len(content.replace(b"\n", b"")) != rows:
        return None
    first_and_last = edges.replace(b"\n", b",").split(b",")
    inner = [cells[column :: width - 1] for column in range(1, width - 1)]
    return [first_and_last[:-1:2], *inner, first_and_last[1::2]]


def _split_lines(content: bytes) -> Optional[list[list[bytes]]]:
    if b"," in content:
        return None
    cells = content.split(b"\r\n" if b"\r" in content else b"\n")
    # An empty line is not a row.
    if cells.pop() or b"" in cells:
        return None
    if b"\r" in content and content.translate(None, _OTHERS) != b"\r\n" * len(cells):
        return None
    return [cells]
