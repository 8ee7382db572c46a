"""Imports of `ModelDataCollector`, in all their forms, become imports of `Collector`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import libcst as cst

from ..scripts.old_names import OLD_CLASS, OLD_MODULES
from .bindings import aliases_of, bound_by, dotted_at, is_set_to_none, is_tested
from .edits import Edit
from .results import Unsure
from .script import ImportNode, Script
from .stand_ins import check_stand_in, methods_without_context

NEW_CLASS = "Collector"
NEW_MODULE = "azureml.ai.monitoring"
_NEW_MODULES = (NEW_MODULE, "azure.ai.monitoring")


@dataclass
class OldClass:
    """How a script gets at the old class.

    Attributes:
        first_import: of the class.
        references: the expressions that stand for the class.
        edits: that import the new class in place of the old one, and rename what stands for it.
        only_whole: the script may do without the SDK, so that either all of its collectors are
            rewritten or none, and nothing of the new SDK is imported at its top.
        without_context: the methods that stand in for `collect` and take the data alone.
    """

    first_import: ImportNode
    references: list[cst.BaseExpression] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    only_whole: bool = False
    without_context: list[cst.FunctionDef] = field(default_factory=list)


def find_old_class(script: Script) -> Optional[OldClass]:
    """Return how a script imports the old class, None when it does not.

    Raises:
        Unsure: it does so in a way that cannot be rewritten.
    """
    found: Optional[OldClass] = None
    bound: set[str] = set()
    for statement in script.imports():
        if not _is_of_old_sdk(script, statement):
            continue
        if found is None:
            found = OldClass(statement)
        if script.above(statement, cst.Try, cst.TryStar, cst.If) is not None:
            found.only_whole = True
        bound.add(_read_import(script, statement, found))
    if found is None:
        return None
    if len(bound) > 1:
        raise Unsure(found.first_import, "the old class is imported under several names")
    _read_uses(script, bound.pop(), found)
    return found


def _is_of_old_sdk(script: Script, statement: ImportNode) -> bool:
    names = [alias.evaluated_name for alias in aliases_of(statement)]
    if isinstance(statement, cst.Import):
        return any(name in OLD_MODULES for name in names)
    if statement.module is None or statement.relative:
        return False
    module = script.code(statement.module)
    is_part = module == "azureml" and any(f"azureml.{name}" in OLD_MODULES for name in names)
    return is_part or module in OLD_MODULES


def _read_import(script: Script, statement: ImportNode, found: OldClass) -> str:
    """Add the edits of one import and return what the class is called by it."""
    if len(aliases_of(statement)) > 1:
        others = "modules" if isinstance(statement, cst.Import) else "names"
        raise Unsure(statement, f"the import has other {others} too; put it on a separate line")
    if isinstance(statement, cst.Import):
        alias = statement.names[0]
        found.edits.append(Edit(*script.extent(alias.name), NEW_MODULE))
        return f"{bound_by(alias)}.{OLD_CLASS}"
    assert statement.module is not None
    module = script.extent(statement.module)
    if isinstance(statement.names, cst.ImportStar):
        found.edits.append(Edit(module[0], script.end(statement), f"{NEW_MODULE} import Collector"))
        return OLD_CLASS
    alias = statement.names[0]
    if script.code(statement.module) == "azureml":
        found.edits.append(Edit(*module, "azureml.ai"))
        found.edits.append(Edit(*script.extent(alias.name), "monitoring"))
        bound = bound_by(alias) if alias.asname else "monitoring"
        if bound != bound_by(alias):
            raise Unsure(
                statement, "the module is imported under its 2018 name; import the class instead"
            )
        return f"{bound}.{OLD_CLASS}"
    if alias.evaluated_name != OLD_CLASS:
        raise Unsure(statement, f"{alias.evaluated_name} has no counterpart in {NEW_MODULE}")
    found.edits.append(Edit(*module, NEW_MODULE))
    if alias.asname:  # the other name stays as it is
        found.edits.append(Edit(*script.extent(alias.name), NEW_CLASS))
    return bound_by(alias)


def _read_uses(script: Script, bound: str, found: OldClass) -> None:
    _check_new_name_is_free(script)
    if "." in bound:
        _read_uses_of_module(script, bound, found)
        return
    for name in script.names.get(bound, ()):
        statement = script.above(name, cst.ImportFrom)
        if statement is None:
            _check_use(script, name, found)
            if script.parent(name) is not script.above(name, cst.ClassDef):
                found.references.append(name)
        is_star = statement is not None and isinstance(statement.names, cst.ImportStar)
        if bound == OLD_CLASS and not is_star:
            found.edits.append(Edit(script.start(name), script.end(name), NEW_CLASS))


def _read_uses_of_module(script: Script, bound: str, found: OldClass) -> None:
    prefix = bound.rpartition(".")[0]
    for name in script.names.get(prefix.split(".")[0], ()):
        if script.above(name, cst.Import, cst.ImportFrom) is not None:
            continue
        whole = dotted_at(script, name, prefix)
        if whole is None and "." in prefix:  # another package of the same namespace
            continue
        holder = None if whole is None else script.parent(whole)
        if not (isinstance(holder, cst.Attribute) and holder.attr.value == OLD_CLASS):
            raise Unsure(name, f"{prefix} is used for something else")
        _check_use(script, holder, found)
        found.references.append(holder)
        new = f"{NEW_MODULE}.{NEW_CLASS}" if "." in prefix else f"{prefix}.{NEW_CLASS}"
        found.edits.append(Edit(script.start(holder), script.end(holder), new))


def _check_new_name_is_free(script: Script) -> None:
    for name in script.names.get(NEW_CLASS, ()):
        statement = script.above(name, cst.ImportFrom)
        module = statement.module if statement is not None else None
        if module is not None and script.code(module) in _NEW_MODULES:
            return
    if NEW_CLASS in script.names:
        raise Unsure(script.names[NEW_CLASS][0], "the script has a Collector of its own; rename it")


def _check_use(script: Script, reference: cst.BaseExpression, found: OldClass) -> None:
    """Raise Unsure unless the class is made an instance of, tested, annotated or stood in for."""
    parent = script.parent(reference)
    if isinstance(parent, cst.Call) and parent.func is reference:
        return
    if is_tested(script, reference) or script.above(reference, cst.Annotation) is not None:
        return
    is_stand_in = isinstance(parent, cst.ClassDef) and parent.name is reference
    if isinstance(reference, cst.Name) and script.above(reference, cst.ExceptHandler) is not None:
        found.only_whole = True
        if is_set_to_none(script, reference):
            return
        if isinstance(parent, cst.ClassDef) and is_stand_in:
            check_stand_in(script, parent)
            found.without_context += methods_without_context(parent)
            return
        is_stand_in = isinstance(parent, cst.AssignTarget)
    if is_stand_in:
        reason = "the fallback for the old class must be None or a class that does nothing"
        raise Unsure(reference, f"{reason}, where its import fails")
    raise Unsure(
        reference, "the old class is also used for something other than creating collectors"
    )
