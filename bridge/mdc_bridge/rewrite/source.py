"""One script rewritten: the order in which the rules are asked, and what is checked at the end."""

from __future__ import annotations

import re
from typing import Optional

import libcst as cst

from ..scripts.parsing import tree_of
from ..scripts.sources import newline_of
from .collectors import HeldCollector, VariableNode, held_collector, target_of
from .constructions import OldCall, read_construction
from .edits import Edit, apply_edits
from .imports import OldClass, find_old_class
from .models import is_entry_script, plan_model
from .prelude import Prelude
from .results import Change, LeftAlone, RewrittenSource, Unsure
from .script import Script
from .shared import Shared, imported_collectors

_Models = dict[str, list[HeldCollector]]

_MENTION = re.compile(r"(?s)azureml.*(?:monitoring|datacollector)")
_REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})


def rewrite_source(text: str, shared: Optional[Shared] = None) -> RewrittenSource:
    """Rewrite a script from `ModelDataCollector` to `Collector`.

    What is not certain to collect the same data is left alone, together with all collectors of
    the same model.

    Args:
        text: Python source with its own newlines, without a byte order mark.
        shared: the collectors that it has in common with the files beside it.

    Returns:
        the new text and what was done; lines that no change names are the same to the byte.

    Raises:
        SyntaxError: the text is not Python as this interpreter understands it.
    """
    shared = shared or Shared()
    _check_syntax(text)
    if not _MENTION.search(text) and not shared.imported:
        return RewrittenSource(text)
    script = _parsed(text)
    try:
        old = find_old_class(script)
        if old is None and not shared.imported:
            return RewrittenSource(text)
        _check_is_plain(script)
        models = _collectors_by_model(script, old, shared)
        if old and not models and not is_entry_script(script):
            raise Unsure(old.first_import, "the old class is imported but not used here")
    except Unsure as unsure:
        return RewrittenSource(text, (), (_left_alone(script, unsure),))
    left = _refused(script, old, models, shared)
    for model in left:
        del models[model]
    if not models and (left or old is None):
        return RewrittenSource(text, (), tuple(left.values()))
    if left and old and old.only_whole:
        return RewrittenSource(text, (), tuple(left.values()))
    prelude = _prelude(script, old, models)
    new_class = prelude.new_class() if left else None
    plans = [
        plan_model(script, prelude, held, new_class, shared.used_elsewhere)
        for held in models.values()
    ]
    edits = prelude.edits() + [edit for plan in plans for edit in plan.edits]
    changes = [change for plan in plans for change in plan.changes]
    if old and not left:
        edits = old.edits + edits
        changes.append(Change(script.line(script.start(old.first_import)), "Collector is imported"))
    return _applied(script, text, edits, changes, tuple(left.values()))


def collectors_of(text: str) -> list[HeldCollector]:
    """Return all collectors that a script makes.

    Raises:
        SyntaxError: the text is not Python as this interpreter understands it.
        Unsure: one is made or held in a way that cannot be followed.
    """
    if not _MENTION.search(text):
        return []
    _check_syntax(text)
    script = _parsed(text)
    models = _collectors_by_model(script, find_old_class(script), Shared())
    return [held for collectors in models.values() for held in collectors]


def _collectors_by_model(script: Script, old: Optional[OldClass], shared: Shared) -> _Models:
    """Return the collectors that a script makes or imports, by model."""
    models: _Models = {}
    for held in [*_own_collectors(script, old), *imported_collectors(script, shared)]:
        models.setdefault(held.made.model, []).append(held)
    if len(models) > 1:
        for model, collectors in models.items():
            if not collectors[0].made.model_is_text:
                reason = f"{model} may be the same model as that of the other collectors"
                raise Unsure(collectors[0].origin, reason)
    return models


def _own_collectors(script: Script, old: Optional[OldClass]) -> list[HeldCollector]:
    made: dict[tuple[str, Optional[cst.CSTNode]], list[tuple[VariableNode, OldCall]]] = {}
    for reference in old.references if old else ():
        call = script.parent(reference)
        if isinstance(call, cst.Call) and call.func is reference:
            construction = read_construction(script, call)
            place = target_of(script, call)
            home = script.above(place, cst.ClassDef) if isinstance(place, cst.Attribute) else None
            made.setdefault((script.code(place), home), []).append((place, construction))
    return [
        held_collector(script, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
        for pairs in made.values()
    ]


def _parsed(text: str) -> Script:
    try:
        return Script(text)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message, ("", error.raw_line, error.raw_column, "")) from error
    except RecursionError as error:
        raise SyntaxError("it is nested too deeply") from error
    except ValueError as error:
        raise SyntaxError(str(error)) from error


def _check_syntax(text: str) -> None:
    try:
        tree_of(text)
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"it cannot be parsed: {error}") from error


def _check_is_plain(script: Script) -> None:
    """Raise Unsure where names may be used unseen."""
    for call in script.every(cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value in _REFLECTION:
            raise Unsure(
                call, f"{call.func.value}() may use collectors in a way that cannot be followed"
            )
    for text in script.every(cst.SimpleString):
        if "$aml_" in text.value:
            raise Unsure(text, "the script uses the correlation columns")


def _refused(
    script: Script, old: Optional[OldClass], models: _Models, shared: Shared
) -> dict[str, LeftAlone]:
    """Return for each model that cannot be rewritten why."""
    refused = {}
    for model, collectors in models.items():
        try:
            prelude = _prelude(script, old, models)
            plan = plan_model(script, prelude, collectors, None, shared.used_elsewhere)
            if plan.has_context and old and old.without_context:
                reason = "the fallback's collect accepts no context; let it accept *args"
                raise Unsure(old.without_context[0], reason)
        except Unsure as unsure:
            names = ", ".join(held.name for held in collectors)
            refused[model] = _left_alone(script, unsure, names)
    return refused


def _prelude(script: Script, old: Optional[OldClass], models: _Models) -> Prelude:
    references = old.references if old else ()
    made = [script.start(each) for each in references if isinstance(script.parent(each), cst.Call)]
    first_use = min(made, default=len(script.content))
    if old:
        return Prelude(script, old.first_import, first_use, is_sdk_optional=old.only_whole)
    imports = [
        held.imported_by
        for collectors in models.values()
        for held in collectors
        if held.imported_by is not None
    ]
    first_import = min(imports, key=script.start)
    return Prelude(script, first_import, first_use, is_sdk_optional=False)


def _left_alone(script: Script, unsure: Unsure, names: str = "") -> LeftAlone:
    reason = f"{unsure.reason} ({names} left alone)" if names else unsure.reason
    return LeftAlone(script.line(script.start(unsure.node)), reason)


def _applied(
    script: Script, text: str, edits: list[Edit], changes: list[Change], left: tuple[LeftAlone, ...]
) -> RewrittenSource:
    try:
        content = apply_edits(script.content, edits, newline_of(text))
        rewritten = content.decode()
        _check_syntax(rewritten)
    except (SyntaxError, ValueError) as error:
        line = min(change.line for change in changes)
        reason = f"the result would not be valid Python: {error}; please report this"
        return RewrittenSource(text, (), (LeftAlone(line, reason),))
    for comment in script.every(cst.Comment):
        if rewritten.count(comment.value) < text.count(comment.value):
            reason = f"a comment between arguments would be lost: {comment.value}"
            line = script.line(script.start(comment))
            return RewrittenSource(text, (), (LeftAlone(line, reason),))
    return RewrittenSource(rewritten, tuple(sorted(changes, key=lambda made: made.line)), left)
