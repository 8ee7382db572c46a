"""Which statements are reached: what leaves, and conditions that are always the same."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Optional

from .tables import Look

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_EXITS = frozenset({"exit", "quit", "os._exit", "sys.exit", "os.abort"})
_NEVER = ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def leaves(statement: ast.stmt) -> bool:
    """Return whether no way leads from a statement to the one behind it."""
    if isinstance(statement, LEAVING):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func) in _EXITS
    if isinstance(statement, ast.If):
        return _any_leaves(statement.body) and _any_leaves(statement.orelse)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return _any_leaves(statement.body) and not _may_suppress(statement)
    if type(statement).__name__ in ("Try", "TryStar"):
        return _try_leaves(statement)
    if isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant):
        is_endless = bool(statement.test.value) and not statement.orelse
        return is_endless and not any(isinstance(part, ast.Break) for part in ast.walk(statement))
    return False


def _any_leaves(body: Sequence[ast.stmt]) -> bool:
    return any(map(leaves, body))


def _try_leaves(statement: Any) -> bool:
    if _any_leaves(statement.finalbody):
        return True
    goes_on = _any_leaves(statement.body) or _any_leaves(statement.orelse)
    return goes_on and all(_any_leaves(handler.body) for handler in statement.handlers)


def _may_suppress(statement: ast.With | ast.AsyncWith) -> bool:
    """Return whether the block may end by an exception that goes no further."""
    return any(
        "suppress" in ast.unparse(item.context_expr) or "raises" in ast.unparse(item.context_expr)
        for item in statement.items
    )


def settled(look: Look, test: ast.expr) -> Optional[bool]:
    """Return what a condition always is, None where it may be either.

    Known are constants, and global variables that are nothing else anywhere.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = settled(look, test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if ast.unparse(test) in _NEVER:
        return False
    if not isinstance(test, ast.Name) or look.is_in_module or look.is_local(test.id):
        return None
    known = look.lookup(test.id)
    return bool(known.constant) if known.is_constant else None
