"""Imports, and the names that they bind."""

from __future__ import annotations

import ast
from typing import Optional

from .call_arguments import Arguments
from .facts import Import, ImportForm
from .old_names import OLD_CLASS
from .tables import COLLECTOR_CLASSES, Look
from .values import UNKNOWN, Value, named

IMPORTERS = frozenset({"importlib.import_module", "__import__"})
_IMPORT_FAILURES = frozenset({"BaseException", "Exception", "ImportError", "ModuleNotFoundError"})


def import_modules(look: Look, node: ast.Import) -> None:
    """Follow `import`."""
    for alias in node.names:
        place = look.place(alias if hasattr(alias, "lineno") else node)
        found = Import(alias.name, None, ImportForm.STATEMENT, look.guards > 0, place)
        look.facts.imports.append(found)
        if alias.asname:
            look.bind(alias.asname, named(alias.name))
        else:
            root = alias.name.partition(".")[0]
            look.bind(root, named(root))


def import_names(look: Look, node: ast.ImportFrom) -> None:
    """Follow `from ... import`."""
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        is_star = alias.name == "*"
        form = ImportForm.STAR if is_star else ImportForm.STATEMENT
        place = look.place(alias if hasattr(alias, "lineno") else node)
        name = None if is_star else alias.name
        look.facts.imports.append(Import(module, name, form, look.guards > 0, place))
        if not is_star and not look.unreached:
            value = look.tables.of_other_module(module, alias.name)
            look.bind(alias.asname or alias.name, value or named(f"{module}.{alias.name}"))
        elif is_star and f"{module}.{OLD_CLASS}" in COLLECTOR_CLASSES:
            look.bind(OLD_CLASS, named(f"{module}.{OLD_CLASS}"))
        elif is_star and not module.startswith("azureml."):
            look.tables.may_have_other_names = True


def import_dynamically(look: Look, node: ast.Call, name: str, arguments: Arguments) -> Value:
    """Follow a call of one of `IMPORTERS`; return the module."""
    module = arguments.positions[0].constant if arguments.positions else None
    if not isinstance(module, str):
        return UNKNOWN
    place = look.place(node)
    look.facts.imports.append(Import(module, None, ImportForm.DYNAMIC, look.guards > 0, place))
    is_root = name == "__import__" and "fromlist" not in arguments.keywords
    is_root = is_root and len(arguments.positions) < 4
    return named(module.partition(".")[0] if is_root else module)


def catches_imports(caught: Optional[ast.expr]) -> bool:
    """Return whether an `except` catches the failure of an import."""
    if caught is None:
        return True
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(part, ast.Name) and part.id in _IMPORT_FAILURES for part in parts)
