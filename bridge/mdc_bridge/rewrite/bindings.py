"""Which names are bound where, as far as rewriting must know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import libcst as cst

from .owners import bindings_of, is_read, owner_of, same_variable
from .script import ImportNode, ScopeNode, Script

_MUTATORS = frozenset(
    {"append", "clear", "extend", "insert", "pop", "popitem", "remove"}
    | {"reverse", "setdefault", "sort", "update"}
)


def assigned_value(script: Script, name: cst.Name) -> Optional[cst.BaseExpression]:
    """Return the value of the assignment whose only target is this name, else None."""
    target = script.parent(name)
    statement: cst.CSTNode = target
    if isinstance(target, cst.AssignTarget):
        statement = script.parent(target)
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            return statement.value
    elif isinstance(statement, cst.AnnAssign) and statement.target is name:
        return statement.value
    return None


def assigned_to(
    script: Script, value: cst.BaseExpression
) -> Optional[cst.BaseAssignTargetExpression]:
    """Return the only target of the assignment of a value, None where there is no such thing."""
    holder = script.parent(value)
    if isinstance(holder, cst.Assign) and len(holder.targets) == 1:
        return holder.targets[0].target
    return None


def is_none(node: Optional[cst.BaseExpression]) -> bool:
    """Return whether an expression is the literal None."""
    return isinstance(node, cst.Name) and node.value == "None"


def is_text(statement: Optional[cst.CSTNode]) -> bool:
    """Return whether a statement is a text alone, as docstrings are."""
    text = statement.value if isinstance(statement, cst.Expr) else None
    return isinstance(text, (cst.SimpleString, cst.ConcatenatedString))


def is_set_to_none(script: Script, variable: cst.BaseExpression) -> bool:
    """Return whether a variable is assigned None where it stands, alone or together with others."""
    target = script.parent(variable)
    statement = script.parent(target) if isinstance(target, cst.AssignTarget) else target
    return isinstance(statement, (cst.Assign, cst.AnnAssign)) and is_none(statement.value)


def is_tested(script: Script, node: cst.BaseExpression) -> bool:
    """Return whether an expression is only compared with None or asked for its truth."""
    parent = script.parent(node)
    if isinstance(parent, cst.Comparison):
        comparisons = parent.comparisons
        return (
            parent.left is node
            and len(comparisons) == 1
            and isinstance(comparisons[0].operator, (cst.Is, cst.IsNot))
            and is_none(comparisons[0].comparator)
        )
    if isinstance(parent, cst.BooleanOperation):
        return is_tested(script, parent)
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    return isinstance(parent, (cst.If, cst.While, cst.IfExp)) and parent.test is node


def is_global_in(script: Script, name: str, scope: ScopeNode) -> bool:
    """Return whether a function declares a name as global."""
    return any(
        script.scope(found) is scope and script.above(found, cst.Global) is not None
        for found in script.names.get(name, ())
    )


def constant(script: Script, name: cst.Name) -> Optional[cst.BaseExpression]:
    """Return the value that one assignment of the module gives a variable for good, else None."""
    if owner_of(script, name) is not script.module:
        return None
    value = None
    for found in same_variable(script, name):
        if is_read(script, found):
            if is_changed(script, found):
                return None
            continue
        bound = assigned_value(script, found)
        if value is not None or bound is None or script.scope(found) is not script.module:
            return None
        if script.above(found, cst.If, cst.For, cst.While, cst.Try, cst.With) is not None:
            return None
        value = bound
    return value


def is_changed(script: Script, place: cst.CSTNode) -> bool:
    """Return whether the value of a name or item is visibly changed in place where it stands."""
    parent = script.parent(place)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in _MUTATORS
    if isinstance(parent, cst.Subscript):
        holder = script.parent(parent)
        if isinstance(holder, cst.AugAssign):
            return holder.target is parent
        return isinstance(holder, (cst.AssignTarget, cst.Del))
    return isinstance(parent, cst.AugAssign) and parent.target is place


def resolved(script: Script, node: cst.BaseExpression) -> cst.BaseExpression:
    """Return the constant that an expression stands for, else the expression itself.

    That is a name that the module binds for good, or an item of a dict that it does.
    """
    if isinstance(node, cst.Name):
        return constant(script, node) or node
    found = _item_of_constant(script, node)
    return node if found is None else found


def _item_of_constant(script: Script, node: cst.BaseExpression) -> Optional[cst.BaseExpression]:
    """Return the value of `settings["key"]` or `settings.get("key")` of a dict never changed."""
    holder, key = _looked_up(node)
    if holder is None or not _is_only_looked_up(script, holder):
        return None
    items = resolved(script, holder)
    wanted = text_of(script, key)
    if not isinstance(items, cst.Dict) or wanted is None:
        return None
    values = []
    for each in items.elements:
        text = text_of(script, each.key) if isinstance(each, cst.DictElement) else None
        if text is None:
            return None
        values += [each.value] if text == wanted else []
    return resolved(script, values[0]) if len(values) == 1 else None


def _looked_up(
    node: cst.CSTNode,
) -> tuple[Optional[cst.BaseExpression], Optional[cst.BaseExpression]]:
    """Return what is looked into, and the key; None for other expressions."""
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        index = node.slice[0].slice
        return node.value, index.value if isinstance(index, cst.Index) else None
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        plain = not any(argument.keyword or argument.star for argument in node.args)
        if node.func.attr.value == "get" and len(node.args) in (1, 2) and plain:
            return node.func.value, node.args[0].value
    return None, None


def _is_only_looked_up(script: Script, holder: cst.BaseExpression) -> bool:
    """Return whether only items are read of the name that an expression begins with."""
    inner: Optional[cst.BaseExpression] = holder
    while inner is not None and not isinstance(inner, cst.Name):
        inner = _looked_up(inner)[0]
    if inner is None:
        return False
    for found in script.names.get(inner.value, ()):
        item: cst.CSTNode = found
        if not is_read(script, found):
            continue
        while True:
            outer = script.parent(item)
            if isinstance(outer, cst.Attribute):
                outer = script.parent(outer)
            if not isinstance(outer, cst.BaseExpression) or _looked_up(outer)[0] is not item:
                break
            item = outer
        changed = isinstance(script.parent(item), (cst.AssignTarget, cst.Del, cst.AugAssign))
        if item is found or changed or is_changed(script, item):
            return False
    return True


def text_of(script: Script, node: Optional[cst.BaseExpression]) -> Optional[str]:
    """Return the text that an expression certainly is, None where that cannot be said."""
    if node is None:
        return None
    value = resolved(script, node)
    if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
        text = value.evaluated_value
        return text if isinstance(text, str) else None
    return None


def aliases_of(statement: ImportNode) -> Sequence[cst.ImportAlias]:
    """Return what is imported by name; nothing of `import *`."""
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def bound_by(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds, dotted as it is imported."""
    return alias.evaluated_alias or alias.evaluated_name


def dotted_at(script: Script, name: cst.Name, dotted: str) -> Optional[cst.BaseExpression]:
    """Return the dotted name that begins with a name where it stands, None for another one."""
    whole: cst.BaseExpression = name
    while script.code(whole) != dotted:
        outer = script.parent(whole)
        if not isinstance(outer, cst.Attribute) or outer.attr is whole:
            return None
        whole = outer
    return whole


def module_alias(script: Script, module: str, before: int) -> Optional[str]:
    """Return the name by which a module is imported at the top of the script, else None.

    Args:
        script: the script.
        module: an undotted module.
        before: position before which it must be imported.
    """
    for statement in script.every(cst.Import):
        line = script.parent(statement)
        if script.start(line) >= before or script.parent(line) is not script.module:
            continue
        for alias in statement.names:
            if alias.evaluated_name == module and _is_one_module(script, bound_by(alias)):
                return bound_by(alias)
    return None


def _is_one_module(script: Script, name: str) -> bool:
    """Return whether all that binds a name are imports of one module at the top of the script."""
    modules = set()
    for found in bindings_of(script, name):
        alias = script.above(found, cst.ImportAlias)
        if alias is None or script.scope(found) is not script.module:
            return False
        modules.add(alias.evaluated_name)
    return len(modules) == 1
