"""What calls are: collectors made and used, functions of the script, functions of libraries."""

from __future__ import annotations

import ast
from typing import Optional

from .call_arguments import Arguments, bind_parameters, own_arguments
from .collecting import collector_call, construction
from .combining import element_of, holds_collectors, join_all
from .facts import Mention, Mutation, NamedCall
from .frame_function import framed, is_frame_function
from .importing import IMPORTERS, import_dynamically
from .installs import ADDING
from .library import attribute_of, result_of
from .methods import result_of_method
from .models import predicted
from .modern import NEW_CLASS, is_new_collector, modern_value
from .old_names import OLD_CLASS
from .tables import COLLECTOR_CLASSES, Look
from .unfollowed import (
    COLLECTING,
    note_handed_over,
    note_run_text,
    note_unfollowed_construction,
    note_unfollowed_method,
)
from .values import UNKNOWN, Value, ValueKind, named

DEPLOYMENT_KEYWORDS = frozenset({"collect_model_data", "enable_data_collection"})
BUILTINS = frozenset(
    {"__import__", "bool", "bytearray", "bytes", "complex", "dict", "enumerate", "filter", "float"}
    | {"format", "frozenset", "getattr", "globals", "int", "iter", "len", "list", "locals", "map"}
    | {"memoryview", "next", "open", "print", "range", "repr", "reversed", "set", "setattr"}
    | {"sorted", "str", "tuple", "vars", "zip"}
)
_IN_PLACE = frozenset({"append", "clear", "extend", "fill", "insert", "remove", "sort", "update"})
_PARTIAL = "functools.partial"
_REFLECTING = frozenset({"getattr", "globals", "locals", "setattr", "vars"})
_OF_SCRIPT = (ValueKind.UNKNOWN, ValueKind.CLASS, ValueKind.INSTANCE)


def method_call(
    look: Look,
    node: ast.Call,
    func: ast.Attribute,
    base: Value,
    arguments: Arguments,
    is_grown: bool,
) -> Value:
    """Return what a call of a method returns, noting what it does with collectors.

    Args:
        look: where the call stands.
        node: the call.
        func: what is called.
        base: what its object is.
        arguments: that it is given.
        is_grown: the object is a container to which the call has added.
    """
    if func.attr == OLD_CLASS and base.kind is ValueKind.UNKNOWN:
        return construction(look, node, arguments)  # of a module that only running shows
    if base.collectors and base.kind is not ValueKind.METHOD:
        return collector_call(look, node, func.attr, base, arguments)
    if base.kind is ValueKind.NAMED and base.name != "globals()":
        return _named_method(look, node, func, base, arguments)
    _note_named_call(look, node, "", func.attr, arguments)
    _note_mutation(look, node, func, arguments)
    known = look.tables.attributes.get(func.attr)
    if known is not None and known.collectors:
        return function_call(look, node, known, arguments)
    methods = look.tables.methods_of(base, func.attr) if base.kind in _OF_SCRIPT else []
    if not methods or base.kind is ValueKind.UNKNOWN:
        note_unfollowed_method(look, node, func, base)
    if not methods:
        note_unfollowed_construction(look, node)
    if not methods and not is_grown:
        note_handed_over(look, node, arguments.values)
    for method in methods:
        positions = (*own_arguments(method, base), *arguments.positions)
        bind_parameters(look, method, positions, arguments.keywords)
    prediction = _predicted(look, node, func, base)
    if prediction is not None and not methods:
        return prediction
    returned = join_all([look.tables.returns.get(id(method), UNKNOWN) for method in methods])
    if returned != UNKNOWN:
        return returned
    return result_of_method(base, func.attr, arguments.positions, arguments.keywords)


def _predicted(look: Look, node: ast.Call, func: ast.Attribute, base: Value) -> Optional[Value]:
    """Return what a model's method returns, noting what its `predict` is given."""
    if func.attr.startswith("predict") and node.args and isinstance(node.args[0], ast.Name):
        given = Mutation(node.args[0].id, look.scope.function, look.place(node))
        look.facts.predicted.append(given)
    packages = [found.module.partition(".")[0] for found in look.facts.imports]
    return predicted(base, func.attr, packages)


def _named_method(
    look: Look, node: ast.Call, func: ast.Attribute, base: Value, arguments: Arguments
) -> Value:
    note_unfollowed_method(look, node, func, base)
    prediction = _predicted(look, node, func, base)
    if prediction is not None:
        return prediction
    function = named(f"{base.name}.{func.attr}")
    called = function_call(look, node, function, arguments)
    if called != named(f"{function.name}()"):
        return called
    return result_of_method(base, func.attr, arguments.positions, arguments.keywords)


def function_call(look: Look, node: ast.Call, function: Value, arguments: Arguments) -> Value:
    """Return what a call of a function, class or collector returns; see `method_call`."""
    if function.kind is ValueKind.METHOD:
        return collector_call(look, node, function.name, function, arguments)
    if function.collectors:
        return collector_call(look, node, "", function, arguments)
    if function.name in _REFLECTING:
        return _reflected(look, function.name, arguments.positions)
    if function.kind is ValueKind.NAMED:
        return _imported_call(look, node, function.name, arguments)
    is_of_script = function.kind in (ValueKind.FUNCTION, ValueKind.CLASS)
    definition = function.function if is_of_script else None
    if definition is None and is_new_collector(look, node):
        look.facts.unbound.append(Mention(NEW_CLASS, look.place(node)))
        return _imported_call(look, node, f"azureml.ai.monitoring.{NEW_CLASS}", arguments)
    if definition is None:
        _note_named_call(look, node, "", "", arguments)
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
    return Value(ValueKind.INSTANCE, function=definition)


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
        look.tables.add_return(id(node), construction(look, node, rest))
        return Value(ValueKind.FUNCTION, function=node)
    if name in IMPORTERS:
        return import_dynamically(look, node, name, arguments)
    note_unfollowed_construction(look, node)
    if name.endswith(".SimpleNamespace"):
        for attribute, value in arguments.keywords.items():
            look.tables.add_attribute(attribute, value)
        return UNKNOWN
    _note_collectors(look, node, name, arguments)
    _note_named_call(look, node, name, name.rpartition(".")[2], arguments)
    modern = modern_value(look, node, name, arguments)
    if modern is not None:
        return modern
    return result_of(name, arguments.positions, arguments.keywords)


def _note_collectors(look: Look, node: ast.Call, name: str, arguments: Arguments) -> None:
    """Follow what a library does with collectors, as far as that can be seen."""
    if name == "map" and len(arguments.positions) > 1:
        function, *data = arguments.positions
        if function.kind is ValueKind.METHOD:
            element = Arguments(tuple(map(element_of, data)), {}, False)
            collector_call(look, node, function.name, function, element)
    else:
        note_handed_over(look, node, arguments.values)


def _reflected(look: Look, function: str, given: tuple[Value, ...]) -> Value:
    """Return a variable or attribute by name, or note one that is set."""
    if function in ("globals", "locals", "vars"):
        return UNKNOWN if given else named("globals()")
    name = given[1].constant if len(given) > 1 else None
    if not isinstance(name, str):
        return UNKNOWN
    base = given[0]
    if function == "setattr":
        if len(given) > 2:
            look.tables.add_attribute(name, given[2])
        return UNKNOWN
    if base.kind is ValueKind.COLLECTOR and name in COLLECTING:
        return Value(ValueKind.METHOD, name=name, collectors=base.collectors)
    return attribute_of(base, name) or look.tables.attributes.get(name, UNKNOWN)


def _note_named_call(
    look: Look, node: ast.Call, name: str, method: str, arguments: Arguments
) -> None:
    """Note a call of SDK v1, or that deploys a service or adds to an environment."""
    is_adding = not name and method in ADDING
    is_deploying = arguments.keywords.keys() & DEPLOYMENT_KEYWORDS
    if is_adding or is_deploying or name.startswith("azureml."):
        place, keywords = look.place(node), arguments.keywords
        call = NamedCall(name, method, keywords, place, arguments.positions)
        look.facts.named_calls.append(call)


def _note_mutation(look: Look, node: ast.Call, func: ast.Attribute, arguments: Arguments) -> None:
    if not isinstance(func.value, ast.Name):
        return
    in_place = arguments.keywords.get("inplace")
    if func.attr in _IN_PLACE or (in_place is not None and in_place.constant is True):
        look.note_mutation(func.value.id, node)
