"""A class that stands in for the old one on machines without the SDK, and does nothing."""

from __future__ import annotations

from inspect import Parameter, Signature

import libcst as cst

from .bindings import is_none
from .results import Unsure
from .script import Script

_LOOKUP = "__getattr__"
_DECORATORS = frozenset({"staticmethod", "classmethod"})


def check_stand_in(script: Script, stand_in: cst.ClassDef) -> None:
    """Check that a class does nothing, and takes what rewritten code passes to it.

    Args:
        script: the script.
        stand_in: the class; a `collect` without room for a context is taken.

    Raises:
        Unsure: without the SDK, the rewritten script would do something else, or fail.
    """
    bases = {script.code(base.value) for base in stand_in.bases}
    if stand_in.decorators or stand_in.keywords or not bases <= {"object"}:
        reason = "the fallback class has a base class or a decorator, which may do something"
        raise Unsure(stand_in.name, reason)
    for statement in stand_in.body.body:
        if isinstance(statement, cst.FunctionDef):
            _check_method(script, stand_in, statement)
        elif not _is_nothing(statement):
            raise Unsure(statement, "the fallback class has more than methods that do nothing")


def methods_without_context(stand_in: cst.ClassDef) -> list[cst.FunctionDef]:
    """Return the definitions of `collect` that take the data alone."""
    return [
        method
        for method in stand_in.body.body
        if isinstance(method, cst.FunctionDef)
        and method.name.value == "collect"
        and not _takes(method, 2)
    ]


def _check_method(script: Script, stand_in: cst.ClassDef, method: cst.FunctionDef) -> None:
    name = method.name.value
    decorators = {script.code(decorator.decorator) for decorator in method.decorators}
    does_nothing = decorators <= _DECORATORS and (
        _returns_method(script, stand_in, method)
        if name == _LOOKUP
        else all(map(_is_nothing, method.body.body))
        or (name == "add_correlations" and _returns_argument(method))
    )
    if not does_nothing:
        raise Unsure(
            method.name, f"the fallback class must do nothing, but its {name} does something"
        )
    if name in ("__init__", "__new__") and not _takes(method, 0, "name", "on_error"):
        reason = "the fallback class cannot be created with name= and on_error="
        raise Unsure(method.name, f"{reason}; let its {name} accept *args, **kwargs")
    if name == "collect" and not _takes(method, 1):
        raise Unsure(
            method.name, "the fallback's collect does not accept the data; let it accept *args"
        )


def _returns_method(script: Script, stand_in: cst.ClassDef, lookup: cst.FunctionDef) -> bool:
    """Return whether every attribute is a function that does nothing, whatever it is given."""
    *others, last = _statements(lookup)
    if not isinstance(last, cst.Return) or not all(map(_is_nothing, others)):
        return False
    if isinstance(last.value, cst.Lambda):
        return is_none(last.value.body) and _binds(_signature(last.value.params), 2)
    found = last.value
    return isinstance(found, cst.Attribute) and any(
        isinstance(method, cst.FunctionDef)
        and method.name.value == found.attr.value
        and script.code(found.value) == "self"
        and _takes(method, 2)
        for method in stand_in.body.body
    )


def _returns_argument(method: cst.FunctionDef) -> bool:
    *others, last = _statements(method)
    names = {
        parameter.name
        for parameter in _signature(method.params).parameters.values()
        if parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    }
    return (
        all(map(_is_nothing, others))
        and isinstance(last, cst.Return)
        and isinstance(last.value, cst.Name)
        and last.value.value in names
    )


def _statements(method: cst.FunctionDef) -> list[cst.CSTNode]:
    statements: list[cst.CSTNode] = []
    for line in method.body.body:
        statements += line.body if isinstance(line, cst.SimpleStatementLine) else [line]
    return statements


def _takes(method: cst.FunctionDef, positional: int, *keywords: str) -> bool:
    """Return whether a method of an instance can be called so."""
    is_static = any(
        isinstance(decorator.decorator, cst.Name) and decorator.decorator.value == "staticmethod"
        for decorator in method.decorators
    )
    return _binds(_signature(method.params), positional + (not is_static), *keywords)


def _binds(signature: Signature, positional: int, *keywords: str) -> bool:
    try:
        signature.bind(*[None] * positional, **dict.fromkeys(keywords))
    except TypeError:
        return False
    return True


def _signature(written: cst.Parameters) -> Signature:
    kinds = (
        (Parameter.POSITIONAL_ONLY, tuple(written.posonly_params)),
        (Parameter.POSITIONAL_OR_KEYWORD, tuple(written.params)),
        (Parameter.VAR_POSITIONAL, (written.star_arg,)),
        (Parameter.KEYWORD_ONLY, tuple(written.kwonly_params)),
        (Parameter.VAR_KEYWORD, (written.star_kwarg,)),
    )
    return Signature(
        [
            Parameter(
                parameter.name.value,
                kind,
                default=Parameter.empty if parameter.default is None else None,
            )
            for kind, parameters in kinds
            for parameter in parameters
            if isinstance(parameter, cst.Param)  # a lone star is none
        ]
    )


def _is_nothing(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return all(map(_is_nothing, statement.body))
    if isinstance(statement, cst.Expr):
        return isinstance(statement.value, (cst.SimpleString, cst.Ellipsis))
    if isinstance(statement, cst.Return):
        return statement.value is None or is_none(statement.value)
    return isinstance(statement, cst.Pass)
