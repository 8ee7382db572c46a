"""What lines for pip ask for, and the files that they name: `-r`, `-c` and `-e`.

Source: "Requirements File Format" of pip's documentation.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from typing import NamedTuple, Optional

from ..requirements import is_valid_for_pip, parse_requirement, requirement_lines
from .package_requests import Missing, PackageRequest
from .place import Place
from .reading import read_content
from .sources import UnreadableScript
from .written import WrittenFile

_OPTION = re.compile(
    r"(--requirement|--constraint|--editable)(?:\s*=\s*|\s+)(.+)|(-[rce])\s*(.+)", re.DOTALL
)
_CONSTRAINTS = ("-c", "--constraint")
_EDITABLES = ("-e", "--editable")
_URL = re.compile(r"(?:\w+\+)?\w[\w+.]+://|git\+|\$\{")
_LOCAL = re.compile(r"\.{0,2}[/\\]|\.{1,2}(?:\[.*\])?$|~|file:")


class PipLines:
    """What was read so far, of one file and those that it names.

    Attributes:
        requests: packages that they ask for.
        missing: files and folders that are named and not there.
        files: that were read.
    """

    def __init__(self, others: Mapping[str, WrittenFile]) -> None:
        """Make it; `others` are files that the same notebook writes, by path."""
        self.requests: list[PackageRequest] = []
        self.missing: list[Missing] = []
        self.files: list[WrittenFile] = []
        self._others = others
        self._followed: set[tuple[str, bool]] = set()

    def read(self, file: WrittenFile, is_constraint: bool = False) -> None:
        """Take all lines of a file.

        Args:
            file: a requirements file.
            is_constraint: it only constrains what is asked for elsewhere.
        """
        self.files.append(file)
        lines = file.text.splitlines()
        folder = folder_of(file)
        path = os.path.join(folder, os.path.basename(file.name))
        self._followed.add((os.path.realpath(path), is_constraint))
        for number, line in requirement_lines(file.text):
            start = len(lines[number - 1]) - len(lines[number - 1].lstrip())
            end = start + min(len(line), len(lines[number - 1].strip()))
            place = place_in(file, number, start, number, end)
            self.add(line, place, folder, is_constraint)

    def add(self, text: str, place: Place, folder: str, is_constraint: bool = False) -> None:
        """Take one line.

        Args:
            text: of it.
            place: of it.
            folder: that its paths are relative to.
            is_constraint: it only constrains what is asked for elsewhere.
        """
        option = _option(text)
        if option and option.name not in _EDITABLES:
            self._follow(option, place, folder, is_constraint)
            return
        requirement = parse_requirement(text)
        if requirement is not None:
            refused = not is_valid_for_pip(option.value if option else text)
            self.requests.append(PackageRequest(requirement, place, True, is_constraint, refused))
        given = option.value if option else text
        if _LOCAL.match(given):
            self._look_for(given, place, folder)

    def _follow(self, option: _Option, place: Place, folder: str, is_constraint: bool) -> None:
        if _URL.match(option.value):
            named = re.sub(r"//[^/@]*@", "//", option.value.partition("?")[0])
            self.missing.append(Missing(named, place, "is not read from here"))
            return
        path = os.path.normpath(os.path.join(folder, os.path.expanduser(option.value)))
        is_constraint = is_constraint or option.name in _CONSTRAINTS
        key = (os.path.realpath(path), is_constraint)
        if key in self._followed:
            return
        self._followed.add(key)
        file = self._others.get(path) or _file(path)
        if isinstance(file, UnreadableScript):
            self.missing.append(Missing(option.value, place, file.reason))
        else:
            self.read(file, is_constraint)

    def _look_for(self, given: str, place: Place, folder: str) -> None:
        path = re.sub(r"^file:(//)?|[\[#;].*$", "", given).strip()
        path = os.path.join(folder, os.path.expanduser(path))
        if "$" not in path and "%" not in path and not os.path.lexists(path):
            self.missing.append(Missing(given, place, "does not exist"))


class _Option(NamedTuple):
    name: str
    value: str


def folder_of(file: WrittenFile) -> str:
    """Return the folder that the paths in a file are relative to."""
    return os.path.join(os.path.dirname(file.path), os.path.dirname(file.name))


def place_in(file: WrittenFile, line: int, start: int, end_line: int, end: int) -> Place:
    """Return a place by lines that count from 1 and columns that count from 0."""
    shift, indent = file.first_line - 1, file.indent + 1
    return Place(file.path, file.cell, line + shift, start + indent, end_line + shift, end + indent)


def decoded(content: bytes) -> str:
    """Return the text of a file of conda or pip: in UTF-8, or what its byte order mark says.

    Raises:
        UnicodeDecodeError: it is in another encoding.
    """
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig")


def _option(text: str) -> Optional[_Option]:
    found = _OPTION.match(text)
    if found is None:
        return None
    long, value, short, other = found.groups()
    return _Option(long or short, (value or other).strip().strip("'\""))


def _file(path: str) -> WrittenFile | UnreadableScript:
    if not os.path.lexists(path):
        return UnreadableScript(path, "does not exist")
    content = read_content(path)
    if isinstance(content, UnreadableScript):
        return content
    try:
        return WrittenFile(path, os.path.basename(path), decoded(content), None, 1)
    except UnicodeDecodeError:
        return UnreadableScript(path, "is not UTF-8")
