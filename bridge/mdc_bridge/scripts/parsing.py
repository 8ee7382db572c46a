"""Parsing a source, or saying why it is not Python 3."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from typing import Optional, Union

from .sources import Source, UnreadableScript

# Scripts are tried with the Python that runs the command: another one may take them.
PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
_PYTHON_2 = re.compile(
    r"Missing parentheses in call to '(print|exec)'"
    r"|multiple exception types must be parenthesized"
    r"|leading zeros in decimal integer"
    r"|inconsistent use of tabs"
)
_PYTHON_2_LINE = re.compile(
    r"""^\s*print\s+(["'\w]|>>)|^\s*except\s+[\w.]+\s*,|^\s*exec\s+["'\w]|<>|`|\bur["']|\b0\d+\b|"""
    r"""\d[lL]\b|^\s*raise\s+\w+\s*,"""
)


def tree_of(text: str) -> ast.Module:
    """Return the syntax tree of a text, without warnings about it.

    Raises:
        SyntaxError: it is not Python.
        ValueError: it holds what no source may.
        RecursionError, MemoryError, OverflowError: it is nested too deeply.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in strings: they are the script's affair
        return ast.parse(text)


def parsed(text: str) -> Optional[ast.Module]:
    """Return the syntax tree of a text, None where it is not Python or nested too deeply."""
    try:
        return tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


def parse(source: Source) -> Union[ast.Module, UnreadableScript]:
    """Return the syntax tree of a source; its lines are those of `source.text`."""
    try:
        return tree_of(source.text)
    except SyntaxError as error:
        line = source.first_line + (error.lineno or 1) - 1
        return UnreadableScript(source.path, _reason(error), line, source.cell)
    except (RecursionError, MemoryError, OverflowError):
        return UnreadableScript(source.path, "is nested too deeply to be parsed", None, source.cell)
    except ValueError as error:
        return UnreadableScript(source.path, f"cannot be parsed: {error}", None, source.cell)


def _reason(error: SyntaxError) -> str:
    message = (error.msg or "invalid syntax").strip()
    if _PYTHON_2.search(message) or _PYTHON_2_LINE.search(error.text or ""):
        return f"is Python 2: {message}"
    return f"is not valid {PYTHON}: {message}"
