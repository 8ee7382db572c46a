"""Arguments of the tools' functions: one path or several of them, and sequences of names."""

from __future__ import annotations

import os
from typing import Iterable, Mapping, Optional, Union

from mdc_core.errors import SettingsError

AnyPath = Union[str, "os.PathLike[str]"]
AnyPaths = Union[AnyPath, Iterable[AnyPath]]


def paths_of(paths: AnyPaths, is_needed: bool = False) -> list[str]:
    """Return paths as texts; a `str` or `Path` is one path, not a sequence of letters.

    Raises:
        SettingsError: one is empty or not a path; or there is none, and `is_needed` says that
            one has to be.
    """
    is_one = isinstance(paths, (str, bytes, os.PathLike)) or not isinstance(paths, Iterable)
    texts = [_path_text(path) for path in ([paths] if is_one else paths)]  # type: ignore[union-attr]
    if is_needed and not texts:
        raise SettingsError("no path is given; valid: one or several")
    if "" in texts:
        raise SettingsError("a path is empty; valid: that of a file or folder")
    return texts


def names_of(names: Iterable[str], setting: str) -> tuple[str, ...]:
    """Return names as a tuple.

    Raises:
        SettingsError: it is one text instead of several; the message names `setting`.
    """
    if isinstance(names, str):
        raise SettingsError(f"{setting} is the text {names!r}; valid: a list of names")
    return tuple(names)


def names_by_name(names: Optional[Mapping[str, str]], setting: str) -> Mapping[str, str]:
    """Return a mapping of names; an empty one for None.

    Raises:
        SettingsError: it is something else, such as the text of a setting; the message names
            `setting`.
    """
    if names is not None and not isinstance(names, Mapping):
        raise SettingsError(f"{setting} is {names!r}; valid: a mapping of names to names")
    return names or {}


def place_text(place: AnyPath) -> str:
    """Return a place as the text that names it; a `Path` is a folder, whatever its name.

    Raises:
        SettingsError: it is neither.
    """
    text = _path_text(place)
    return text if isinstance(place, str) else os.path.abspath(text)


def _path_text(path: object) -> str:
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise SettingsError(f"{path!r} is not a path; valid: a str or Path")
    return text
