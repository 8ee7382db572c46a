"""What one look at a script has found, and what the next look knows from it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Optional, TypeVar

from .combining import join
from .facts import Facts, Mutation
from .old_names import OLD_CLASS, OLD_MODULES
from .place import Place
from .sources import Source, split_lines
from .values import UNKNOWN, Construction, Value, named

COLLECTOR_CLASSES = frozenset(
    {
        *(f"{module}.{OLD_CLASS}" for module in OLD_MODULES),
        f"azureml.datacollector.modeldatacollector.{OLD_CLASS}",
        f"mdc_legacy.{OLD_CLASS}",
    }
)
# Called by the server, with whatever a request holds; test calls in the script say little of it.
_ENTRY_POINTS = frozenset({"run"})

Variables = dict[str, Value]
# What holds collectors among the variables of other modules, by the last part of their names.
Exports = Mapping[str, Mapping[str, Value]]
_Key = TypeVar("_Key", bound=Hashable)


class Tables:
    """What holds for a whole script whatever the order it runs in.

    Grows from one look at the script to the next, until a look adds nothing.
    """

    def __init__(self, others: Exports) -> None:
        self._others = others
        self.globals: Variables = {}
        self.attributes: Variables = {}
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

    def construction(self, call: ast.Call, collector: Construction) -> Construction:
        """Return the one collector that a call makes, brought up to date."""
        known = self.constructions.setdefault(id(call), collector)
        vars(known).update(vars(collector))
        return known

    def _grow(self, table: dict[_Key, Value], key: _Key, value: Value) -> None:
        known = table.get(key)
        joined = value if known is None else join(known, value)
        if known is None or joined != known:
            table[key] = joined
            self.is_grown = True


@dataclass
class NameScope:
    """The module, or a function, class, lambda or comprehension in it.

    Attributes:
        function: its identity; that of the function around for a comprehension, 0 for the module.
        variables: that it has bound.
        owner: of a class: its definition.
        globals: names that its `global` statements declare.
    """

    function: int
    variables: Variables
    owner: Optional[ast.ClassDef] = None
    globals: set[str] = field(default_factory=set)


class Look:
    """One look at a script: its facts, and where in it the look is.

    Attributes:
        tables: shared by all looks.
        facts: found by this one.
        source: the text it is in.
        scopes: around where it is, innermost last; the first is the module's.
        branches: arms of statements it is in.
        uses: what becomes of the results of calls, by their identity.
        use: what becomes of those of the other calls, here.
        guards: number of `try` statements around that catch a failed import.
        loops: number of loops around, in the innermost function.
        unreached: whether nothing leads to where it is.
    """

    def __init__(self, tables: Tables, source: Source) -> None:
        self.tables = tables
        self.facts = Facts()
        self.source = source
        self._bytes: Optional[list[bytes]] = None
        self.scopes = [NameScope(0, {})]
        self.branches: list[tuple[int, int]] = []
        self.uses: dict[int, str] = {}
        self.use = "used"
        self.guards = 0
        self.loops = 0
        self.unreached = False

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

    @property
    def scope(self) -> NameScope:
        """The innermost scope."""
        return self.scopes[-1]

    @property
    def is_in_module(self) -> bool:
        """Whether no function or class is around."""
        return len(self.scopes) == 1

    @contextmanager
    def inside(self, scope: NameScope) -> Iterator[None]:
        """Go on in a scope; afterwards all is as before it."""
        around = self.branches, self.loops, self.unreached
        self.scopes.append(scope)
        try:
            yield
        finally:
            self.scopes.pop()
            self.branches, self.loops, self.unreached = around

    def is_local(self, name: str) -> bool:
        """Return whether a function or class around has a variable of a name."""
        return any(name in scope.variables for scope in self.scopes[1:])

    def lookup(self, name: str) -> Value:
        """Return what a variable is, here."""
        if name not in self.scope.globals:
            for scope in reversed(self.scopes[1:]):  # innermost first
                if name in scope.variables:
                    return scope.variables[name]
        if self.is_in_module and name in self.scope.variables:
            return self.scope.variables[name]
        found = self.tables.globals.get(name)
        if found is not None:
            return found
        if name == OLD_CLASS:  # from a star import, or from a cell that is not there
            return named(f"azureml.monitoring.{OLD_CLASS}")
        return named("pyspark.sql.SparkSession") if name == "spark" else UNKNOWN

    def is_bound(self, name: str) -> bool:
        """Return whether anything that is seen, or may be there unseen, gives a name a value."""
        if any(name in scope.variables for scope in self.scopes) or name in self.tables.globals:
            return True
        return self.tables.may_have_other_names or hasattr(builtins, name) or name == "spark"

    def bind(self, name: str, value: Value) -> None:
        """Give a variable a value."""
        if self.is_in_module or name in self.scope.globals:
            self.tables.add_global(name, value)
        if self.is_in_module or name not in self.scope.globals:
            self.scope.variables[name] = value

    def note_mutation(self, variable: str, node: ast.AST) -> None:
        """Note that a statement changes the value of a variable in place."""
        mutation = Mutation(variable, self.scope.function, self.place(node))
        self.facts.mutations.append(mutation)
