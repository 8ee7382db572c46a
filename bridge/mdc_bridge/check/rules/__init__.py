"""The rules: one file each, whose `find` is the rule; all of them, by their ids, are in `RULES`."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ..rule import Rule

_MODULES = (import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
RULES: tuple[Rule, ...] = tuple(
    sorted((module.find for module in _MODULES), key=lambda rule: rule.id)
)


def rules_named(name: str) -> list[Rule]:
    """Return the rule of an id, or those of a group by the beginning of their ids, such as MDC4."""
    return [rule for rule in RULES if len(name) > len("MDC") and rule.id.startswith(name)]
