"""Uses of collectors that only running the script would show: found, to be reported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from .combining import holds_collectors
from .facts import Mention, Unfollowed
from .tables import Look
from .values import UNKNOWN, Value, ValueKind

COLLECTING = frozenset({"add_correlations", "collect"})
# What else has a method `collect`, or takes anything without keeping it.
_OTHER_PACKAGES = ("azure.", "azureml.ai.", "dask.", "gc", "polars.", "pyspark.", "unittest.")
_MAY_BE_COLLECTORS = frozenset(
    {
        ValueKind.CLASS,
        ValueKind.FUNCTION,
        ValueKind.INSTANCE,
        ValueKind.NAMED,
        ValueKind.NONE,
        ValueKind.UNKNOWN,
    }
)
_HARMLESS = frozenset(
    {"all", "any", "bool", "callable", "dict", "dir", "enumerate", "filter", "format", "getattr"}
    | {"hasattr", "help", "id", "isinstance", "iter", "len", "list", "next", "print", "repr"}
    | {"reversed", "set", "setattr", "sorted", "str", "tuple", "type", "vars", "zip"}
)
_RUNNING = frozenset({"eval", "exec"})
_LOGGERS = re.compile(r"log", re.IGNORECASE)
_LOGGING = frozenset(
    {"critical", "debug", "error", "exception", "fatal", "info", "log", "warn", "warning"}
)
_MADE_WITH = frozenset({"designation", "identifier"})
_LONGEST = 60


def note_unfollowed_method(look: Look, node: ast.Call, func: ast.Attribute, base: Value) -> None:
    """Note a call of `collect` or `add_correlations` on what may be a collector."""
    is_other = base.kind is ValueKind.NAMED and f"{base.name}.".startswith(_OTHER_PACKAGES)
    is_given = bool(node.args or node.keywords)  # what else has a `collect` mostly takes nothing
    if func.attr in COLLECTING and base.kind in _MAY_BE_COLLECTORS and is_given and not is_other:
        if isinstance(func.value, ast.Name) and not look.is_bound(func.value.id):
            look.facts.unbound.append(Mention(func.value.id, look.place(func.value)))
        note(look, node, func.attr, _shown(func.value))


def note_handed_over(look: Look, node: ast.Call, given: Iterable[Value]) -> None:
    """Note a call that hands collectors, or methods of them, to what is not followed."""
    function = node.func
    if isinstance(function, ast.Attribute):
        is_logger = _LOGGERS.search(ast.unparse(function.value))
        is_harmless = function.attr in COLLECTING or (is_logger and function.attr in _LOGGING)
    else:
        is_harmless = isinstance(function, ast.Name) and function.id in _HARMLESS
    if not is_harmless and any(map(holds_collectors, given)):
        note(look, node, "handed over", _shown(function))


def note_run_text(look: Look, node: ast.Call, given: Iterable[Value]) -> None:
    """Note a text that is run as code, where it may collect."""
    if isinstance(node.func, ast.Name) and node.func.id in _RUNNING:
        text = next(iter(given), UNKNOWN)
        is_any = node.func.id == "exec" and not text.is_constant  # eval mostly reads data
        if is_any or any(name in str(text.constant) for name in COLLECTING):
            note(look, node, "run", _shown(node))


def note_unfollowed_construction(look: Look, node: ast.Call) -> None:
    """Note a call that is given what only collectors are made with."""
    names = {keyword.arg for keyword in node.keywords}
    if not names.isdisjoint(_MADE_WITH):
        note(look, node, "made", _shown(node.func))


def note(look: Look, node: ast.AST, what: str, by: str) -> None:
    """Note a use that is not followed."""
    look.facts.unfollowed.append(Unfollowed(what, by, look.place(node)))


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
