"""What code and notebook lines ask for: `CondaDependencies`, and `pip install`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from ..requirements import is_valid_for_pip, parse_requirement
from .facts import NamedCall
from .package_requests import Environment, PackageRequest
from .place import Place
from .sources import Source
from .values import UNKNOWN, Value, ValueKind

# Tells environments of scoring scripts from the many others in code.
OF_SCORING = re.compile(
    r"azureml[-_](defaults|monitoring|ai[-_]monitoring|contrib[-_]services|inference)"
    r"|inference[-_]schema|mdc[-_]bridge"
)
ADDING = frozenset({"add_conda_package", "add_pip_package", "set_python_version"})
_MAKING = ("CondaDependencies", "CondaDependencies.create", "CondaDependencies()")
_LISTS = ("conda_packages", "pip_packages", "python_version")
_OF_PIP = ("add_pip_package", "pip_packages")
_CHOOSING_PYTHON = ("python_version", "set_python_version")
_POSITIONS = (None, "pip_packages", "conda_packages", "python_version")
_INSTALL = re.compile(
    r"^\s*[%!]*\s*(?:\{?sys\.executable\}?\s+-m\s+|python3?\s+-m\s+)?"
    r"(pip3?|conda|mamba)\s+install\s+(.*)$"
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
    found: list[list[PackageRequest]] = []
    for call in calls:
        if call.name.endswith(_MAKING):
            found.append([])
        if call.name.endswith(_MAKING) or call.method in ADDING:
            if not found:
                found.append([])
            found[-1] += _requests_in(call)
    for requests in found:
        if any(OF_SCORING.search(each.requirement.text) for each in requests):
            yield Environment(tuple(requests), False)


def _requests_in(call: NamedCall) -> Iterator[PackageRequest]:
    if call.method in ADDING:
        given = call.arguments[0] if call.arguments else next(iter(call.keywords.values()), UNKNOWN)
        listed = {call.method: given}
    else:
        named = dict(zip(_POSITIONS, call.arguments))
        values = {**{name: value for name, value in named.items() if name}, **call.keywords}
        listed = {name: values.get(name, UNKNOWN) for name in _LISTS}
    for name, given in listed.items():
        for text in _texts(given):
            is_python = name in _CHOOSING_PYTHON
            yield from _requests_of(
                f"python={text}" if is_python else text, call.place, name in _OF_PIP
            )


def _requests_of(text: str, place: Place, is_pip: bool) -> Iterator[PackageRequest]:
    requirement = parse_requirement(text)
    if requirement is not None:
        is_refused = is_pip and not is_valid_for_pip(text)
        yield PackageRequest(requirement, place, is_pip, is_refused=is_refused)


def _texts(given: Value) -> list[str]:
    values: Sequence[Value] = [given] if given.kind is ValueKind.TEXT else given.items or ()
    return [each.constant for each in values if isinstance(each.constant, str)]


def environments_in_magics(source: Source) -> Iterator[Environment]:
    """Yield what the lines of a notebook install, one for each line that names our kind."""
    for line, magic in source.magics.items():
        install = _INSTALL.match(magic)
        if install is None or not OF_SCORING.search(magic):
            continue
        requests: list[PackageRequest] = []
        is_pip = install.group(1).startswith("pip")
        for text in _packages(install.group(2)):
            place = source.place(line, magic.find(text), len(text))
            requests += _requests_of(text, place, is_pip)
        if requests:
            yield Environment(tuple(requests), False)


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
