"""Notebooks: the Python sources in their code cells.

Cell magics that run Python (`%%time`) leave the cell as it is; `%%writefile score.py` makes its
cell the source of that file; cells of other languages are not sources. Format:
https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple, Optional, Union

from .parsing import parsed
from .sources import Source, UnreadableScript, nul_problem, split_lines
from .written import WrittenFile, is_another_language, is_yaml

_PYTHON_CELL_MAGICS = frozenset({"capture", "prun", "time", "timeit"})
_SHELL_CELL_MAGICS = frozenset({"bash", "sh", "shell"})
_FILE_CELL_MAGICS = frozenset({"file", "writefile"})
_APPENDING = frozenset({"-a", "--append"})
_PYTHON_LANGUAGES = ("", "ipython", "ipython2", "ipython3", "python")

_CELL_MAGIC = re.compile(r"%%(\w+)[ \t]*(.*)")
_LINE_MAGIC = re.compile(r"(\s*)(?:%{1,2}\w|!|\?{1,2}\w|[\w.\[\]\"']+\?{1,2}\s*$)")
# Commands that Jupyter takes without a sign, or that are written where one was forgotten.
_COMMAND = re.compile(
    r"(?:az|cat|cd|conda|cp|docker|kubectl|ls|mkdir|mv|pip3?|rm)[ \t]+[^\s=(.\[,:]"
)
_OURS = re.compile("azureml|mdc-bridge")
_ASSIGNED_MAGIC = re.compile(r"(\s*)([\w., \t]+?)\s*=\s*[!%]")


class NotebookCell(NamedTuple):
    """A cell, or what stands for one.

    Attributes:
        number: position in the notebook, None in a file of source.
        text: of the cell.
        first_line: on which it begins, of the cell or file.
        indent: characters before each line.
    """

    number: Optional[int]
    text: str
    first_line: int = 1
    indent: int = 0


Parts = tuple[list[Source], list[WrittenFile], list[UnreadableScript]]


def read_notebook(path: str, content: bytes) -> Parts:
    """Return the sources in a notebook's code cells, other files in them, and what is unreadable.

    Args:
        path: of the file, for the results.
        content: of the file.
    """
    try:
        encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
        cells = _code_cells(json.loads(content.decode(encoding)))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        return [], [], [UnreadableScript(path, f"is not a notebook: {error}", line)]
    if cells is None:
        return [], [], [UnreadableScript(path, "is not a notebook: no list of cells in it")]
    sources, written, problems = parts_of(
        path, encoding, (NotebookCell(number, text) for number, text in cells if text is not None)
    )
    problems += [
        UnreadableScript(path, "its source is not text", cell=number)
        for number, text in cells
        if text is None
    ]
    return sources, written, problems


def parts_of(path: str, encoding: str, cells: Iterable[NotebookCell]) -> Parts:
    """Return the sources in cells, the other files in them, and what of them cannot be read."""
    sources = []
    written = []
    problems = []
    for cell in cells:
        problem = nul_problem(path, cell.text, cell.number)
        if problem is not None:
            problems.append(problem)
            continue
        part = _part_of(path, encoding, cell)
        if isinstance(part, Source):
            sources.append(part)
        elif part is not None:
            written.append(part)
    return sources, written, problems


def _code_cells(notebook: Any) -> Optional[list[tuple[int, Optional[str]]]]:
    """Return numbers and texts of the cells of a notebook of format 3 or 4 that are Python.

    Returns:
        None when it is neither; None as the text of a cell that has none.
    """
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or ()]
    if not isinstance(cells, list):
        return None
    if _language(notebook.get("metadata")) not in _PYTHON_LANGUAGES:
        return []
    return [
        (number, _text_of(cell.get("source", cell.get("input", ""))))
        for number, cell in enumerate(cells, 1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]


def _text_of(source: Any) -> Optional[str]:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _language(metadata: Any) -> str:
    if not isinstance(metadata, dict):
        return ""
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        described = metadata.get(section)
        if isinstance(described, dict) and isinstance(described.get(key), str):
            return str(described[key]).lower()
    return ""


def _part_of(path: str, encoding: str, cell: NotebookCell) -> Union[Source, WrittenFile, None]:
    lines = split_lines(cell.text)
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None
    bare = Source(path, "", encoding, cell.number, cell.first_line, indent=cell.indent)
    magic = _CELL_MAGIC.match(lines[first])
    if magic is None:
        source = _python(bare, lines)
        parses = parsed(source.text) is not None
        if not parses and is_another_language(cell.text):
            return _shell(bare, lines)
        if not parses and is_yaml(cell.text):
            return WrittenFile(path, "", cell.text, cell.number, cell.first_line, cell.indent)
        return source
    name, arguments = magic.groups()
    rest = lines[first + 1 :]
    bare = replace(bare, first_line=cell.first_line + first + 1)
    if name in _FILE_CELL_MAGICS:
        *options, target = arguments.split() or [""]
        target = target.strip("'\"")
        text, adds = "".join(rest), not _APPENDING.isdisjoint(options)
        if not target.endswith(".py"):
            return WrittenFile(path, target, text, cell.number, bare.first_line, cell.indent)
        return replace(bare, text=text, written_to=target, is_appended=adds)
    if name in _PYTHON_CELL_MAGICS:
        return _python(bare, rest)
    return _shell(bare, rest) if name in _SHELL_CELL_MAGICS else None


def _shell(bare: Source, lines: list[str]) -> Optional[Source]:
    """Return a source with only the lines of another language; None if they install nothing."""
    if not any(map(_OURS.search, lines)):
        return None
    return replace(bare, magics={at: line.rstrip() for at, line in enumerate(lines, 1)})


def _python(bare: Source, lines: list[str]) -> Source:
    """Return a source whose magics are replaced by statements."""
    text = "".join(lines)
    # What looks like magics may be in a string.
    if not any(map(_is_magic, lines)) or parsed(text) is not None:
        return replace(bare, text=text)
    replaced = list(lines)
    magics: dict[int, str] = {}
    continues = False
    for number, line in enumerate(lines, 1):
        magic = line.rstrip("\r\n")
        if not (continues or _is_magic(line)):
            continue
        statement = "" if continues else _statement_for(magic)
        continues = magic.endswith("\\")
        replaced[number - 1] = statement + line[len(magic) :]
        magics[number] = magic
    return replace(bare, text="".join(replaced), magics=magics)


def _statement_for(magic: str) -> str:
    indent = magic[: len(magic) - len(magic.lstrip())]
    assigned = _ASSIGNED_MAGIC.match(magic)
    return f"{indent}{assigned.group(2)} = []" if assigned else f"{indent}pass"


def _is_magic(line: str) -> bool:
    return bool(_LINE_MAGIC.match(line) or _ASSIGNED_MAGIC.match(line) or _COMMAND.match(line))
