"""Which files below the given paths are scripts: `.py` files and notebooks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from mdc_core.errors import MissingFileError, SettingsError

from ..arguments import AnyPaths, paths_of
from .sources import UnreadableScript

SUFFIXES = (".py", ".ipynb")
_ENVIRONMENTS = re.compile(
    r".*\.ya?ml|.*requirements.*\.(?:txt|in)|constraints.*\.txt", re.IGNORECASE
)
_PIP_SUFFIXES = (".txt", ".in")
SKIPPED_FOLDERS = frozenset(
    {
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "site-packages",
    }
)
_ENVIRONMENT_MARK = "pyvenv.cfg"  # in the root of every virtual environment, whatever its name
_MISSING = "does not exist; valid: a script, notebook or folder"


def is_environment_name(path: str) -> bool:
    """Return whether a file may be one of conda or pip, by its name."""
    return _ENVIRONMENTS.fullmatch(os.path.basename(path)) is not None


def is_environment_when_asked_for(path: str) -> bool:
    """Return whether a file that is named itself can only be one of conda or pip."""
    return is_environment_name(path) or path.lower().endswith(_PIP_SUFFIXES)


def find_scripts(
    paths: AnyPaths, with_environments: bool = False
) -> tuple[list[str], list[UnreadableScript]]:
    """Return the scripts that paths name, in a stable order and each once.

    Args:
        paths: one or several: files, which are taken whatever their suffix, and folders, which
            are searched for `.py` and `.ipynb` files; `file://` URLs of either. Folders of
            version control, environments and caches are skipped unless they are named themselves.
        with_environments: whether folders are searched for files of conda and pip as well.

    Returns:
        the files, and what is not among them: paths that do not exist, and folders below that
        could not be listed.

    Raises:
        MissingFileError: none of the paths exists.
        SettingsError: a path is a URL of another kind.
    """
    found: dict[str, str] = {}
    unreadable: list[UnreadableScript] = []
    places = [local_path(path) for path in paths_of(paths)]
    for path in places:
        if os.path.isdir(path):
            for script in _scripts_below(path, unreadable, with_environments):
                found.setdefault(os.path.realpath(script), script)
        elif os.path.lexists(path):
            found.setdefault(os.path.realpath(path), path)
        else:
            unreadable.append(UnreadableScript(path, _MISSING))
    if places and not any(map(os.path.lexists, places)):
        raise MissingFileError(f"{', '.join(places)} {_MISSING}")
    return list(found.values()), unreadable


def local_path(text: str) -> str:
    """Return the path that a path or `file://` URL names.

    Raises:
        SettingsError: it is a URL of another kind.
    """
    if "://" not in text or os.path.lexists(text):
        return text
    if not text.startswith("file:///"):
        scheme = text.split("://")[0]
        raise SettingsError(f"scripts are read from paths and file:/// URLs, not from {scheme}://")
    return unquote(urlsplit(text).path)


def _scripts_below(
    folder: str, unreadable: list[UnreadableScript], with_environments: bool
) -> Iterator[str]:
    def refused(error: OSError) -> None:
        reason = f"cannot be listed: {error.strerror}"
        unreadable.append(UnreadableScript(str(error.filename), reason))

    for parent, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not _is_skipped(parent, name))
        for name in sorted(files):
            if name.endswith(SUFFIXES) or (with_environments and is_environment_name(name)):
                yield os.path.join(parent, name)


def _is_skipped(parent: str, name: str) -> bool:
    return name in SKIPPED_FOLDERS or os.path.lexists(os.path.join(parent, name, _ENVIRONMENT_MARK))
