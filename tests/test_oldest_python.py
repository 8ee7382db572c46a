"""What scores, and its tests, use nothing that Python 3.7 lacks; the lane of 3.7 runs them.

The linter finds syntax that is too new. This finds, on every Python, what is only missing there
when it runs: built-in types with brackets outside of annotations, and newer functions.
"""

from __future__ import annotations

import ast
import fnmatch
import sys
from pathlib import Path
from typing import Iterator

import pytest

from tests.of_tools import OF_TOOLS

ROOT = Path(__file__).parents[1]
SCORING = [
    *sorted((ROOT / "core").rglob("*.py")),
    *sorted((ROOT / "legacy").rglob("*.py")),
    # The collector service has an image, and a newer Python, of its own.
    *sorted((ROOT / "modern" / "azure").rglob("*.py")),
    *sorted((ROOT / "modern" / "azureml").rglob("*.py")),
    *sorted((ROOT / "modern" / "mdc_modern").rglob("*.py")),
    *sorted((ROOT / "bridge" / "mdc_bridge" / "scoring").glob("*.py")),
    *sorted((ROOT / "bridge" / "mdc_bridge").glob("*.py")),
    *sorted((ROOT / "bridge" / "mdc_bridge" / "doctor").glob("*.py")),
]
_NOT_RUN = [*OF_TOOLS, "typing/scripts", "archives"]


def _is_run(path: Path) -> bool:
    """Return whether Python 3.7 runs a test file."""
    below = path.relative_to(ROOT / "tests")
    places = [str(each) for each in (below, *below.parents)]
    return not any(fnmatch.fnmatch(each, left) for each in places for left in _NOT_RUN)


TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if _is_run(path)]
_BUILT_IN = {"dict", "frozenset", "list", "set", "tuple", "type"}
_WITHOUT_BRACKETS = {"collections", "collections.abc", "contextvars", "queue"}
_NEWER = {
    "asyncio.to_thread",
    "functools.cache",
    "functools.cached_property",
    "importlib.metadata",
    "math.prod",
    "socket.create_server",
    "typing.Annotated",
    "typing.Final",
    "typing.Literal",
    "typing.Protocol",
    "typing.TypedDict",
    "typing.final",
}
KEYWORD_LINE = 1 if sys.version_info >= (3, 8) else 0
_NEWER_ARGUMENTS = {"missing_ok", "dirs_exist_ok"}
# The last is that of the Azure SDK, since 12.14.
_NEWER_METHODS = {"removeprefix", "removesuffix", "is_relative_to", "readlink", "list_blob_names"}
# What runs on Python 3.6 as well lacks this.
_NEWER_THAN_3_6 = {"isascii"}


def too_new(source: str) -> list[str]:
    """Return the places that Python 3.7 would fail at, each with its line."""
    tree = ast.parse(source)
    imported = dict(_imports(tree))
    return [
        f"{getattr(node, 'lineno', 0)}: {what}"  # of keywords Python 3.7 knows none
        for node in _run(tree)
        for what in _lacking(node, imported)
    ]


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are evaluated: all but annotations, and what only checkers import."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        if isinstance(node, ast.If) and ast.dump(node.test).find("'TYPE_CHECKING'") >= 0:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _run(child)


def _lacking(node: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        name = node.value.id
        if name in _BUILT_IN and isinstance(node.ctx, ast.Load) and name not in imported:
            yield f"{name}[...]"
        if imported.get(name, "").rpartition(".")[0] in _WITHOUT_BRACKETS:
            yield f"{name}[...]"
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        module = getattr(node, "module", None)
        for alias in node.names:
            full = f"{module}.{alias.name}" if module else alias.name
            if full in _NEWER or module in _NEWER:
                yield full
    elif isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name):
            full = f"{imported.get(node.value.id, '')}.{node.attr}"
            if full in _NEWER:
                yield full
        is_of_os = isinstance(node.value, ast.Name) and imported.get(node.value.id) == "os"
        if node.attr in _NEWER_METHODS and not is_of_os:
            yield f".{node.attr}"
    elif isinstance(node, ast.keyword) and node.arg in _NEWER_ARGUMENTS:
        yield f"{node.arg}="


@pytest.mark.parametrize("path", SCORING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_scores(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert too_new(source) == []
    assert [name for name in _NEWER_THAN_3_6 if f".{name}(" in source] == []


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_its_tests(path: Path) -> None:
    assert too_new(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x: list[int] = []\ndef f(a: dict[str, int]) -> tuple[int]: ...", []),
        ("Alias = list[int]", ["1: list[...]"]),
        ("from collections.abc import Callable\nAlias = Callable[[], int]", ["2: Callable[...]"]),
        ("from typing import Callable\nAlias = Callable[[], int]", []),
        ("from functools import cache", ["1: functools.cache"]),
        ("import functools\n@functools.cache\ndef f(): ...", ["2: functools.cache"]),
        ("path.unlink(missing_ok=True)", [f"{KEYWORD_LINE}: missing_ok="]),
        ("from importlib.metadata import version", ["1: importlib.metadata.version"]),
        ("if TYPE_CHECKING:\n    from typing import Protocol", []),
        ("'ab'.removeprefix('a')", ["1: .removeprefix"]),
        ("class A(dict[str, int]): ...", ["1: dict[...]"]),
    ],
)
def test_what_is_found(source: str, found: list[str]) -> None:
    assert too_new(source) == found
