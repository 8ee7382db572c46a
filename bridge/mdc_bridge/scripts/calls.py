"""What calls are: collectors made and used, functions of the script, functions of libraries."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .call_arguments import Arguments, Evaluate, arguments_of, bind_parameters, own_arguments
from .collecting import collector_call, construction, returning
from .combining import element_of, holds_collectors, join_all
from .containers import grown
from .facts import Import, ImportForm, Mention, Mutation, NamedCall
from .frame_function import framed, is_frame_function
from .installs import ADDING
from .library import result_of, result_of_method
from .models import predicted
from .modern import NEW_CLASS, is_new_collector, modern_value
from .old_names import OLD_CLASS
from .reflection import REFLECTING, reflected
from .tables import COLLECTOR_CLASSES, Look
from .unfollowed import (
    note_handed_over,
    note_run_text,
    note_unfollowed_construction,
    note_unfollowed_method,
)
from .values import UNKNOWN, Kind, Value, named

Rebind = Callable[[Look, ast.AST, Value], None]

DEPLOYMENT_KEYWORDS = frozenset({"collect_model_data", "enable_data_collection"})
_BUILTINS = frozenset(
    {
        "__import__",
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "dict",
        "enumerate",
        "filter",
        "float",
        "format",
    }
    | {
        "frozenset",
        "getattr",
        "globals",
        "int",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "memoryview",
        "next",
    }
    | {"open", "print", "range", "repr", "reversed", "set", "setattr", "sorted", "str", "tuple"}
    | {"vars", "zip"}
)
_IN_PLACE = frozenset({"append", "clear", "extend", "fill", "insert", "remove", "sort", "update"})
_IMPORTERS = frozenset({"importlib.import_module", "__import__"})
_PARTIAL = "functools.partial"


def call_value(look: Look, node: ast.Call, evaluate: Evaluate, rebind: Rebind) -> Value:
    """Return what a call returns, noting what it does with collectors.

    Args:
        look: where the call stands.
        node: the call.
        evaluate: returns what an expression is.
        rebind: says that what a variable or attribute holds has changed.
    """
    if isinstance(node.func, ast.Attribute):
        return _method_call(look, node, node.func, evaluate, rebind)
    function = evaluate(look, node.func)
    if isinstance(node.func, ast.Name) and function == UNKNOWN:
        function = _builtin(node.func.id)
    arguments = arguments_of(look, node, evaluate, is_printed=function.name == "print")
    return _function_call(look, node, function, arguments)


def _method_call(
    look: Look, node: ast.Call, func: ast.Attribute, evaluate: Evaluate, rebind: Rebind
) -> Value:
    base = evaluate(look, func.value)
    arguments = arguments_of(look, node, evaluate)
    if func.attr == OLD_CLASS and base.kind is Kind.UNKNOWN:
        return construction(look, node, arguments)  # of a module that only running shows
    if base.collectors and base.kind is not Kind.METHOD:
        return collector_call(look, node, func.attr, base, arguments)
    if base.kind is Kind.NAMED and base.name != "globals()":
        return _named_method(look, node, func, base, arguments)
    _note_deployment(look, node, "", func.attr, arguments)
    _note_mutation(look, node, func, arguments)
    changed = grown(look, base, func, arguments)
    if changed is not None:
        rebind(look, func.value, changed)
    known = look.tables.attributes.get(func.attr)
    if known is not None and known.collectors:
        return _function_call(look, node, known, arguments)
    methods = look.tables.methods_of(base, func.attr) if base.kind in _OF_SCRIPT else []
    if not methods or base.kind is Kind.UNKNOWN:
        note_unfollowed_method(look, node, func, base)
    if not methods:
        note_unfollowed_construction(look, node)
    if not methods and changed is None:
        note_handed_over(look, node, arguments.values)
    for method in methods:
        positions = (*own_arguments(method, base), *arguments.positions)
        bind_parameters(look, method, positions, arguments.keywords)
    _note_predicted(look, node, func)
    made = predicted(base, func.attr, _packages(look))
    if made is not None and not methods:
        return made
    returned = join_all([look.tables.returns.get(id(method), UNKNOWN) for method in methods])
    if returned != UNKNOWN:
        return returned
    return result_of_method(base, func.attr, arguments.positions, arguments.keywords)


_OF_SCRIPT = (Kind.UNKNOWN, Kind.CLASS, Kind.INSTANCE)


def _note_predicted(look: Look, node: ast.Call, func: ast.Attribute) -> None:
    if func.attr.startswith("predict") and node.args and isinstance(node.args[0], ast.Name):
        given = Mutation(node.args[0].id, look.scope.function, look.place(node))
        look.facts.predicted.append(given)


def _packages(look: Look) -> list[str]:
    return [found.module.partition(".")[0] for found in look.facts.imports]


def _named_method(
    look: Look, node: ast.Call, func: ast.Attribute, base: Value, arguments: Arguments
) -> Value:
    note_unfollowed_method(look, node, func, base)
    _note_predicted(look, node, func)
    made = predicted(base, func.attr, _packages(look))
    if made is not None:
        return made
    function = named(f"{base.name}.{func.attr}")
    called = _function_call(look, node, function, arguments)
    if called != named(f"{function.name}()"):
        return called
    return result_of_method(base, func.attr, arguments.positions, arguments.keywords)


def _function_call(look: Look, node: ast.Call, function: Value, arguments: Arguments) -> Value:
    if function.kind is Kind.METHOD:
        return collector_call(look, node, function.name, function, arguments)
    if function.collectors:
        return collector_call(look, node, "", function, arguments)
    if function.name in REFLECTING:
        return reflected(look, function.name, arguments)
    if function.kind is Kind.NAMED:
        return _imported_call(look, node, function.name, arguments)
    is_of_script = function.kind in (Kind.FUNCTION, Kind.CLASS)
    definition = function.function if is_of_script else None
    if definition is None and is_new_collector(look, node):
        look.facts.unbound.append(Mention(NEW_CLASS, look.place(node)))
        return _imported_call(look, node, f"azureml.ai.monitoring.{NEW_CLASS}", arguments)
    if definition is None:
        _note_deployment(look, node, "", "", arguments)
        note_unfollowed_construction(look, node)
        note_run_text(look, node, arguments.values)
        note_handed_over(look, node, arguments.values)
        return UNKNOWN
    if isinstance(definition, ast.ClassDef):
        return _object(look, definition, arguments)
    bind_parameters(look, definition, arguments.positions, arguments.keywords)
    if len(arguments.positions) == 1 and is_frame_function(definition):
        return framed(arguments.positions[0])
    return look.tables.returns.get(id(definition), UNKNOWN)


def _object(look: Look, definition: ast.ClassDef, arguments: Arguments) -> Value:
    """Return an object of a class of the script; what it is made with may be its attributes."""
    fields = []
    for part in definition.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            bind_parameters(look, part, (UNKNOWN, *arguments.positions), arguments.keywords)
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            fields.append(part.target.id)  # of a dataclass or NamedTuple
    for name, value in (*zip(fields, arguments.positions), *arguments.keywords.items()):
        if holds_collectors(value):
            look.tables.add_attribute(name, value)
    return Value(Kind.INSTANCE, function=definition)


def _imported_call(look: Look, node: ast.Call, name: str, arguments: Arguments) -> Value:
    if name in COLLECTOR_CLASSES:
        return construction(look, node, arguments)
    if (
        name == _PARTIAL
        and arguments.positions
        and arguments.positions[0].name in COLLECTOR_CLASSES
    ):
        # Made once for each call of the partial; for the rules one stands for all.
        rest = Arguments(arguments.positions[1:], arguments.keywords, True)
        made = construction(look, node, rest)
        return Value(Kind.FUNCTION, function=returning(look, node, made))
    if name in _IMPORTERS:
        return _dynamic_import(look, node, name, arguments)
    note_unfollowed_construction(look, node)
    if name.endswith(".SimpleNamespace"):
        for attribute, value in arguments.keywords.items():
            look.tables.add_attribute(attribute, value)
        return UNKNOWN
    _note_collectors(look, node, name, arguments)
    method = name.rpartition(".")[2]
    _note_deployment(look, node, name, method, arguments)
    if name.startswith("azureml.") and not arguments.keywords.keys() & DEPLOYMENT_KEYWORDS:
        look.facts.named_calls.append(_named_call(look, node, name, method, arguments))
    modern = modern_value(look, node, name, arguments)
    if modern is not None:
        return modern
    return result_of(name, arguments.positions, arguments.keywords)


def _note_collectors(look: Look, node: ast.Call, name: str, arguments: Arguments) -> None:
    """Follow what a library does with collectors, as far as that can be seen."""
    if name == "map" and len(arguments.positions) > 1:
        function, *data = arguments.positions
        if function.kind is Kind.METHOD:
            element = Arguments(tuple(map(element_of, data)), {}, False)
            collector_call(look, node, function.name, function, element)
    else:
        note_handed_over(look, node, arguments.values)


def _dynamic_import(look: Look, node: ast.Call, name: str, arguments: Arguments) -> Value:
    module = arguments.positions[0].constant if arguments.positions else None
    if not isinstance(module, str):
        return UNKNOWN
    place = look.place(node)
    guarded = look.guards > 0
    look.facts.imports.append(Import(module, None, ImportForm.DYNAMIC, guarded, place))
    whole = name == "__import__" and "fromlist" not in arguments.keywords
    whole = whole and len(arguments.positions) < 4
    return named(module.partition(".")[0] if whole else module)


def _note_deployment(
    look: Look, node: ast.Call, name: str, method: str, arguments: Arguments
) -> None:
    is_adding = not name and method in ADDING
    if is_adding or arguments.keywords.keys() & DEPLOYMENT_KEYWORDS:
        look.facts.named_calls.append(_named_call(look, node, name, method, arguments))


def _named_call(
    look: Look, node: ast.Call, name: str, method: str, arguments: Arguments
) -> NamedCall:
    return NamedCall(name, method, arguments.keywords, look.place(node), arguments.positions)


def _note_mutation(look: Look, node: ast.Call, func: ast.Attribute, arguments: Arguments) -> None:
    if not isinstance(func.value, ast.Name):
        return
    in_place = arguments.keywords.get("inplace")
    if func.attr in _IN_PLACE or (in_place is not None and in_place.constant is True):
        look.note_mutation(func.value.id, node)


def _builtin(name: str) -> Value:
    return named(name) if name in _BUILTINS else UNKNOWN
