"""The console blocks of the documents: commands, and what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
# Whole, and as a table shortens it.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}(?=…)")
_SAME_UUID = "8e0648e2"
# Lines that stand for any others.
ELLIPSIS = "..."


class Command(NamedTuple):
    """One command of a document.

    Attributes:
        words: of the command.
        printed: what the document says it prints.
    """

    words: list[str]
    printed: str


def commands_of(page: Path) -> list[Command]:
    """Return the commands of a document's console blocks, in order."""
    found = []
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            found.append(Command(shlex.split(line, comments=True), printed))
    return found


def matches(documented: str, printed: str) -> bool:
    """Return whether a text is what a document says, with `...` for lines that it leaves out."""
    pieces = re.split(rf"^{re.escape(ELLIPSIS)}\n", _plain(documented), flags=re.MULTILINE)
    return re.fullmatch("(?s:.*)".join(map(re.escape, pieces)), _plain(printed)) is not None


def _plain(text: str) -> str:
    lines = (line.rstrip() for line in _UUID.sub(_SAME_UUID, text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
