"""Scripts that other scripts hold as text: to be written to a file, or handed to a service."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent

from .facts import Unfollowed
from .parsing import PYTHON, parsed
from .sources import Source

_SDK = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+(?:azureml\.(?:monitoring|datacollector|ai)|azureml[ \t]+import"
    r"|azure\.ai\.monitoring|mdc_legacy)\b|\bModelDataCollector\(",
    re.MULTILINE,
)
_SCORING = re.compile(r"^[ \t]*def[ \t]+(?:run|init)\b", re.MULTILINE)
_HEREDOC = re.compile(r"<<-?[ \t]*['\"]?(\w+)['\"]?[^\n]*\n(.*?\n)[ \t]*\1\b", re.DOTALL)
_VALUE = "_"  # what an f-string puts in; a name parses in most places


def scripts_in_strings(source: Source) -> tuple[list[Source], list[Unfollowed]]:
    """Return the scripts in a source's texts that use one of the SDKs.

    Returns:
        the scripts, and what looks like a scoring script and is not Python.
    """
    found = list(_heredocs(source))
    if not _SDK.search(source.text):
        return found, []
    tree = parsed(source.text)
    if tree is None:
        return found, []
    unread = []
    for node, text in _texts(tree):
        if "\n" not in text.strip() or not _SDK.search(text):
            continue
        script = dedent(text)
        place = source.place(node.lineno, 0, 1)
        if parsed(script) is not None:
            first = _first_line(node, text) + source.first_line - 1
            name = f"text in line {place.line}"
            found.append(Source(source.path, script, source.encoding, source.cell, first, name))
        elif _SCORING.search(text):
            reason = f"the script in this text is not valid {PYTHON}"
            unread.append(Unfollowed("text", reason, place))
    return found, unread


def _heredocs(source: Source) -> Iterator[Source]:
    """Yield the scripts that lines of a shell write: `cat > score.py << EOF`."""
    if not source.magics:
        return
    last = max(source.magics)
    lines = [source.magics.get(number, "") for number in range(1, last + 1)]
    for document in _HEREDOC.finditer("\n".join(lines)):
        text = document.group(2)
        if _SDK.search(text) and parsed(text) is not None:
            first = source.first_line + document.string.count("\n", 0, document.start(2))
            name = f"text in line {first}"
            yield replace(source, text=text, first_line=first, written_to=name, magics={})


def _texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the texts of a program, without docstrings."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(map(id, node.values))
            yield node, "".join(map(_part, node.values))
        elif isinstance(node, ast.Constant) and id(node) not in skipped:
            yield node, node.value if isinstance(node.value, str) else ""


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else _VALUE


def _first_line(node: ast.expr, text: str) -> int:
    """Return the line on which the text begins, as far as its lines are lines of the source."""
    lines = (node.end_lineno or node.lineno) - node.lineno
    return node.lineno + (lines == text.count("\n") + 1)  # a backslash ends the first line
