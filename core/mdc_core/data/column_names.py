"""Unique names of columns, the keys of a row's JSON object; without pandas, which tools avoid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def unique_names(labels: Iterable[Any]) -> tuple[str, ...]:
    """Return labels as unique strings: other types by their `str`, repeats with a suffix.

    The second `a` becomes `a_1`, or the first `a_n` that no other label claims. Lone surrogates
    become visible escapes here, not when the names are encoded: two names might be equal then.
    """
    names = [label if type(label) is str else str(label) for label in labels]
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        names = [name.encode("utf-8", "backslashreplace").decode() for name in names]
    claimed = set(names)
    if len(claimed) == len(names):
        return tuple(names)
    used: set[str] = set()
    repeats: dict[str, int] = {}
    unique = []
    for name in names:
        candidate = name
        while candidate in used or (candidate != name and candidate in claimed):
            repeats[name] = repeats.get(name, 0) + 1
            candidate = f"{name}_{repeats[name]}"
        used.add(candidate)
        unique.append(candidate)
    return tuple(unique)


def column_names(feature_names: Sequence[str], columns: int) -> tuple[str, ...]:
    """Return exactly `columns` unique names: the given ones, then `column_{i}`."""
    given = list(feature_names[:columns])
    return unique_names(given + [f"column_{i}" for i in range(len(given), columns)])
