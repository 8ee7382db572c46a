"""Annotations as texts: what `from __future__ import annotations` does, for Python 3.6."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_FUTURE = "from __future__ import annotations\n"


def quote_annotations(source: str) -> str:
    """Return a module's source with each annotation as a string literal, which nobody evaluates.

    Every line stays at its number, so that tracebacks fit the sources.

    Args:
        source: a module that begins with the future import; any other is returned as it is.
    """
    if _FUTURE not in source:
        return source
    lines = source.encode().splitlines(keepends=True)
    annotations = sorted(_annotations(ast.parse(source)), key=_start, reverse=True)
    for node in annotations:
        _replace(lines, node)
    return b"".join(lines).decode().replace(_FUTURE, "\n", 1)


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _replace(lines: list[bytes], node: ast.expr) -> None:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    first, last = node.lineno - 1, node.end_lineno - 1
    rest = lines[last][node.end_col_offset :]
    # A backslash at the end of a line joins it with the next, whatever surrounds it.
    quoted = repr(ast.unparse(node)).encode() + b"\\\n" * (last - first)
    lines[first : last + 1] = (lines[first][: node.col_offset] + quoted + rest).splitlines(True)
