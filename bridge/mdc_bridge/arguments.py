"""Arguments of the tools' functions: one path or several of them, and sequences of names."""

from __future__ import annotations

import os
from typing import Iterable, Union

from mdc_core.errors import SettingsError

AnyPath = Union[str, "os.PathLike[str]"]
AnyPaths = Union[AnyPath, Iterable[AnyPath]]


def paths_of(paths: AnyPaths) -> list[str]:
    """Return paths as texts; a `str` or `Path` is one path, not a sequence of letters."""
    if isinstance(paths, (str, os.PathLike)):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def names_of(names: Iterable[str], setting: str) -> tuple[str, ...]:
    """Return names as a tuple.

    Raises:
        SettingsError: it is one text, whose letters nobody means; the message names `setting`.
    """
    if isinstance(names, str):
        raise SettingsError(f"{setting} is the text {names!r}; valid: a list of names")
    return tuple(names)


def place_text(place: AnyPath) -> str:
    """Return a place as the text that names it; a `Path` is a folder, whatever its name."""
    return place if isinstance(place, str) else os.path.abspath(os.fspath(place))
