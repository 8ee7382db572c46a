"""What a rewritten script gets at its top: imports it lacks, constants, the frame function."""

from __future__ import annotations

import itertools
import re
from typing import Optional

import libcst as cst

from ..scripts.frame_function import NAME, frame_function
from .bindings import is_text, module_alias
from .edits import Edit
from .imports import NEW_CLASS, NEW_MODULE
from .owners import bindings_of
from .results import Unsure
from .script import ImportNode, Script

_CONTEXT = "BasicCorrelationContext"
_MANY = 9
_BLANK_LINES = re.compile(rb"(?:[ \t]*(?:\r\n|\r|\n))*")
_FIRST_COMMENT = re.compile(rb"#!|[ \t\f]*#.*?coding[:=]")


class Prelude:
    """Gathers what rewritten code needs, and says where it goes.

    Args:
        script: the script.
        old_import: the first import of the old SDK, or of a collector.
        first_use: position of the first collector that is made.
        is_sdk_optional: the script may do without the SDK.
    """

    def __init__(
        self, script: Script, old_import: ImportNode, first_use: int, *, is_sdk_optional: bool
    ) -> None:
        self._script = script
        self._is_sdk_optional = is_sdk_optional
        self._imports_end = _end_of_imports(script, first_use)
        self._old_import = old_import
        self._imports: dict[str, str] = {}
        self._modules: dict[str, str] = {}
        self._constants: list[str] = []
        self._taken = {name.value for name in script.every(cst.Name)}
        self._function: Optional[str] = None
        self._needs: dict[str, bool] = {}  # of the function that makes frames

    def module(self, name: str) -> str:
        """Return the name by which the script knows a module, which is imported if need be."""
        known = module_alias(self._script, name, self._imports_end)
        if known is not None:
            return known
        is_taken = bool(bindings_of(self._script, name))
        return self._imported(name, f"import {name}", f"{name}_module" if is_taken else name)

    def new_class(self) -> str:
        """Return the name of the new class, which is imported beside the old one."""
        self._imports[NEW_CLASS] = f"from {NEW_MODULE} import {NEW_CLASS}"
        return NEW_CLASS

    def context_class(self) -> str:
        """Return the name of the context class, which is imported.

        Raises:
            Unsure: the import would fail where the script may do without the SDK.
        """
        if self._is_sdk_optional:
            reason = f"{_CONTEXT} is needed, but the script also runs without the SDK"
            raise Unsure(self._old_import, reason)
        name = f"Bridged{_CONTEXT}" if _CONTEXT in self._script.names else _CONTEXT
        return self._imported(_CONTEXT, f"from {NEW_MODULE}.context import {_CONTEXT}", name)

    def fresh(self, *candidates: str) -> str:
        """Return a name that nothing else has."""
        numbered = (f"{candidates[-1]}_{number}" for number in itertools.count(2))
        names = itertools.chain(candidates, numbered)
        fresh = next(name for name in names if name not in self._taken)
        self._taken.add(fresh)
        return fresh

    def constant(self, name: str, value: str) -> str:
        """Return the name of a new constant of the module.

        Args:
            name: that it should have.
            value: its source.
        """
        chosen = self.fresh(name)
        self._constants.append(f"{chosen} = {value}\n")
        return chosen

    def frame_function(self, **needs: bool) -> str:
        """Return the name of the function that makes frames, which is added once.

        Args:
            needs: what it has to do here, by the arguments of `frame_function`.
        """
        for module in ("logging", "numpy", "pandas"):
            self.module(module)
        self._function = self._function or self.fresh(NAME)
        for name, is_needed in needs.items():
            self._needs[name] = is_needed or self._needs.get(name, False)
        return self._function

    def edits(self) -> list[Edit]:
        """Return the edits that add everything."""
        names = sorted(
            self._imports, key=lambda name: (name in (NEW_CLASS, _CONTEXT), name.lower())
        )
        lines = "".join(f"{self._imports[name]}\n" for name in names)
        blocks = ["".join(self._constants)] if self._constants else []
        if self._function:
            pandas, numpy, logging = map(self.module, ("pandas", "numpy", "logging"))
            function = frame_function(self._function, pandas, numpy, logging, **self._needs)
            blocks.append("\n" + function if not self._constants else "\n\n" + function)
        at = self._imports_end
        body = ("\n" + "".join(blocks)) if blocks else ""
        if blocks:
            wanted = 2 if self._function else 1
            body += "\n" * (wanted - self._blank_lines(at))
        content = self._script.content
        begin = "\n" if at and not content[:at].endswith((b"\n", b"\r")) else ""
        before = self._script.start(self._old_import)
        line = self._script.own_line(self._old_import)
        if lines and before < at and line in self._script.module.body:
            return [Edit(before, before, lines)] + ([Edit(at, at, begin + body)] if body else [])
        return [Edit(at, at, begin + lines + body)] if lines or body else []

    def _imported(self, name: str, statement: str, wanted: str) -> str:
        """Return what the statement that imports something makes of its name, `wanted` if free."""
        if name not in self._modules:
            bound = name if wanted == name else self.fresh(wanted)
            self._modules[name] = bound
            self._imports[name] = statement if bound == name else f"{statement} as {bound}"
        return self._modules[name]

    def _blank_lines(self, at: int) -> int:
        """Return how many blank lines there are at a position, many at the end of the script."""
        found = _BLANK_LINES.match(self._script.content[at:])
        is_end = found is None or at + found.end() == len(self._script.content)
        return _MANY if is_end or found is None else len(found.group().splitlines())


def _end_of_imports(script: Script, first_use: int) -> int:
    """Return the position behind the lines of the last import above functions and collectors."""
    end = None
    for position, statement in enumerate(script.module.body):
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            break
        if script.end(statement) > first_use:
            break
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        is_docstring = position == 0 and is_text(small)
        is_import = isinstance(small, (cst.Import, cst.ImportFrom)) or (
            isinstance(statement, (cst.Try, cst.If)) and _holds_imports(statement.body)
        )
        if is_docstring or is_import:
            end = script.line_behind(script.end(statement))
    return _behind_first_comments(script) if end is None else end


def _holds_imports(block: cst.BaseSuite) -> bool:
    return all(
        isinstance(inner, cst.SimpleStatementLine)
        and isinstance(inner.body[0], (cst.Import, cst.ImportFrom))
        for inner in block.body
    )


def _behind_first_comments(script: Script) -> int:
    """Return the position behind what must stay in the first two lines of a file."""
    end = 0
    for _ in range(2):
        behind = script.line_behind(end)
        if not _FIRST_COMMENT.match(script.content[end:behind]):
            break
        end = behind
    return end
