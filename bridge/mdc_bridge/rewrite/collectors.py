"""The variables that hold collectors, and every use of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional, Union

import libcst as cst

from .bindings import assigned_to, is_global_in, is_set_to_none, is_tested, text_of
from .constructions import OldCall
from .owners import is_read, owner_of
from .results import Unsure
from .script import ImportNode, Script
from .shown import is_shown

VariableNode = Union[cst.Name, cst.Attribute]

_METHODS = ("collect", "add_correlations")
_BY_TEXT = frozenset({"delattr", "getattr", "setattr"})


@dataclass
class HeldCollector:
    """A variable that holds a collector.

    Attributes:
        name: as the script writes it.
        constructions: that are assigned to it.
        collects: calls of `collect` on it.
        additions: calls of `add_correlations` on it.
        is_global: a variable of the module, else of one function or one class.
        imported_by: its import, None where this script makes it.
    """

    name: str
    constructions: list[OldCall]
    collects: list[cst.Call] = field(default_factory=list)
    additions: list[cst.Call] = field(default_factory=list)
    is_global: bool = True
    imported_by: Optional[ImportNode] = None

    @property
    def made(self) -> OldCall:
        """What the collector is: all that are assigned agree in this."""
        return self.constructions[0]

    @property
    def origin(self) -> cst.CSTNode:
        """Where the script gets the collector: its import, or the first call that makes it."""
        return self.made.call if self.imported_by is None else self.imported_by


def target_of(script: Script, call: cst.Call) -> VariableNode:
    """Return the variable to which a new collector is assigned.

    Raises:
        Unsure: it is not assigned to one variable, or one attribute of `self`.
    """
    holder = script.parent(call)
    if isinstance(holder, cst.AnnAssign):
        target: Optional[cst.BaseExpression] = holder.target
    else:
        target = assigned_to(script, call)
    if isinstance(target, cst.Name):
        return target
    if (
        isinstance(target, cst.Attribute)
        and isinstance(target.value, cst.Name)
        and target.value.value == "self"
    ):
        return target
    raise Unsure(call, "the collector is not assigned to a single variable or attribute")


def held_collector(
    script: Script, places: list[VariableNode], constructions: list[OldCall]
) -> HeldCollector:
    """Return the collector that a variable holds, with all its uses.

    Args:
        script: the script.
        places: where the variable is assigned a collector.
        constructions: what is assigned there.

    Raises:
        Unsure: the variable is used for something else too.
    """
    held = HeldCollector(script.code(places[0]), constructions)
    for other in constructions[1:]:
        if other.names is None or other.meaning != held.made.meaning:
            raise Unsure(other.call, f"{held.name} holds more than one collector")
    if isinstance(places[0], cst.Name):
        held.is_global = _is_global(script, places)
        uses = _uses_of_name(script, places)
    else:
        held.is_global = False
        uses = _uses_of_attribute(script, places)
    for use in uses:
        read_use(script, use, held)
    return held


def _is_global(script: Script, places: list[VariableNode]) -> bool:
    name = script.code(places[0])
    scopes = {script.scope(place) for place in places}
    kinds = {scope is script.module or is_global_in(script, name, scope) for scope in scopes}
    if len(kinds) > 1 or (kinds == {False} and len(scopes) > 1):
        raise Unsure(places[0], f"{name} names several variables")
    return kinds.pop()


def _uses_of_name(script: Script, places: list[VariableNode]) -> Iterator[VariableNode]:
    name = script.code(places[0])
    home = script.scope(places[0])
    is_global = home is script.module or is_global_in(script, name, home)
    variables = [owner_of(script, place) for place in places if isinstance(place, cst.Name)]
    for found in script.names[name]:
        if owner_of(script, found) not in variables:
            read = script.parent(found)
            if isinstance(read, cst.Attribute) and read.attr.value in _METHODS:
                raise Unsure(found, f"{name} has another meaning here")
            continue
        scope = script.scope(found)
        if isinstance(home, cst.ClassDef) or isinstance(scope, cst.ClassDef):
            raise Unsure(found, f"{name} is an attribute of a class")
        declared = script.above(found, cst.Global, cst.Nonlocal)
        if isinstance(declared, cst.Nonlocal):
            raise Unsure(found, f"{name} is shared by nested functions")
        if not is_global and scope is not home:
            raise Unsure(found, f"{name} names several variables")
        if declared is not None or found in places:
            continue
        if not is_read(script, found):
            own = scope is script.module or is_global_in(script, name, scope)
            if not is_set_to_none(script, found) or (is_global and not own):
                raise Unsure(found, f"{name} has another meaning here")
            continue
        yield found


def _uses_of_attribute(script: Script, places: list[VariableNode]) -> Iterator[VariableNode]:
    first = places[0]
    assert isinstance(first, cst.Attribute)
    name = first.attr.value
    home = script.above(first, cst.ClassDef)
    _check_is_not_found_by_text(script, name)
    for found in script.every(cst.Attribute):
        if found.attr.value != name or found in places:
            continue
        whole = script.code(found)
        if whole != f"self.{name}" or script.above(found, cst.ClassDef) is not home:
            raise Unsure(found, f"{name} is used from outside its class")
        if is_set_to_none(script, found):
            continue
        if isinstance(script.parent(found), cst.AssignTarget):
            raise Unsure(found, f"self.{name} holds something else here")
        yield found


def _check_is_not_found_by_text(script: Script, name: str) -> None:
    for call in script.every(cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value in _BY_TEXT and len(call.args) > 1:
            text = text_of(script, call.args[1].value)
            if text is None or text == name:
                reason = f"{call.func.value}() may use self.{name} in a way that cannot be followed"
                raise Unsure(call, reason)
    for found in script.every(cst.Attribute):
        if found.attr.value == "__dict__":
            raise Unsure(found, f"__dict__ may use self.{name} in a way that cannot be followed")


def read_use(script: Script, use: VariableNode, held: HeldCollector) -> None:
    """Add what a variable is used for where it stands to what is known of its collector.

    Raises:
        Unsure: it is also used for something other than collecting.
    """
    parent = script.parent(use)
    if is_tested(script, use) or is_shown(script, use):
        return
    if isinstance(parent, cst.Attribute):
        calls = {"collect": held.collects, "add_correlations": held.additions}
        call = script.parent(parent)
        if parent.attr.value not in calls:
            raise Unsure(use, f"Collector has no counterpart of {held.name}.{parent.attr.value}")
        if isinstance(call, cst.Call) and call.func is parent:
            calls[parent.attr.value].append(call)
            return
    if isinstance(parent, cst.Call) and parent.func is use:
        raise Unsure(use, f"{held.name} is called like a function, which never worked")
    raise Unsure(use, f"{held.name} is passed on and may be used elsewhere")
