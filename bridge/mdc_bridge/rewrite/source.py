"""One script rewritten: the order in which the rules are asked, and what is checked at the end."""

from __future__ import annotations

import re
from typing import Optional

import libcst as cst

from ..scripts.parsing import tree_of
from ..scripts.sources import newline_of
from .collectors import HeldCollector, Place, held_collector, target_of
from .constructions import Construction, read_construction
from .edits import Edit, apply_edits
from .imports import OldClass, find_old_class
from .models import is_entry_script, plan_model
from .prelude import Prelude
from .results import Change, LeftAlone, RewrittenSource, Unsure
from .script import Script

_MENTION = re.compile(r"(?s)azureml.*(?:monitoring|datacollector)")
_REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})


_Models = dict[str, list[HeldCollector]]


def rewrite_source(text: str) -> RewrittenSource:
    """Rewrite a script from `ModelDataCollector` to `Collector`.

    What is not certain to collect the same data is left alone, together with all collectors of
    the same model.

    Args:
        text: Python source with its own newlines, without a byte order mark.

    Returns:
        the new text and what was done; lines that no change names are the same to the byte.

    Raises:
        SyntaxError: the text is not Python as this interpreter understands it.
    """
    _check_syntax(text)
    if not _MENTION.search(text):
        return RewrittenSource(text)
    try:
        script = Script(text)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message, ("", error.raw_line, error.raw_column, "")) from error
    except RecursionError as error:
        raise SyntaxError("it is nested too deeply") from error
    try:
        old = find_old_class(script)
        if old is None:
            return RewrittenSource(text)
        _check_is_plain(script)
        models = _models(script, old)
    except Unsure as unsure:
        return RewrittenSource(text, (), (_left_alone(script, unsure),))
    left = _refused(script, old, models)
    for model in left:
        del models[model]
    if left and (old.only_whole or not models):
        return RewrittenSource(text, (), tuple(left.values()))
    prelude = _prelude(script, old)
    new_class = prelude.new_class() if left else None
    plans = [plan_model(script, prelude, held, new_class) for held in models.values()]
    edits = prelude.edits() + [edit for plan in plans for edit in plan.edits]
    changes = [change for plan in plans for change in plan.changes]
    if not left:
        edits = old.edits + edits
        changes.append(Change(script.line(old.position), "Collector is imported"))
    return _applied(script, text, edits, changes, tuple(left.values()))


def _check_syntax(text: str) -> None:
    try:
        tree_of(text)
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"it cannot be parsed: {error}") from error


def _check_is_plain(script: Script) -> None:
    """Raise Unsure where names may be used unseen."""
    for call in script.every(cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value in _REFLECTION:
            raise Unsure(script.start(call), f"{call.func.value}() may use collectors unseen")
    for text in script.every(cst.SimpleString):
        if "$aml_" in text.value:
            raise Unsure(script.start(text), "the script works with the columns of correlations")


def _models(script: Script, old: OldClass) -> _Models:
    """Return the collectors by model.

    Raises:
        Unsure: one is made or held in a way that cannot be followed.
    """
    made: dict[tuple[str, Optional[cst.CSTNode]], list[tuple[Place, Construction]]] = {}
    for reference in old.references:
        call = script.parent(reference)
        if isinstance(call, cst.Call) and call.func is reference:
            construction = read_construction(script, call)
            place = target_of(script, call)
            home = script.above(place, cst.ClassDef) if isinstance(place, cst.Attribute) else None
            made.setdefault((script.code(place), home), []).append((place, construction))
    models: _Models = {}
    texts = {}
    for pairs in made.values():
        held = held_collector(script, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
        models.setdefault(held.made.model, []).append(held)
        texts[held.made.model] = held.made.model_is_text
    if len(models) > 1 and not all(texts.values()):
        one = next(model for model, is_text in texts.items() if not is_text)
        at = script.start(models[one][0].made.call)
        raise Unsure(at, f"{one} may be the same model as that of the other collectors")
    if not models and not is_entry_script(script):
        raise Unsure(old.position, "the old class is imported, and not used here")
    return models


def _refused(script: Script, old: OldClass, models: _Models) -> dict[str, LeftAlone]:
    """Return for each model that cannot be rewritten why."""
    refused = {}
    for model, collectors in models.items():
        try:
            prelude = _prelude(script, old)
            plan = plan_model(script, prelude, collectors, None)
            if plan.has_context and old.without_context:
                reason = "the stand-in's collect takes no context; let it take *args"
                raise Unsure(old.without_context[0], reason)
        except Unsure as unsure:
            names = ", ".join(held.name for held in collectors)
            refused[model] = _left_alone(script, unsure, names)
    return refused


def _prelude(script: Script, old: OldClass) -> Prelude:
    made = [
        script.start(reference)
        for reference in old.references
        if isinstance(script.parent(reference), cst.Call)
    ]
    first_use = min(made, default=len(script.content))
    return Prelude(script, old.position, first_use, is_sdk_optional=old.only_whole)


def _left_alone(script: Script, unsure: Unsure, names: str = "") -> LeftAlone:
    reason = f"{unsure.reason} ({names} left alone)" if names else unsure.reason
    return LeftAlone(script.line(unsure.at), reason)


def _applied(
    script: Script,
    text: str,
    edits: list[Edit],
    changes: list[Change],
    left: tuple[LeftAlone, ...],
) -> RewrittenSource:
    try:
        content = apply_edits(script.content, edits, newline_of(text))
        rewritten = content.decode()
        _check_syntax(rewritten)
    except (SyntaxError, ValueError) as error:
        line = min(change.line for change in changes)
        reason = f"the script would no longer be Python: {error}; report this"
        return RewrittenSource(text, (), (LeftAlone(line, reason),))
    for comment in script.every(cst.Comment):
        if rewritten.count(comment.value) < text.count(comment.value):
            reason = f"a comment between arguments would be lost: {comment.value}"
            line = script.line(script.start(comment))
            return RewrittenSource(text, (), (LeftAlone(line, reason),))
    return RewrittenSource(rewritten, tuple(sorted(changes, key=lambda made: made.line)), left)
