"""What can be seen of a value without running the script."""

from __future__ import annotations

import ast
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .old_names import OLD_PARAMETER
from .place import Place


class ValueKind(enum.Enum):
    """The type of a value, as far as it matters to a collector."""

    UNKNOWN = "unknown"
    NONE = "None"
    TEXT = "str"
    BYTES = "bytes"
    NUMBER = "number"
    TUPLE = "tuple"
    DICT = "dict"
    SET = "set"
    LIST = "list"
    ARRAY = "array"
    FRAME = "DataFrame"
    SERIES = "Series"
    SPARK_FRAME = "Spark DataFrame"
    NAMED = "imported"  # a module, or something of one
    FUNCTION = "function"
    CLASS = "class"
    INSTANCE = "object"  # of a class of the script
    FOREIGN = "object of another library"  # of a type that is never collected; `name` is its type
    COLLECTOR = "collector"
    CONTEXT = "context"  # of the new SDK
    METHOD = "method"  # of a collector, not called yet
    CORRELATIONS = "correlations"


class Value(NamedTuple):
    """What is known of a value; the defaults say nothing is.

    Attributes:
        kind: its type.
        constant: the text, number or boolean itself where `is_constant`.
        name: dotted name of something imported; `()` stands for the result of a call; that of a
            collector's method.
        dimensions: of an array or list, counted as numpy does.
        width: number of columns of a frame or 2-D array, of entries of a 1-D one.
        items: of a list, tuple or set that is written out.
        entries: of a dict whose keys are constants.
        element: of what is not written out.
        collectors: those it can be, or is a method of.
        is_predicted: it is what a model's `predict` returned.
        is_correlated: it is what `add_correlations` returned.
        function: the definition of a function or lambda of the script.
        size: number of values in it, itself included.
        odd: of an array, frame or Series, the kinds of cells in it that JSON writes otherwise.
    """

    kind: ValueKind = ValueKind.UNKNOWN
    constant: Any = None
    is_constant: bool = False
    name: str = ""
    dimensions: Optional[int] = None
    width: Optional[int] = None
    items: Optional[tuple[Value, ...]] = None
    entries: Optional[Mapping[Any, Value]] = None
    element: Optional[Value] = None
    collectors: tuple[Construction, ...] = ()
    is_predicted: bool = False
    is_correlated: bool = False
    function: Optional[ast.AST] = None
    size: int = 1
    odd: frozenset[str] = frozenset()


class Sdk(enum.Enum):
    """Whose collector, or context, a script makes."""

    OLD = "ModelDataCollector"
    NEW = "Collector"
    CONTEXT = "context"  # of the new SDK


@dataclass(eq=False)  # the same arguments twice are two collectors
class Construction:
    """A collector that is made.

    Attributes:
        place: of the call.
        arguments: by parameter, `identifier` among them.
        unknown_keywords: that no release knows.
        extra_positions: number of arguments beyond the last parameter.
        is_partial: `*args` or `**kwargs` give more than can be seen.
        is_unbound: nothing imports the class.
        spellings: of arguments, by parameter.
        sdk: that it is of.
        function: identifies the function it is made in, 0 for the module.
        is_repeated: a loop makes several.
        has_global_id: of a context: its id is a variable of the module.
    """

    place: Place
    arguments: Mapping[str, Value] = field(default_factory=dict)
    unknown_keywords: tuple[str, ...] = ()
    extra_positions: int = 0
    is_partial: bool = False
    is_unbound: bool = False
    spellings: Mapping[str, str] = field(default_factory=dict)
    sdk: Sdk = Sdk.OLD
    function: int = 0
    has_global_id: bool = False
    is_repeated: bool = False

    @property
    def collection(self) -> str:
        """The name of a new collector, "" when it cannot be seen."""
        given = self.arguments.get("name")
        return str(given.constant) if given is not None and given.is_constant else ""

    @property
    def designation(self) -> Optional[str]:
        """The folder its data go to; None when that cannot be seen."""
        for parameter in (OLD_PARAMETER, "designation"):
            given = self.arguments.get(parameter)
            if given is not None and given.kind is not ValueKind.NONE:
                return given.constant if isinstance(given.constant, str) else None
        return None if self.is_partial else "default"

    @property
    def feature_names(self) -> Optional[tuple[Value, ...]]:
        """The names, of which each may be unknown; None when their number cannot be seen."""
        given = self.arguments.get("feature_names")
        if given is None:
            return None if self.is_partial else ()
        if given.kind is ValueKind.NONE:
            return ()
        return (given,) if given.kind is ValueKind.TEXT else given.items


UNKNOWN = Value()
NONE = Value(ValueKind.NONE)
TEXT = Value(ValueKind.TEXT)
NUMBER = Value(ValueKind.NUMBER)
BYTES = Value(ValueKind.BYTES)
DICT = Value(ValueKind.DICT)
FRAME = Value(ValueKind.FRAME)
COMPLEX = "complex"  # the name of numbers that are
ARRAY = Value(ValueKind.ARRAY)
SEQUENCES = frozenset({ValueKind.LIST, ValueKind.TUPLE, ValueKind.ARRAY})
SCALARS = frozenset(
    {ValueKind.TEXT, ValueKind.BYTES, ValueKind.NUMBER, ValueKind.NONE, ValueKind.DICT}
)
_READERS_OF_JSON = ("json.loads()", "json.load()")


def named(name: str) -> Value:
    """Return the value of an imported name."""
    return Value(ValueKind.NAMED, name=name)


def is_of_json(value: Value) -> bool:
    """Return whether a value is what a JSON text holds, or a part of that."""
    return value.name.startswith(_READERS_OF_JSON)


def part_of_json(value: Value) -> Value:
    """Return an entry of a value: an unknown one, of a JSON text if the value is of one."""
    return Value(name=value.name) if is_of_json(value) else UNKNOWN


def constant(value: Any) -> Value:
    """Return the value of a constant in the source."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return Value(ValueKind.TEXT, value, True)
    if isinstance(value, bytes):
        return Value(ValueKind.BYTES, value, True)
    if isinstance(value, complex):
        return Value(ValueKind.NUMBER, value, True, name=COMPLEX)
    if isinstance(value, (bool, int, float)):
        return Value(ValueKind.NUMBER, value, True)
    return UNKNOWN
