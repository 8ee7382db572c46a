"""Files of one folder that share collectors, which are rewritten together or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from .constructions import Construction
from .results import LeftAlone, RewrittenSource, Unsure
from .shared import Shared
from .source import collectors_of, rewrite_source


@dataclass(frozen=True)
class _Maker:
    """A file with collectors of its module.

    Attributes:
        path: of the file.
        collectors: by variable; those that other files could go on with.
        problems: why they could not, by variable.
        users: the other files that name one of its variables, and import it.
    """

    path: str
    collectors: Mapping[str, Construction]
    problems: Mapping[str, str]
    users: tuple[str, ...]


def rewrite_together(texts: Mapping[str, str]) -> dict[str, RewrittenSource]:
    """Rewrite the scripts among some that share collectors.

    Args:
        texts: of scripts, by path. Those of one folder may import each other.

    Returns:
        by path, the scripts that have to do with shared collectors; the others are as if alone.
    """
    results: dict[str, RewrittenSource] = {}
    for path in texts:
        maker = _maker(path, texts)
        if maker is not None and maker.users:
            results.update(_rewritten(maker, texts))
    return results


def _maker(path: str, texts: Mapping[str, str]) -> Optional[_Maker]:
    try:
        script, collectors = collectors_of(texts[path])
    except (SyntaxError, Unsure):
        return None
    known = {}
    problems = {}
    for held in collectors:
        if not held.is_global:
            continue
        if held.collects or held.additions:
            problems[held.name] = "is used here too"
        elif held.made.names is None or not held.made.model_is_text:
            problems[held.name] = "has names only known at run time"
        else:
            known[held.name] = held.made
    if script is None or not (known or problems):
        return None
    users = tuple(
        other
        for other in texts
        if other != path
        and os.path.dirname(other) == os.path.dirname(path)
        and _uses(texts[other], _module(path), {*known, *problems})
    )
    return _Maker(path, known, problems, users)


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


def _rewritten(maker: _Maker, texts: Mapping[str, str]) -> dict[str, RewrittenSource]:
    files = (maker.path, *maker.users)
    try:
        _check(maker, texts)
        (user,) = maker.users
        theirs = rewrite_source(
            texts[user], Shared(imported={_module(maker.path): maker.collectors})
        )
        if theirs.left_alone or not theirs.changes:
            _refuse(user, theirs.left_alone)
        used = frozenset(maker.collectors)
        ours = rewrite_source(texts[maker.path], Shared(used_elsewhere=used))
        if ours.left_alone:
            _refuse(maker.path, ours.left_alone)
    except _Refused as refused:
        reason = f"collectors are made in {_name(maker.path)} and used in "
        reason += f"{', '.join(map(_name, maker.users))}: {refused}"
        return {path: RewrittenSource(texts[path], (), (LeftAlone(1, reason),)) for path in files}
    return {maker.path: ours, user: theirs}


class _Refused(Exception):  # noqa: N818  no error: it ends the planning for files that belong together
    """Why files that share collectors are left alone."""


def _refuse(where: str, left: tuple[LeftAlone, ...]) -> None:
    raise _Refused(
        f"{_name(where)}: {'; '.join(each.reason for each in left) or 'its use cannot be followed'}"
    )


def _check(maker: _Maker, texts: Mapping[str, str]) -> None:
    for name, problem in maker.problems.items():
        raise _Refused(f"{name} {problem}")
    if len(maker.users) > 1:
        raise _Refused("several files use them")
    user = maker.users[0]
    for other, text in texts.items():
        if other not in (maker.path, user) and _uses(text, _module(user), set(maker.collectors)):
            raise _Refused(f"{_name(other)} may use them through {_name(user)}")


def _name(path: str) -> str:
    return os.path.basename(path)
