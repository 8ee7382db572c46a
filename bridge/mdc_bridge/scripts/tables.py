"""What one look at a script has found, and what the next look knows from it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Hashable, Mapping
from typing import Optional, TypeVar

from .combining import join
from .facts import Facts
from .old_names import OLD_CLASS, OLD_MODULES
from .place import Place
from .sources import Source, split_lines
from .values import UNKNOWN, Construction, Kind, Value, named

COLLECTOR_CLASSES = frozenset(
    {
        *(f"{module}.{OLD_CLASS}" for module in OLD_MODULES),
        f"azureml.datacollector.modeldatacollector.{OLD_CLASS}",
        f"mdc_legacy.{OLD_CLASS}",
    }
)
# Called by the server, with whatever a request holds; test calls in the script say little of it.
_ENTRY_POINTS = frozenset({"run"})

Environment = dict[str, Value]
_Key = TypeVar("_Key", bound=Hashable)


class Tables:
    """What holds for a whole script whatever the order it runs in.

    Grows from one look at the script to the next, until a look adds nothing.
    """

    def __init__(self, others: Optional[Mapping[str, Mapping[str, Value]]] = None) -> None:
        self._others = others or {}
        self.globals: Environment = {}
        self.attributes: Environment = {}
        self.parameters: dict[tuple[int, str], Value] = {}
        self._next_parameters: dict[tuple[int, str], Value] = {}
        self.returns: dict[int, Value] = {}
        self.methods: dict[str, list[tuple[ast.ClassDef, ast.AST]]] = {}
        self.constructions: dict[int, Construction] = {}
        self.is_grown = False
        self.may_have_other_names = False  # of a star import, or a notebook that is run

    def of_other_module(self, module: str, name: str) -> Optional[Value]:
        """Return a variable of another module that holds collectors, None where it does not."""
        return self._others.get(module.rpartition(".")[2], {}).get(name)

    def add_global(self, name: str, value: Value) -> None:
        """Add what a global variable can be."""
        self._grow(self.globals, name, value)

    def add_attribute(self, name: str, value: Value) -> None:
        """Add what an attribute of that name can be, of any object."""
        self._grow(self.attributes, name, value)

    def add_argument(self, function: ast.AST, parameter: str, value: Value) -> None:
        """Add what a function of the script is called with."""
        if getattr(function, "name", "") not in _ENTRY_POINTS:
            key = (id(function), parameter)
            known = self._next_parameters.get(key)
            self._next_parameters[key] = value if known is None else join(known, value)

    def add_method(self, owner: ast.ClassDef, method: ast.AST, name: str) -> None:
        """Add a method of a class of the script."""
        known = self.methods.setdefault(name, [])
        if all(method is not each for _, each in known):
            known.append((owner, method))
            self.is_grown = True

    def methods_of(self, base: Value, name: str) -> list[ast.AST]:
        """Return the methods that a call on an object, class or unknown value can be of."""
        found = self.methods.get(name, [])
        own = [method for owner, method in found if owner is base.function]
        return own or [method for _, method in found]

    def end_look(self) -> bool:
        """Take over what functions were called with; return whether the look was worth another.

        What a look knows less of than the one after it does not stay.
        """
        is_new = self.parameters != self._next_parameters
        self.parameters, self._next_parameters = self._next_parameters, {}
        is_grown, self.is_grown = self.is_grown, False
        return is_grown or is_new

    def add_return(self, function: int, value: Value) -> None:
        """Add what a function of the script returns."""
        self._grow(self.returns, function, value)

    def construction(self, call: ast.Call, made: Construction) -> Construction:
        """Return the one collector that a call makes, brought up to date."""
        known = self.constructions.setdefault(id(call), made)
        known.arguments = made.arguments
        known.unknown_keywords = made.unknown_keywords
        known.extra_positions = made.extra_positions
        known.is_partial = made.is_partial
        known.is_unbound = made.is_unbound
        known.spellings = made.spellings
        known.has_global_id = made.has_global_id
        known.is_repeated = made.is_repeated
        return known

    def _grow(self, table: dict[_Key, Value], key: _Key, value: Value) -> None:
        known = table.get(key)
        joined = value if known is None else join(known, value)
        if known is None or joined != known:
            table[key] = joined
            self.is_grown = True


class Look:
    """One look at a script: its facts, and where in it the look is.

    Attributes:
        tables: shared by all looks.
        facts: found by this one.
        source: the text it is in.
        locals: variables of the functions around, innermost last; the first are the module's.
        functions: identities of those functions, 0 for the module.
        globals_declared: by `global` statements of the innermost function.
        branches: arms of statements it is in.
        uses: what becomes of the results of calls, by their identity.
        use: what becomes of those of the other calls, here.
        guards: number of `try` statements around that catch a failed import.
        loops: number of loops around, in the innermost function.
        unreached: whether nothing leads to where it is.
        classes: of which the methods around are; None inside a function.
    """

    def __init__(self, tables: Tables, source: Source) -> None:
        self.tables = tables
        self.facts = Facts()
        self.source = source
        self._bytes: Optional[list[bytes]] = None
        self.locals: list[Environment] = [{}]
        self.functions: list[int] = [0]
        self.globals_declared: list[set[str]] = [set()]
        self.branches: list[tuple[int, int]] = []
        self.uses: dict[int, str] = {}
        self.use = "used"
        self.guards = 0
        self.loops = 0
        self.unreached = False
        self.classes: list[Optional[ast.ClassDef]] = [None]

    def enter(self, source: Source) -> None:
        """Go on in another source of the same program."""
        self.source = source
        self._bytes = None
        if not source.text.isascii():
            self._bytes = [line.encode("utf-8", "replace") for line in split_lines(source.text)]

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        shift = self.source.first_line - 1
        return Place(
            self.source.path,
            self.source.cell,
            line + shift,
            self._column(line, getattr(node, "col_offset", 0)),
            end_line + shift,
            self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def _column(self, line: int, offset: int) -> int:
        # The parser counts bytes of UTF-8.
        if self._bytes is not None and line <= len(self._bytes):
            offset = len(self._bytes[line - 1][:offset].decode("utf-8", "replace"))
        return offset + 1 + self.source.indent

    def lookup(self, name: str) -> Value:
        """Return what a variable is, here."""
        if name not in self.globals_declared[-1]:
            for scope in reversed(self.locals[1:]):  # innermost first
                local: Optional[Value] = scope.get(name)
                if local is not None:
                    return local
        if len(self.functions) == 1 and name in self.locals[0]:
            return self.locals[0][name]
        found = self.tables.globals.get(name)
        if found is not None:
            return found
        if name == OLD_CLASS:  # from a star import, or from a cell that is not there
            return named(f"azureml.monitoring.{OLD_CLASS}")
        return named("pyspark.sql.SparkSession") if name == "spark" else UNKNOWN

    def is_bound(self, name: str) -> bool:
        """Return whether anything that is seen, or may be there unseen, gives a name a value."""
        if any(name in scope for scope in self.locals) or name in self.tables.globals:
            return True
        return self.tables.may_have_other_names or hasattr(builtins, name) or name == "spark"

    def bind(self, name: str, value: Value) -> None:
        """Give a variable a value."""
        is_global = len(self.functions) == 1 or name in self.globals_declared[-1]
        if is_global:
            self.tables.add_global(name, value)
        if len(self.functions) > 1 and name in self.globals_declared[-1]:
            return
        self.locals[-1][name] = value

    def function_of(self, value: Value) -> Optional[ast.AST]:
        """Return the definition of a function of the script."""
        return value.function if value.kind in (Kind.FUNCTION, Kind.CLASS) else None
