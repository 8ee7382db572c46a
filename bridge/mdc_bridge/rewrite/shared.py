"""Collectors that one file makes and another one imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import libcst as cst

from .bindings import aliases_of, bound_by, dotted_at
from .collectors import HeldCollector, read_use
from .constructions import OldCall
from .owners import bindings_of, is_read
from .results import Unsure
from .script import ImportNode, Script


@dataclass(frozen=True)
class Shared:
    """What the files beside a script say of the collectors in it.

    Attributes:
        imported: collectors by the variable that holds them, by the module that makes them; the
            module is the name of its file.
        used_elsewhere: variables of this script whose collectors another file uses.
    """

    imported: Mapping[str, Mapping[str, OldCall]] = field(default_factory=dict)
    used_elsewhere: frozenset[str] = frozenset()


def imported_collectors(script: Script, shared: Shared) -> list[HeldCollector]:
    """Return the collectors that a script imports from the files beside it.

    Raises:
        Unsure: it uses them in a way that cannot be followed.
    """
    found: dict[str, HeldCollector] = {}
    for statement in script.imports():
        for alias in aliases_of(statement):
            module = alias.evaluated_name.rpartition(".")[2]
            if module in shared.imported:
                _read_module(script, statement, alias, shared.imported[module], found)
        if isinstance(statement, cst.ImportFrom) and statement.module is not None:
            module = script.code(statement.module).rpartition(".")[2]
            if module in shared.imported:
                _read_names(script, statement, shared.imported[module], found)
    return list(found.values())


def _read_names(
    script: Script,
    statement: cst.ImportFrom,
    collectors: Mapping[str, OldCall],
    found: dict[str, HeldCollector],
) -> None:
    if isinstance(statement.names, cst.ImportStar):
        raise Unsure(statement, "collectors may be imported with everything else")
    for alias in statement.names:
        name = alias.evaluated_name
        if name not in collectors:
            continue
        bound = bound_by(alias)
        held = _held(bound, collectors[name], statement, found)
        places = script.names[bound]
        if len(bindings_of(script, bound)) > 1:
            raise Unsure(statement, f"{bound} has another meaning elsewhere")
        for place in places:
            if is_read(script, place):
                read_use(script, place, held)


def _read_module(
    script: Script,
    statement: ImportNode,
    alias: cst.ImportAlias,
    collectors: Mapping[str, OldCall],
    found: dict[str, HeldCollector],
) -> None:
    bound = bound_by(alias)
    for place in script.names.get(bound.partition(".")[0], ()):
        whole = dotted_at(script, place, bound)
        if whole is None or statement in script.ancestors(place):
            continue
        member = script.parent(whole)
        if not isinstance(member, cst.Attribute) or member.value is not whole:
            raise Unsure(place, f"{bound} is passed on, with its collectors")
        name = member.attr.value
        if name not in collectors:
            continue
        if isinstance(script.parent(member), (cst.AssignTarget, cst.AnnAssign, cst.Del)):
            raise Unsure(place, f"{bound}.{name} has another meaning elsewhere")
        read_use(script, member, _held(f"{bound}.{name}", collectors[name], statement, found))


def _held(
    name: str, made: OldCall, statement: ImportNode, found: dict[str, HeldCollector]
) -> HeldCollector:
    if name not in found:
        found[name] = HeldCollector(name, [replace(made, names_node=None)], imported_by=statement)
    return found[name]
