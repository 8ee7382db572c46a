"""`rewrite(paths)`: scripts and notebooks from the old SDK to the new one."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Optional

from mdc_core.errors import MissingFileError

from ..arguments import AnyPaths, paths_of
from ..scripts import Source, UnreadableScript, find_scripts, read_script
from ..scripts.parsing import parse
from ..scripts.reading import read_parts
from ..scripts.sources import line_at
from .notebooks import ScriptResult, replace_cells, rewrite_commented
from .results import Change, LeftAlone, RewrittenFile, RewrittenSource
from .source import rewrite_source
from .together import rewrite_together

_USE = re.compile(r"^[^#\n]*\b(?:azureml\.(?:monitoring|datacollector)|ModelDataCollector)\b", re.M)


@dataclass(frozen=True)
class Rewriting:
    """The result of a rewrite.

    Attributes:
        files: that use the old SDK.
        unreadable: what could not be read, or not be written.
        written: whether the files were changed.
    """

    files: tuple[RewrittenFile, ...]
    unreadable: tuple[UnreadableScript, ...]
    written: bool


def rewrite(
    paths: AnyPaths, write: bool = False, progress: Optional[Callable[[int, int], None]] = None
) -> Rewriting:
    """Rewrite scripts from `ModelDataCollector` to `Collector`.

    What is not certain to collect the same data is left alone and reported. A file is replaced at
    once or not at all; mode, encoding, byte order mark and newlines stay.

    Args:
        paths: one or several files, and folders that are searched for `.py` and `.ipynb` files.
            Files of one folder that share collectors are rewritten together.
        write: change the files; without it, only tell what would be changed.
        progress: called with the number of files done, and of all.

    Returns:
        the files that use the old SDK, and what could not be read.

    Raises:
        MissingFileError: none of the paths exists, or there is no script below them.
        SettingsError: a path is a URL, and not one of a file.
    """
    places = paths_of(paths, is_needed=True)
    scripts, unreadable = find_scripts(places)
    if not scripts and not unreadable:
        raise MissingFileError(f"no .py or .ipynb file below {', '.join(places)}")
    files = []
    together = rewrite_together(_texts(scripts))
    for done, path in enumerate(scripts, 1):
        rewritten, problems = _rewrite_file(path, together.get(path))
        unreadable += problems
        if rewritten is not None:
            try:
                if write and rewritten.before != rewritten.after:
                    _replace_file(path, rewritten.after.encode(rewritten.encoding))
                files.append(rewritten)
            except OSError as error:
                unreadable.append(UnreadableScript(path, f"cannot be written: {error.strerror}"))
        if progress is not None:
            progress(done, len(scripts))
    return Rewriting(tuple(files), tuple(unreadable), write)


def _texts(paths: Iterable[str]) -> dict[str, str]:
    """Return the texts of readable scripts that are not notebooks, by path."""
    texts = {}
    for path in paths:
        sources, _ = read_script(path)
        if len(sources) == 1 and sources[0].cell is None:
            texts[path] = sources[0].text
    return texts


def _rewrite_file(
    path: str, together: Optional[RewrittenSource]
) -> tuple[Optional[RewrittenFile], list[UnreadableScript]]:
    read, _, problems = read_parts(path)
    sources = [source for source in read if not source.indent]
    commented = [source for source in read if source.indent]
    rewrite_part = partial(
        _rewrite_source, added_to={source.written_to for source in read if source.is_appended}
    )
    cells: dict[int, tuple[int, str]] = {}
    changes: list[Change] = []
    left: list[LeftAlone] = []
    text: Optional[str] = None
    for source in sources:
        result = together or rewrite_part(source)
        if isinstance(result, UnreadableScript):
            problems.append(result)
            continue
        result = result.in_file(source.first_line, source.cell)
        changes += result.changes
        left += result.left_alone
        text = result.text
        if source.cell is not None and text != source.text:
            cells[source.cell] = (source.first_line, text)
    if commented and text is not None and together is None:
        (whole,) = sources
        with_cells, unparsed = rewrite_commented(whole.text, commented, rewrite_part)
        problems += unparsed
        changes += with_cells.changes
        left += with_cells.left_alone
        # Line numbers are those of the file as it is.
        again = rewrite_part(replace(whole, text=with_cells.text))
        assert isinstance(again, RewrittenSource)
        text = again.text
    if text is None or not (changes or left):
        return None, problems
    encoding = sources[0].encoding
    before = _text_of(path, encoding)
    after = _escaped(text, encoding)
    reason = ""
    if before is None or after is None:
        before, reason = sources[0].text, "the file's text cannot be encoded to the same bytes"
    elif sources[0].cell is not None:
        after = replace_cells(before, cells) if cells else before
        if after is None:
            reason = "the notebook is not formatted as Jupyter saves it; save it in Jupyter first"
    if after is None or reason:
        left += [LeftAlone(change.line, reason, change.cell) for change in changes[:1]]
        after, changes = before, []
    return RewrittenFile(path, before, after, encoding, tuple(changes), tuple(left)), problems


def _rewrite_source(source: Source, added_to: set[Optional[str]]) -> ScriptResult:
    """Return a source rewritten; cells that share a file or their variables are left alone."""
    parsed = parse(source)
    if isinstance(parsed, UnreadableScript):
        return parsed
    is_cell = (source.cell is not None or source.indent > 0) and source.written_to is None
    if not is_cell and source.written_to not in added_to:
        try:
            return rewrite_source(source.text)
        except SyntaxError as error:  # newer Python than libcst knows
            line = source.first_line - 1 + (error.lineno or 1)
            reason = f"cannot be parsed: {error}"
            return UnreadableScript(source.path, reason, line, source.cell)
    found = _USE.search(source.text)
    if found is None:
        return RewrittenSource(source.text)
    line = line_at(source.text, found.end())
    reason = f"several cells write {source.written_to}; merge them into one"
    if is_cell:
        reason = "cells of a notebook share their variables; only %%writefile cells are rewritten"
    return RewrittenSource(source.text, (), (LeftAlone(line, reason),))


def _text_of(path: str, encoding: str) -> Optional[str]:
    """Return the text of a file, None if encoding it gives other bytes."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
        text = content.decode(encoding)
        return text if text.encode(encoding) == content else None
    except (OSError, ValueError):
        return None


def _escaped(text: str, encoding: str) -> Optional[str]:
    """Return a script with escapes for what its encoding lacks; None if that is impossible.

    Such characters can only be in literals that were added, where an escape means the same.
    """
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except UnicodeError:
        return None


def _replace_file(path: str, content: bytes) -> None:
    """Put content in place of a file at once, under the file's own mode; a link stays a link."""
    target = os.path.realpath(path)
    handle, name = tempfile.mkstemp(prefix=".mdc-bridge.", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, os.stat(target).st_mode & 0o7777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
