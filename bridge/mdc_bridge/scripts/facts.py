"""What a script does with the SDKs, as the rules read it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Optional

from .package_requests import Environment
from .place import Place
from .values import UNKNOWN, Construction, Value, ValueKind


class ImportForm(enum.Enum):
    """How a module is imported."""

    STATEMENT = "statement"
    STAR = "star"
    DYNAMIC = "dynamic"  # importlib.import_module or __import__ with a constant text


class Import(NamedTuple):
    """One module or name that is imported.

    Attributes:
        module: dotted name, as far as it is given.
        name: what is taken from the module, None for the module itself.
        form: how.
        is_guarded: an `except ImportError` catches its failure.
        place: of the alias, or of the call.
    """

    module: str
    name: Optional[str]
    form: ImportForm
    is_guarded: bool
    place: Place

    @property
    def dotted(self) -> str:
        """The module and the name in one."""
        return f"{self.module}.{self.name}" if self.name else self.module


class CollectorCall(NamedTuple):
    """A method of a collector that is called, or a collector called like a function.

    Attributes:
        method: `collect`, `add_correlations`, another name, or "" for the collector itself.
        collectors: those it can be.
        arguments: by position.
        keywords: by name.
        is_partial: `*args` or `**kwargs` give more than can be seen.
        use: what becomes of the result: `ignored`, `returned`, `printed`, `assigned`, `used`.
        function: identifies the function it is called in, 0 for the module.
        branches: arms of `if` and `try` it stands in, as (statement, arm).
        argument_name: name of the variable that is the first argument, "" for anything else.
        is_unreached: a statement before it leaves, or its condition is never true.
        place: of the call.
    """

    method: str
    collectors: tuple[Construction, ...]
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]
    is_partial: bool
    use: str
    function: int
    branches: tuple[tuple[int, int], ...]
    argument_name: str
    place: Place
    is_unreached: bool = False

    @property
    def data(self) -> Value:
        """What is collected, or gets correlations."""
        if self.arguments:
            return self.arguments[0]
        return self.keywords.get("input_data", self.keywords.get("data", UNKNOWN))

    @property
    def designations(self) -> set[Optional[str]]:
        """Those of its collectors; None for one that cannot be seen."""
        return {collector.designation for collector in self.collectors}

    @property
    def context(self) -> Value:
        """What is given to a new collector beside the data."""
        if len(self.arguments) > 1:
            return self.arguments[1]
        return self.keywords.get("correlation_context", UNKNOWN)

    @property
    def has_context(self) -> bool:
        """Whether a context is given, or may be."""
        given = len(self.arguments) > 1 or "correlation_context" in self.keywords
        return (given and self.context.kind is not ValueKind.NONE) or self.is_partial


class NamedCall(NamedTuple):
    """A call of something imported, or with a keyword of AKS deployments.

    Attributes:
        name: dotted, "" when it cannot be seen.
        method: the last part of what is called.
        keywords: by name.
        place: of the call.
        arguments: by position.
    """

    name: str
    method: str
    keywords: Mapping[str, Value]
    place: Place
    arguments: tuple[Value, ...] = ()


class Unfollowed(NamedTuple):
    """A use of a collector, or what looks like one, that only running the script would show.

    Attributes:
        what: `collect` or `add_correlations` of an unknown object; `handed over`: a collector is,
            to what is not followed; `made`: a collector seems to be, by what is not followed;
            `run`: a text that is code; `text`: a script that is not Python.
        by: the source of the object or function.
        place: of the call.
    """

    what: str
    by: str
    place: Place


class Mutation(NamedTuple):
    """A variable whose value is changed in place.

    Attributes:
        variable: its name.
        function: as in `CollectorCall`.
        place: of the statement.
    """

    variable: str
    function: int
    place: Place


class Mention(NamedTuple):
    """A text or a line of a notebook's shell that names the old package, or a comment to us."""

    text: str
    place: Place


@dataclass
class Facts:
    """All of them, in the order of the source.

    Attributes:
        predicted: variables that a model's predict is given.
        modern_constructions, modern_calls: of the new SDK; the others are of the old one.
        unbound: names of the class or of collectors that nothing binds.
        functions: names of the module's functions, by the identity that calls have; those with a
            decorator are left out.
        function_names: of all functions and methods.
        used_names: variables and attributes that are read.
    """

    imports: list[Import] = field(default_factory=list)
    constructions: list[Construction] = field(default_factory=list)
    calls: list[CollectorCall] = field(default_factory=list)
    attributes: list[tuple[str, Place]] = field(default_factory=list)
    named_calls: list[NamedCall] = field(default_factory=list)
    unfollowed: list[Unfollowed] = field(default_factory=list)
    unbound: list[Mention] = field(default_factory=list)
    functions: dict[int, str] = field(default_factory=dict)
    function_names: dict[int, str] = field(default_factory=dict)
    used_names: set[str] = field(default_factory=set)
    mutations: list[Mutation] = field(default_factory=list)
    predicted: list[Mutation] = field(default_factory=list)
    modern_constructions: list[Construction] = field(default_factory=list)
    modern_calls: list[CollectorCall] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    comments: list[Mention] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)

    @property
    def collects(self) -> list[CollectorCall]:
        """The calls of `collect`, of the old SDK."""
        return [call for call in self.calls if call.method == "collect"]

    @property
    def modern_collects(self) -> list[CollectorCall]:
        """The calls of `collect`, of the new SDK."""
        return [call for call in self.modern_calls if call.method == "collect"]
