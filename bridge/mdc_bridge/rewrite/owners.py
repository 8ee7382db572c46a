"""Whose variable a name is: one function's, a comprehension's, a class's or the module's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

import libcst as cst

from .script import Script

Owner = Union[cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.BaseComp]

_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.BaseComp)


def is_read(script: Script, name: cst.Name) -> bool:
    """Return whether a name is only read where it stands."""
    inner: cst.CSTNode = name
    for outer in script.ancestors(name):
        if isinstance(outer, (cst.AssignTarget, cst.AsName, cst.ImportAlias, cst.NameItem)):
            return isinstance(inner, (cst.Attribute, cst.Subscript))
        if isinstance(outer, (cst.Attribute, cst.Subscript, cst.Call, cst.Annotation)):
            return True
        if isinstance(outer, (cst.For, cst.CompFor, cst.NamedExpr, cst.AnnAssign, cst.AugAssign)):
            return outer.target is not inner
        if isinstance(outer, (cst.FunctionDef, cst.ClassDef, cst.Param, cst.TypeAlias)):
            return outer.name is not inner
        if isinstance(outer, (cst.Del, cst.MatchPattern)):
            return False
        if isinstance(outer, (cst.BaseStatement, cst.BaseSmallStatement)):
            return True
        inner = outer
    return True


def bindings_of(script: Script, name: str) -> list[cst.Name]:
    """Return all places where a name is bound, in whichever scope, in the order of the text."""
    return [found for found in script.names.get(name, ()) if not is_read(script, found)]


def owner_of(script: Script, name: cst.Name) -> Owner:
    """Return the scope whose variable a name is, by the rules of the language.

    Args:
        script: the script.
        name: that stands for itself.
    """
    is_innermost = True
    for scope in _scopes_around(script, name):
        is_hidden = isinstance(scope, cst.ClassDef) and not is_innermost
        is_innermost = False
        if is_hidden:
            continue
        declared = _declaration(script, name.value, scope)
        if declared is cst.Global:
            return script.module
        if declared is None and _binds(script, name.value, scope):
            return scope
    return script.module


def same_variable(script: Script, name: cst.Name) -> list[cst.Name]:
    """Return all places where the variable of a name stands, in the order of the text."""
    owner = owner_of(script, name)
    return [found for found in script.names[name.value] if owner_of(script, found) is owner]


def _scopes_around(script: Script, name: cst.Name) -> Iterator[Owner]:
    """Yield the scopes that a name may belong to, the innermost first; the module is left out."""
    inner: cst.CSTNode = name
    parameter = script.parent(name)
    is_parameter = isinstance(parameter, cst.Param) and parameter.name is name
    for outer in script.ancestors(name):
        if isinstance(outer, cst.Param) and inner is not outer.name:
            is_parameter = False
        if isinstance(outer, _SCOPES):
            is_within = inner is getattr(outer, "body", None)
            if isinstance(outer, (cst.FunctionDef, cst.Lambda)):
                is_within = is_within or (is_parameter and inner is outer.params)
                is_parameter = False
            elif isinstance(outer, cst.BaseComp):
                # What the first loop goes through is looked up outside.
                is_within = not _is_first_source(script, name, outer)
            if is_within:
                yield outer
        inner = outer


def _is_first_source(script: Script, name: cst.Name, comprehension: cst.BaseComp) -> bool:
    first = getattr(comprehension, "for_in", None)
    source = first.iter if isinstance(first, cst.CompFor) else None
    return source is not None and source in (name, *script.ancestors(name))


def _declaration(script: Script, name: str, scope: Owner) -> object:
    """Return the statement that gives a name to the scopes around, Global or Nonlocal."""
    for found in script.names[name]:
        declared = script.above(found, cst.Global, cst.Nonlocal)
        if declared is not None and script.scope(found) is scope:
            return type(declared)
    return None


def _binds(script: Script, name: str, scope: Owner) -> bool:
    for found in bindings_of(script, name):
        around = list(_scopes_around(script, found))
        if isinstance(script.above(found, cst.CompFor, cst.NamedExpr), cst.NamedExpr):
            # What := binds belongs to the function around a comprehension.
            around = [each for each in around if not isinstance(each, cst.BaseComp)]
        if around and around[0] is scope:
            return True
    return False
