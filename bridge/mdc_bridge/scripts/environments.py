"""Files of conda and pip: what they ask for, and where.

Conda files are YAML with `dependencies`, at the top or inside an environment of Azure ML; a member
of it holds pip's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional

from ..requirements import parse_requirement
from .facts import Facts, Mention
from .finding import is_environment_name
from .installs import OF_SCORING
from .old_names import OLD_PACKAGE
from .package_requests import Environment, PackageRequest
from .pip_files import PipLines, decoded, folder_of, place_in
from .reading import read_content
from .sources import UnreadableScript
from .written import WrittenFile, yaml_loader

_YAML_SUFFIXES = (".yml", ".yaml")

_CONDA = re.compile(r"""^[\s"'{-]*dependencies["']?\s*:""", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|\s)(#.*mdc-bridge.*)$")
_NO_CONDA = "is not a conda file: it has no list of dependencies"


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
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        return [], [UnreadableScript(path, "is not UTF-8")] if is_wanted else []
    file = WrittenFile(path, os.path.basename(path), text, None, 1)
    return _read(file, {}, is_wanted)


def environment_in_cell(
    written: WrittenFile, others: Iterable[WrittenFile] = ()
) -> tuple[list[Facts], list[UnreadableScript]]:
    """Return the facts about a file of conda or pip that a cell writes or holds; never raises.

    Args:
        written: the file.
        others: that the same notebook writes.
    """
    if not _is_conda(written) and not is_environment_name(written.name):
        return [], []
    by_path = {
        os.path.normpath(os.path.join(os.path.dirname(each.path), each.name)): each
        for each in others
        if each.name
    }
    return _read(written, by_path, is_wanted=False)


def _read(
    file: WrittenFile, others: Mapping[str, WrittenFile], is_wanted: bool
) -> tuple[list[Facts], list[UnreadableScript]]:
    is_conda = _is_conda(file)
    lines = PipLines(others)
    if is_conda and not is_wanted and not _CONDA.search(file.text):
        return [], []
    try:
        if is_conda:
            _read_conda(lines, file)
        else:
            lines.read(file)
    except _NoCondaError:
        return [], [UnreadableScript(file.path, _NO_CONDA, None, file.cell)] if is_wanted else []
    except _InvalidError as error:
        if not is_wanted and not OF_SCORING.search(file.text):
            return [], []
        line = None if error.line is None else file.first_line + error.line - 1
        return [], [UnreadableScript(file.path, str(error), line, file.cell)]
    # One that it names may be of a scoring script.
    is_of_scoring = any(OF_SCORING.search(each.text) for each in lines.files)
    return [_facts(lines, is_conda)] if is_wanted or is_of_scoring else [], []


def _facts(lines: PipLines, is_conda: bool) -> Facts:
    environment = Environment(tuple(lines.requests), is_conda, tuple(lines.missing))
    facts = Facts(environments=[environment] if lines.requests or lines.missing else [])
    for each in lines.requests:
        if each.requirement.name == OLD_PACKAGE and not each.is_constraint:
            facts.mentions.append(Mention(each.requirement.text, each.place))
    for file in lines.files:
        for number, line in enumerate(file.text.splitlines(), 1):
            comment = _COMMENT.search(line)
            if comment:
                place = place_in(file, number, comment.start(1), number, comment.end(1))
                facts.comments.append(Mention(comment.group(1), place))
    return facts


class _NoCondaError(Exception):
    """YAML, or none, of another kind."""


class _InvalidError(Exception):
    """The text is not YAML."""

    def __init__(self, reason: str, line: Optional[int]) -> None:
        super().__init__(reason)
        self.line = line


def _is_conda(file: WrittenFile) -> bool:
    return not file.name or file.name.lower().endswith(_YAML_SUFFIXES)


def _read_conda(lines: PipLines, file: WrittenFile) -> None:
    lines.files.append(file)
    folder = folder_of(file)
    for node, is_pip in _texts(_dependencies(_root(file.text))):
        start, end = node.start_mark, node.end_mark
        place = place_in(file, start.line + 1, start.column, end.line + 1, end.column)
        if is_pip:
            lines.add(node.value, place, folder)
            continue
        requirement = parse_requirement(node.value)
        if requirement is not None:
            lines.requests.append(PackageRequest(requirement, place))


def _root(text: str) -> Any:
    """Return the root of the YAML, whose nodes know their places.

    Raises:
        _InvalidError: it is none.
    """
    import yaml

    try:
        return yaml.compose(text, Loader=yaml_loader())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _InvalidError(f"is not valid YAML: {error.problem}", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _InvalidError(f"is not valid YAML: {' '.join(str(error).split())}", None) from error


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


def _texts(dependencies: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the texts in a list of dependencies, and in its member for pip (True)."""
    for node in dependencies.value:
        if node.id == "scalar":
            yield node, False
        elif node.id == "mapping":
            for key, value in node.value:
                if key.value == "pip" and value.id == "sequence":
                    yield from ((each, True) for each in value.value if each.id == "scalar")
