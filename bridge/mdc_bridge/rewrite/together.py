"""Files of one folder that share collectors, which are rewritten together or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from .collectors import HeldCollector
from .results import LeftAlone, RewrittenSource, Unsure
from .shared import Shared
from .source import collectors_of, rewrite_source


def rewrite_together(texts: Mapping[str, str]) -> dict[str, RewrittenSource]:
    """Rewrite the scripts among some that share collectors.

    Args:
        texts: of scripts, by path. Those of one folder may import each other.

    Returns:
        by path, the scripts that have to do with shared collectors; the others are as if alone.
    """
    results: dict[str, RewrittenSource] = {}
    for path in texts:
        try:
            collectors = [held for held in collectors_of(texts[path]) if held.is_global]
        except (SyntaxError, Unsure):
            continue
        names = {held.name for held in collectors}
        if not names:
            continue
        users = [
            other
            for other in texts
            if other != path
            and os.path.dirname(other) == os.path.dirname(path)
            and _uses(texts[other], _module(path), names)
        ]
        if users:
            results.update(_rewritten(path, users, collectors, texts))
    return results


def _module(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _uses(text: str, module: str, names: set[str]) -> bool:
    """Return whether a script imports a module and names one of its variables, or may."""
    escaped = re.escape(module)
    is_imported = re.search(rf"(?m)^\s*(?:from|import)\b[^#\n]*\b{escaped}\b", text)
    star = re.search(rf"(?m)^\s*from\s+[\w.]*\b{escaped}\s+import\s+\*", text)
    return bool(star) or bool(
        is_imported and any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)
    )


def _rewritten(
    maker: str, users: list[str], collectors: list[HeldCollector], texts: Mapping[str, str]
) -> dict[str, RewrittenSource]:
    """Return a file that makes collectors and the files that use them, rewritten or left alone."""
    files = [maker, *users]
    refusal = _refusal(files, collectors, texts)
    if not refusal:
        (user,) = users
        made = {held.name: held.made for held in collectors}
        shared = Shared(imported={_module(maker): made})
        used = Shared(used_elsewhere=frozenset(made))
        try:
            results = {
                user: rewrite_source(texts[user], shared),
                maker: rewrite_source(texts[maker], used),
            }
        except SyntaxError as error:
            # The file itself is named where it is read.
            refusal, files = f"{_name(user)}: it cannot be parsed: {error}", [maker]
        else:
            refused = [
                path for path, each in results.items() if each.left_alone or not each.changes
            ]
            if not refused:
                return results
            reasons = "; ".join(each.reason for each in results[refused[0]].left_alone)
            refusal = f"{_name(refused[0])}: {reasons or 'its use cannot be followed'}"
    named = ", ".join(map(_name, users))
    reason = f"collectors are made in {_name(maker)} and used in {named}: {refusal}"
    return {path: RewrittenSource(texts[path], (), (LeftAlone(1, reason),)) for path in files}


def _refusal(files: list[str], collectors: list[HeldCollector], texts: Mapping[str, str]) -> str:
    """Return why files that share collectors are left alone, as far as their names say it."""
    for held in collectors:
        if held.collects or held.additions:
            return f"{held.name} is used here too"
        if held.made.names is None or not held.made.model_is_text:
            return f"{held.name} has names only known at run time"
    _, user, *others = files
    if others:
        return "several files use them"
    names = {held.name for held in collectors}
    for other, text in texts.items():
        if other not in files and _uses(text, _module(user), names):
            return f"{_name(other)} may use them through {_name(user)}"
    return ""


def _name(path: str) -> str:
    return os.path.basename(path)
