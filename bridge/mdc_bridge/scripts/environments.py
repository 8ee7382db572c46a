"""Files of conda and pip, and what stands for one in code: what they ask for, and where.

Conda files are YAML with `dependencies`, at the top or inside an environment of Azure ML; a member
of it holds pip's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Optional

from ..requirements import parse_requirement, requirement_lines
from .facts import OLD_PACKAGE, Asked, Environment, Facts, Mention, NamedCall, Place
from .reading import read_content
from .sources import UnreadableScript
from .values import UNKNOWN, Kind

YAML_SUFFIXES = (".yml", ".yaml")

_CONDA = re.compile(r"""^[\s"'{-]*dependencies["']?\s*:""", re.MULTILINE)
# Of the many files with such a name, these are of scoring scripts.
_SCORING = re.compile(
    r"azureml[-_](defaults|monitoring|ai[-_]monitoring|contrib[-_]services|inference)"
    r"|inference[-_]schema|mdc[-_]bridge"
)
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
            asked = _asked_of_conda(path, text) if is_conda else _asked_of_pip(path, text)
            return [_facts(path, text, tuple(asked), is_conda)], []
    except _NoCondaError:
        return [], [UnreadableScript(path, _NO_CONDA)] if is_wanted else []
    except _InvalidError as error:
        return [], [UnreadableScript(path, str(error), error.line)]
    except UnicodeDecodeError:
        return [], [UnreadableScript(path, "is not UTF-8")] if is_wanted else []
    return [], []


def _is_of_scoring(text: str, is_conda: bool) -> bool:
    return bool(_SCORING.search(text) and (not is_conda or _CONDA.search(text)))


def environments_in_code(calls: Iterable[NamedCall]) -> Iterator[Environment]:
    """Yield what `CondaDependencies.create` asks for, as far as it is written out."""
    for call in calls:
        if call.name.endswith(".CondaDependencies.create"):
            texts = [*_constants(call, "conda_packages"), *_constants(call, "pip_packages")]
            texts += [f"python={version}" for version in _constants(call, "python_version")]
            found = tuple(Asked(each, call.place) for each in map(parse_requirement, texts) if each)
            if any(map(_SCORING.search, texts)) and found:
                yield Environment(found, False)


def _constants(call: NamedCall, keyword: str) -> list[str]:
    given = call.keywords.get(keyword, UNKNOWN)
    values = [given] if given.kind is Kind.TEXT else given.items or ()
    return [each.constant for each in values if isinstance(each.constant, str)]


def _facts(path: str, text: str, asked: tuple[Asked, ...], is_conda: bool) -> Facts:
    facts = Facts(environments=[Environment(asked, is_conda)] if asked else [])
    for each in asked:
        if each.requirement.name == OLD_PACKAGE:
            facts.mentions.append(Mention(each.requirement.text, each.place))
    for number, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.search(line)
        if comment:
            place = Place(path, None, number, comment.start(1) + 1, number, comment.end(1) + 1)
            facts.comments.append(Mention(comment.group(1), place))
    return facts


def _asked_of_pip(path: str, text: str) -> Iterator[Asked]:
    lines = text.splitlines()
    for number, line in requirement_lines(text):
        requirement = parse_requirement(line)
        if requirement is not None:
            start = lines[number - 1].index(line) + 1
            yield Asked(requirement, Place(path, None, number, start, number, start + len(line)))


class _NoCondaError(Exception):
    """YAML, or none, of another kind."""


class _InvalidError(Exception):
    """The text is no YAML."""

    def __init__(self, reason: str, line: Optional[int]) -> None:
        super().__init__(reason)
        self.line = line


def _asked_of_conda(path: str, text: str) -> Iterator[Asked]:
    for node in _texts(_dependencies(_root(text))):
        requirement = parse_requirement(node.value)
        if requirement is not None:
            start, end = node.start_mark, node.end_mark
            places = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
            yield Asked(requirement, Place(path, None, *places))


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
