"""Reading a script: the Python sources in it, or why it cannot be read.

A `.py` file is one source, a notebook has one for each code cell. Encodings are those that Python
itself would read a file with (PEP 263); what it would refuse is not guessed at.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import tokenize

from .databricks import is_databricks, magic_cells
from .notebooks import Parts, parts_of, read_notebook
from .sources import Source, UnreadableScript, line_at, nul_problem

NOTEBOOK_SUFFIX = ".ipynb"
_OTHER_UNICODE = (
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)


def read_script(path: str) -> tuple[list[Source], list[UnreadableScript]]:
    """Return the sources in a script, and what of it cannot be read; never raises for a file.

    Args:
        path: a notebook when it ends in `.ipynb`, else Python source.
    """
    sources, _, problems = read_parts(path)
    return [source for source in sources if not source.indent], problems


def read_parts(path: str) -> Parts:
    """Return all sources in a file, the other files that cells of it write, and what is unreadable.

    Unlike `read_script` it also reads the cells that are comments, of a Databricks notebook in
    source form. Never raises for a file.
    """
    content = read_content(path)
    if isinstance(content, UnreadableScript):
        return [], [], [content]
    if path.endswith(NOTEBOOK_SUFFIX):
        return read_notebook(path, content)
    read = _decoded(path, content)
    if isinstance(read, UnreadableScript):
        return [], [], [read]
    if not is_databricks(read.text):
        return [read], [], []
    sources, written, problems = parts_of(path, read.encoding, magic_cells(read.text))
    return [read, *sources], written, problems


def read_content(path: str) -> bytes | UnreadableScript:
    """Return the bytes of a file, or why it cannot be read; never raises."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for its writer
            return UnreadableScript(path, "is not a file")
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        return UnreadableScript(path, f"cannot be opened: {error.strerror}")
    except ValueError as error:  # a NUL in the name
        return UnreadableScript(path, f"cannot be opened: {error}")


def _decoded(path: str, content: bytes) -> Source | UnreadableScript:
    if content.startswith(_OTHER_UNICODE):
        reason = "is UTF-16 or UTF-32; Python reads UTF-8, or what the first two lines declare"
        return UnreadableScript(path, reason, 1)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("latin-1")
        reason = (
            f"is not {error.encoding}: byte 0x{content[error.start]:02x} is not valid there; "
            "valid: UTF-8, or what the first two lines declare (# coding: latin-1)"
        )
        return UnreadableScript(path, reason, line_at(before, len(before)))
    except (SyntaxError, LookupError, ValueError) as error:
        # An encoding that is not known, is none of text, or refuses the content in its own way.
        return UnreadableScript(path, f"cannot be decoded: {error}", 1)
    return nul_problem(path, text) or Source(path, text, encoding)
