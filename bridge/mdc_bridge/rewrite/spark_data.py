"""Which names may hold Spark's DataFrames, which the new SDK does not take."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from .bindings import bound_by
from .call_sites import Site
from .owners import is_read
from .results import Unsure
from .script import Script

_PACKAGES = ("pyspark", "mmlspark", "synapse", "databricks")
# What leaves Spark for the process's own memory.
_LEAVES_SPARK = frozenset({"toPandas", "to_pandas", "to_numpy", "tolist", "toArray"})
_PLAIN = frozenset({"bool", "float", "int", "len", "str"})


def check_no_spark_data(script: Script, sites: list[Site]) -> None:
    """Raise Unsure where data that are collected may come from Spark."""
    names = _names_of_spark(script)
    for site in sites:
        if names and _mentions(script, site.data, names):
            raise Unsure(site.data, "the data may be Spark DataFrames")


def _names_of_spark(script: Script) -> set[str]:
    """Return the names, of variables, attributes and functions, that Spark's values may reach.

    Names are looked at without their scopes: too many are returned rather than too few.
    """
    names: set[str] = set()
    for statement in script.imports():
        code = script.content[script.start(statement) : script.end(statement)].decode()
        if not any(package in code for package in _PACKAGES):
            continue
        if isinstance(statement.names, cst.ImportStar):
            raise Unsure(statement, "the data may be Spark DataFrames")
        names.update(bound_by(alias).partition(".")[0] for alias in statement.names)
    size = -1
    while names and size != len(names):
        size = len(names)
        _spread(script, names)
    return names


def _spread(script: Script, names: set[str]) -> None:
    """Add the names to which one step takes the values of others."""
    for target, value in _assignments(script):
        if _mentions(script, value, names):
            names.update(_names_in(script, target))
    for statement in script.every(cst.Return):
        function = script.above(statement, cst.FunctionDef)
        returned = statement.value
        if function is not None and returned is not None and _mentions(script, returned, names):
            names.add(function.name.value)
    for call in script.every(cst.Call):
        if any(_mentions(script, argument.value, names) for argument in call.args):
            called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
            names.update(_parameters(script, script.code(called)))


def _assignments(script: Script) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression]]:
    for node in script.nodes:
        if isinstance(node, cst.Assign):
            yield from ((each.target, node.value) for each in node.targets)
        elif isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
            if node.value is not None:
                yield node.target, node.value
        elif isinstance(node, (cst.For, cst.CompFor)):
            yield node.target, node.iter
        elif isinstance(node, cst.WithItem) and node.asname is not None:
            yield node.asname.name, node.item


def _parameters(script: Script, function: str) -> set[str]:
    """Return the names of the parameters of functions, lambdas left out, of a name."""
    return {
        parameter.name.value
        for parameter in script.every(cst.Param)
        for outer in [script.above(parameter, cst.FunctionDef, cst.Lambda)]
        if isinstance(outer, cst.FunctionDef) and outer.name.value == function
    }


def _mentions(script: Script, value: cst.CSTNode, names: set[str]) -> bool:
    """Return whether an expression may be one of Spark's values."""
    return any(
        found.value in names
        and script.is_within(found, value)
        and not _has_left(script, found, value)
        for found in script.every(cst.Name)
    )


def _has_left(script: Script, found: cst.Name, value: cst.CSTNode) -> bool:
    """Return whether, on the way up to an expression, a value leaves Spark."""
    node: cst.CSTNode = found
    while node is not value:
        node = script.parent(node)
        if not isinstance(node, cst.Call):
            continue
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _LEAVES_SPARK:
            return True
        if isinstance(node.func, cst.Name) and node.func.value in _PLAIN:
            return True
    return False


def _names_in(script: Script, target: cst.CSTNode) -> set[str]:
    """Return the variables or attributes that an assignment's target names."""
    return {
        name.value
        for name in script.every(cst.Name)
        if script.is_within(name, target)
        and not (is_read(script, name) and _is_holder(script, name))
    }


def _is_holder(script: Script, name: cst.Name) -> bool:
    """Return whether a name stands before the dot or bracket of what is assigned."""
    parent = script.parent(name)
    return isinstance(parent, cst.Attribute) and parent.value is name
