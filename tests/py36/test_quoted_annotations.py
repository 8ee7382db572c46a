"""Sources for Python 3.6: the same program in the same lines, with annotations as texts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from py36.quoted_annotations import quote_annotations

pytestmark = pytest.mark.newest_only

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for room in ("core", "bridge", "legacy", "modern", "py36", "tests/bridge/golden")
    for path in (ROOT / room).rglob("*.py")
)
HEAD = "from __future__ import annotations\n"


class _Quoting(ast.NodeTransformer):
    """What the text should have become, by way of the tree."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = _quoted(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self.generic_visit(node)
        quoted = _quoted(node.annotation)
        assert quoted is not None
        node.annotation = quoted
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = _quoted(node.returns)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815


def _quoted(node: ast.expr | None) -> ast.expr | None:
    return None if node is None else ast.Constant(ast.unparse(node))


def _program(tree: ast.Module) -> str:
    """Return all of a program but its future import."""
    tree.body = [each for each in tree.body if getattr(each, "module", "") != "__future__"]
    return ast.dump(tree)


def _statement_lines(tree: ast.Module) -> list[int]:
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
    return sorted(node.lineno for node in statements if getattr(node, "module", "") != "__future__")


def _check(source: str) -> None:
    quoted = quote_annotations(source)
    found, meant = ast.parse(quoted), ast.parse(source)
    assert _statement_lines(found) == _statement_lines(meant)
    assert _program(found) == _program(_Quoting().visit(meant))
    assert HEAD.strip() not in quoted.splitlines()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_source(path: Path) -> None:
    """Only the annotations differ, and every statement stays in its line."""
    source = path.read_text("utf-8")
    if HEAD in source:
        _check(source)
    else:
        assert quote_annotations(source) == source


@pytest.mark.parametrize(
    "code",
    [
        "def f(a: int, *b: 'str', c: list[int] = [1], **d: dict[str, int]) -> tuple[int, ...]: ...",
        "async def f(a: list[\n    int\n],\n b) -> dict[\n    str,\n    int,\n]:\n    x = 1",
        "é = 'ü'; x: dict[str, 'é'] = {}; y: int; z: Literal['\"', \"'\"] = 1",
        "class A:\n    a: int = 1\n    b: Optional[\n        int  # why\n    ]\n    c: str",
        "self.x: list[int] = [y for y in range(3)]",
        "f = lambda a, b=1: {a: b}\nd = {1: 2}\nx = y[1:2]",
        "def f(a: int = (lambda b: b)(1)) -> Callable[[int], None]:\n    def g(c: int) -> str: ...",
        "def f(\n    a: int,\n    b: Union[\n        int, str\n    ] = 1,\n) -> None: ...",
    ],
)
def test_annotations_of_every_kind(code: str) -> None:
    """Those of arguments, results, variables and members, over lines and beside other letters."""
    _check(HEAD + code + "\n")
