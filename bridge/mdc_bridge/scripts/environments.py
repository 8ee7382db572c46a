"""Files of conda and pip: what they ask for, and where.

Conda files are YAML with `dependencies`, at the top or inside an environment of Azure ML; a member
of it holds pip's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Optional

from ..requirements import parse_requirement, requirement_lines
from .facts import OLD_PACKAGE, Asked, Environment, Facts, Mention, Place
from .finding import is_environment_name
from .installs import OF_SCORING
from .reading import read_content
from .sources import UnreadableScript
from .written import WrittenFile

YAML_SUFFIXES = (".yml", ".yaml")

_CONDA = re.compile(r"""^[\s"'{-]*dependencies["']?\s*:""", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|\s)(#.*mdc-bridge.*)$")
_NO_CONDA = "is no conda file: it has no list of dependencies"


def read_environment(
    path: str, is_wanted: bool = True
) -> tuple[list[Facts], list[UnreadableScript]]:
    """Return the facts about a file of conda or pip, or why it cannot be read; never raises.

    Args:
        path: of conda when it ends in `.yml` or `.yaml`, else of pip.
        is_wanted: it was asked for; else neither is returned for another file of such a name, or
            of another program than a scoring script.
    """
    content = read_content(path)
    if isinstance(content, UnreadableScript):
        return [], [content]
    is_conda = path.lower().endswith(YAML_SUFFIXES)
    try:
        text = content.decode("utf-8-sig")
        if is_wanted or _is_of_scoring(text, is_conda):
            file = WrittenFile(path, path, text, None, 1)
            asked = _asked_of_conda(file, text) if is_conda else _asked_of_pip(file, text)
            return [_facts(file, text, tuple(asked), is_conda)], []
    except _NoCondaError:
        return [], [UnreadableScript(path, _NO_CONDA)] if is_wanted else []
    except _InvalidError as error:
        return [], [UnreadableScript(path, str(error), error.line)]
    except UnicodeDecodeError:
        return [], [UnreadableScript(path, "is not UTF-8")] if is_wanted else []
    return [], []


def _is_of_scoring(text: str, is_conda: bool) -> bool:
    return bool(OF_SCORING.search(text) and (not is_conda or _CONDA.search(text)))


def environment_in_cell(
    written: WrittenFile,
) -> tuple[list[Facts], list[UnreadableScript]]:
    """Return the facts about a file of conda or pip that a cell writes or holds; never raises."""
    is_conda = not written.name or written.name.lower().endswith(YAML_SUFFIXES)
    is_pip = not is_conda and is_environment_name(written.name)
    if not (is_conda or is_pip) or not _is_of_scoring(written.text, is_conda):
        return [], []
    asked = _asked_of_conda if is_conda else _asked_of_pip
    try:
        found = tuple(asked(written, written.text))
    except _NoCondaError:
        return [], []
    except _InvalidError as error:
        line = None if error.line is None else written.first_line + error.line - 1
        return [], [UnreadableScript(written.path, str(error), line, written.cell)]
    return [_facts(written, written.text, found, is_conda)], []


def _facts(file: WrittenFile, text: str, asked: tuple[Asked, ...], is_conda: bool) -> Facts:
    facts = Facts(environments=[Environment(asked, is_conda)] if asked else [])
    for each in asked:
        if each.requirement.name == OLD_PACKAGE:
            facts.mentions.append(Mention(each.requirement.text, each.place))
    for number, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.search(line)
        if comment:
            place = _place(file, number, comment.start(1), number, comment.end(1))
            facts.comments.append(Mention(comment.group(1), place))
    return facts


def _asked_of_pip(file: WrittenFile, text: str) -> Iterator[Asked]:
    lines = text.splitlines()
    for number, line in requirement_lines(text):
        requirement = parse_requirement(line)
        if requirement is not None:
            start = lines[number - 1].index(line)
            yield Asked(requirement, _place(file, number, start, number, start + len(line)))


def _place(file: WrittenFile, line: int, start: int, end_line: int, end: int) -> Place:
    """Return a place by lines that count from 1 and columns that count from 0."""
    shift, indent = file.first_line - 1, file.indent + 1
    return Place(file.path, file.cell, line + shift, start + indent, end_line + shift, end + indent)


class _NoCondaError(Exception):
    """YAML, or none, of another kind."""


class _InvalidError(Exception):
    """The text is no YAML."""

    def __init__(self, reason: str, line: Optional[int]) -> None:
        super().__init__(reason)
        self.line = line


def _asked_of_conda(file: WrittenFile, text: str) -> Iterator[Asked]:
    for node in _texts(_dependencies(_root(text))):
        requirement = parse_requirement(node.value)
        if requirement is not None:
            start, end = node.start_mark, node.end_mark
            place = _place(file, start.line + 1, start.column, end.line + 1, end.column)
            yield Asked(requirement, place)


def _root(text: str) -> Any:
    """Return the root of the YAML, whose nodes know their places.

    Raises:
        _InvalidError: it is none.
    """
    import yaml

    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _InvalidError(f"is no valid YAML: {error.problem}", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _InvalidError(f"is no valid YAML: {' '.join(str(error).split())}", None) from error


def _dependencies(root: Any) -> Any:
    """Return the list of dependencies, wherever it is.

    Raises:
        _NoCondaError: there is none, or none of texts.
    """
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if getattr(node, "id", None) == "sequence":
            waiting += node.value
        elif getattr(node, "id", None) == "mapping":
            for key, value in node.value:
                if key.value == "dependencies" and value.id == "sequence" and any(_texts(value)):
                    return value
                waiting.append(value)
    raise _NoCondaError


def _texts(dependencies: Any) -> Iterator[Any]:
    """Yield the texts in a list of dependencies, and in its member for pip."""
    for node in dependencies.value:
        if node.id == "scalar":
            yield node
        elif node.id == "mapping":
            for key, value in node.value:
                if key.value == "pip" and value.id == "sequence":
                    yield from (each for each in value.value if each.id == "scalar")
