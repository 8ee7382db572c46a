"""Collectors that one file makes and another imports, of files that are looked at together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from .analysis import exports_of, programs
from .reading import read_content, read_script
from .sources import UnreadableScript
from .tables import Exports
from .values import Value

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+\.*([\w.]*)[ \t]+import[ \t]+\(?([\w \t,]*)|import[ \t]+([\w. \t,]+))",
    re.MULTILINE,
)
_ROUNDS = 2  # a module that imports another one that makes the collectors
_INIT = "__init__"


def exports_in(files: Iterable[str]) -> Exports:
    """Return what holds collectors among the global variables of modules that others import.

    Args:
        files: paths, of which those with one name stand for the same module.

    Returns:
        by the last part of the module's name and the variable.
    """
    paths = [path for path in files if path.endswith(".py")]
    if len(paths) < 2:
        return {}
    imported = set(_imported(paths))
    found: dict[str, Mapping[str, Value]] = {}
    modules = {_name_of(path): path for path in paths if _name_of(path) in imported}
    for _ in range(_ROUNDS):
        before = dict(found)
        for name, path in modules.items():
            sources, _ = read_script(path)
            for program in programs(sources):
                exports = exports_of(program, found)
                if exports:
                    found[name] = exports
        if found.keys() == before.keys():
            break
    return found


def _name_of(path: str) -> str:
    stem = os.path.splitext(os.path.basename(path))[0]
    return os.path.basename(os.path.dirname(os.path.abspath(path))) if stem == _INIT else stem


def _imported(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        content = read_content(path)
        if isinstance(content, UnreadableScript):
            continue
        for module, names, modules in _IMPORT.findall(content):
            for each in (module, *names.split(b","), *modules.split(b",")):
                words = each.split()
                if words:
                    yield words[0].rpartition(b".")[2].decode("utf-8", "replace")
