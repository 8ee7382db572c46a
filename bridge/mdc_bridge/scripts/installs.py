"""What code and notebook lines ask for: `CondaDependencies`, and `pip install`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from ..requirements import parse_requirement
from .facts import Asked, Environment, NamedCall, Place
from .sources import Source
from .values import UNKNOWN, Kind, Value

# Of the many environments in code, these are of scoring scripts.
OF_SCORING = re.compile(
    r"azureml[-_](defaults|monitoring|ai[-_]monitoring|contrib[-_]services|inference)"
    r"|inference[-_]schema|mdc[-_]bridge"
)
ADDING = frozenset({"add_conda_package", "add_pip_package", "set_python_version"})
_MAKING = ("CondaDependencies", "CondaDependencies.create", "CondaDependencies()")
_LISTS = ("pip_packages", "conda_packages")
_POSITIONS = (None, "pip_packages", "conda_packages", "python_version")
_INSTALL = re.compile(
    r"^\s*[%!]*\s*(?:\{?sys\.executable\}?\s+-m\s+|python3?\s+-m\s+)?"
    r"(?:pip3?|conda|mamba)\s+install\s+(.*)$"
)
_TAKES_VALUE = frozenset(
    {"-c", "-e", "-f", "-i", "-r", "-t", "--channel", "--constraint", "--editable"}
    | {"--extra-index-url", "--find-links", "--index-url", "--prefix", "--requirement"}
    | {"--target", "--trusted-host", "-n", "--name"}
)


def environments_in_code(calls: Iterable[NamedCall]) -> Iterator[Environment]:
    """Yield what each `CondaDependencies` of a program asks for, as far as it is written out.

    What is added belongs to the one that was made before.
    """
    found: list[list[Asked]] = []
    for call in calls:
        if call.name.endswith(_MAKING):
            found.append([])
        if call.name.endswith(_MAKING) or call.method in ADDING:
            if not found:
                found.append([])
            found[-1] += _asked_in(call)
    for asked in found:
        if any(OF_SCORING.search(each.requirement.text) for each in asked):
            yield Environment(tuple(asked), False)


def _asked_in(call: NamedCall) -> Iterator[Asked]:
    if call.method in ADDING:
        given = call.arguments[0] if call.arguments else next(iter(call.keywords.values()), UNKNOWN)
        texts = _texts(given)
        if call.method == "set_python_version":
            texts = [f"python={version}" for version in texts]
    else:
        named = dict(zip(_POSITIONS, call.arguments))
        values = {**{name: value for name, value in named.items() if name}, **call.keywords}
        texts = [text for name in reversed(_LISTS) for text in _texts(values.get(name, UNKNOWN))]
        versions = _texts(values.get("python_version", UNKNOWN))
        texts += [f"python={version}" for version in versions]
    for text in texts:
        requirement = parse_requirement(text)
        if requirement is not None:
            yield Asked(requirement, call.place)


def _texts(given: Value) -> list[str]:
    values: Sequence[Value] = [given] if given.kind is Kind.TEXT else given.items or ()
    return [each.constant for each in values if isinstance(each.constant, str)]


def environments_in_magics(source: Source) -> Iterator[Environment]:
    """Yield what the lines of a notebook install, one for each line that names our kind."""
    for position, magic in source.magics.items():
        install = _INSTALL.match(magic)
        if install is None or not OF_SCORING.search(magic):
            continue
        asked = []
        line = source.first_line + position - 1
        for text in _packages(install.group(1)):
            requirement = parse_requirement(text)
            if requirement is not None:
                start = magic.find(text) + 1 + source.indent
                place = Place(source.path, source.cell, line, start, line, start + len(text))
                asked.append(Asked(requirement, place))
        if asked:
            yield Environment(tuple(asked), False)


def _packages(arguments: str) -> Iterator[str]:
    try:
        words = shlex.split(arguments, comments=True)
    except ValueError:  # a quote without its end
        words = arguments.split()
    is_value = False
    for word in words:
        if not is_value and not word.startswith("-"):
            yield word
        is_value = word in _TAKES_VALUE
