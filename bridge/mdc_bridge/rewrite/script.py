"""A parsed script: its libcst tree, and where each node stands in the text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Optional, TypeVar, Union

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, ParentNodeProvider

from .form_feeds import FormFeeds

Node = TypeVar("Node", bound=cst.CSTNode)
ScopeNode = Union[cst.Module, cst.FunctionDef, cst.Lambda, cst.ClassDef]
Loop = Union[cst.For, cst.While]
ImportNode = Union[cst.Import, cst.ImportFrom]

_NEWLINE = re.compile(rb"\r\n|\r|\n")


class Script:
    """The tree of a script.

    Args:
        text: Python source that libcst parses.

    Attributes:
        content: the text in UTF-8, to which all positions refer.
        module: the root of the tree.
        nodes: of the tree, by their beginning.
        names: every identifier that stands for itself: no attributes, no keywords of calls.

    Raises:
        ValueError: the tree is not all of the text, so that its positions are unknown.
    """

    def __init__(self, text: str) -> None:
        self.content = text.encode()
        self._form_feeds = FormFeeds(text)
        wrapper = MetadataWrapper(cst.parse_module(self._form_feeds.without))
        # It loses the last of lone carriage returns, and that moves nothing.
        if wrapper.module.code.rstrip("\r") != self._form_feeds.without.rstrip("\r"):
            raise ValueError("libcst does not reproduce its text")
        self.module = wrapper.module
        # Both at once: each call goes through the whole tree.
        wrapper.resolve_many([ByteSpanPositionProvider, ParentNodeProvider])
        self._spans = wrapper.resolve(ByteSpanPositionProvider)
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._lines = [0, *(found.end() for found in _NEWLINE.finditer(self.content))]
        self.nodes = sorted((node for node in self._parents if node in self._spans), key=self.start)
        self.names: dict[str, list[cst.Name]] = {}
        for name in self.every(cst.Name):
            if self._stands_for_itself(name):
                self.names.setdefault(name.value, []).append(name)

    def every(self, kind: type[Node]) -> Iterator[Node]:
        """Yield all nodes of a class, by their beginning."""
        return (node for node in self.nodes if isinstance(node, kind))

    def imports(self) -> Iterator[ImportNode]:
        """Yield all imports, by their beginning."""
        return (node for node in self.nodes if isinstance(node, (cst.Import, cst.ImportFrom)))

    def start(self, node: cst.CSTNode) -> int:
        """Return the position of a node's first byte, without parentheses around it."""
        return self._form_feeds.position(int(self._spans[node].start))

    def end(self, node: cst.CSTNode) -> int:
        """Return the position behind a node's last byte, without parentheses around it."""
        span = self._spans[node]
        return self._form_feeds.position(int(span.start + span.length), is_end=True)

    def extent(self, expression: cst.BaseExpression) -> tuple[int, int]:
        """Return first and last position of an expression with the parentheses around it."""
        before, after = expression.lpar, expression.rpar
        return (
            self.start(before[0]) if before else self.start(expression),
            self.end(after[-1]) if after else self.end(expression),
        )

    def code(self, expression: cst.BaseExpression) -> str:
        """Return the text of an expression with the parentheses around it."""
        start, end = self.extent(expression)
        return self.content[start:end].decode()

    def lone_code(self, expression: cst.BaseExpression) -> str:
        """Return the text of an expression as it can stand outside of other parentheses."""
        code = self.code(expression)
        has_own = bool(expression.lpar) or isinstance(expression, (cst.List, cst.Dict, cst.Set))
        return f"({code})" if ("\n" in code or "\r" in code) and not has_own else code

    def line(self, at: int) -> int:
        """Return the line of a position, counted from 1."""
        return bisect.bisect_right(self._lines, at)

    def line_start(self, at: int) -> int:
        """Return the position at which the line of a position begins."""
        return self._lines[self.line(at) - 1]

    def line_behind(self, at: int) -> int:
        """Return the position at which the line after that of a position begins."""
        line = self.line(at)
        return self._lines[line] if line < len(self._lines) else len(self.content)

    def before(self, at: int) -> str:
        """Return what stands before a position on its line."""
        return self.content[self.line_start(at) : at].decode()

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the node that holds a node."""
        return self._parents[node]

    def own_line(self, statement: cst.BaseSmallStatement) -> Optional[cst.SimpleStatementLine]:
        """Return the line that a statement begins, None where no statement can stand before it."""
        line = self._parents[statement]
        if isinstance(line, cst.SimpleStatementLine) and line.body[0] is statement:
            return line
        return None

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes that hold a node, the nearest first, the module last."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def is_within(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        """Return whether a node is another one, or part of it."""
        return node is outer or outer in self.ancestors(node)

    def above(self, node: cst.CSTNode, *kinds: type[Node]) -> Optional[Node]:
        """Return the nearest node of some classes that holds a node."""
        return next((found for found in self.ancestors(node) if isinstance(found, kinds)), None)

    def scope(self, node: cst.CSTNode) -> ScopeNode:
        """Return the function, class or module in which a node is run."""
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, cst.Lambda):
                return outer
            if isinstance(outer, (cst.FunctionDef, cst.ClassDef)) and inner is outer.body:
                return outer
            inner = outer
        return self.module

    def loops(self, node: cst.CSTNode) -> set[Loop]:
        """Return the loops of its own function in whose bodies a node is."""
        found: set[Loop] = set()
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, (cst.FunctionDef, cst.Lambda)):
                break
            if isinstance(outer, (cst.For, cst.While)) and inner is outer.body:
                found.add(outer)
            inner = outer
        return found

    def statement(self, node: cst.CSTNode) -> cst.BaseSmallStatement:
        """Return the simple statement that a node is part of."""
        for outer in (node, *self.ancestors(node)):
            if isinstance(outer, cst.BaseSmallStatement):
                return outer
        raise LookupError("the code is in the header of a compound statement")

    def _stands_for_itself(self, name: cst.Name) -> bool:
        parent = self._parents[name]
        if isinstance(parent, cst.Attribute) and parent.attr is name:
            return False
        if isinstance(parent, cst.ImportAlias) and parent.asname is not None:
            return False
        return not (isinstance(parent, cst.Arg) and parent.keyword is name)
