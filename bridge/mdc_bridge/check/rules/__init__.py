"""The rules: one file each, which has its `RULE`; all of them, by their ids, are in `RULES`."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ..rule import Rule


def _found() -> tuple[Rule, ...]:
    modules = (import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.id))


RULES = _found()
