"""Which package answers to the imports of the two SDKs, and which are installed for them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from . import original
from .installed import Installed, installed, named
from .report import Check, fail, ok, warn

_OURS = "mdc-bridge"
_IMPORT_SECONDS = 60
_MARK = "mdc-bridge: "

# Imported in a process of their own: the original of the old SDK is native code, which may crash.
_PROGRAM = """
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[1])
for name, attribute in json.loads(sys.argv[2]):
    try:
        module = importlib.import_module(name)
        kind = getattr(module, attribute)
        found = {"path": getattr(module, "__file__", None), "of": kind.__module__}
        found["loads"] = getattr(kind, "_lib", True) is not None
    except BaseException as error:
        parent = getattr(sys.modules.get("azureml"), "__file__", None)
        found = {"error": f"{type(error).__name__}: {error}", "parent": parent}
    sys.stdout.write("\\nmdc-bridge: " + json.dumps([name, found]))
    sys.stdout.flush()
"""


class _Face(NamedTuple):
    """An import that scripts make, with the class they take, and its module when it is ours."""

    module: str
    attribute: str
    ours: str


FACES = (
    _Face("azureml.monitoring", "ModelDataCollector", "mdc_legacy.model_data_collector"),
    _Face("azureml.ai.monitoring", "Collector", "mdc_modern.collector"),
)


def check_packages() -> Iterator[Check]:
    """Yield a check for each import: which package has it, and which others have that name."""
    packages = installed()
    found = _imported(FACES)
    for face in FACES:
        answer = found[face.module]
        if "error" in answer:
            answer["error"] += _gone(face.module, packages)
        yield _check_face(face, answer, _owners(face.module, packages))


def _check_face(face: _Face, found: dict[str, Any], owners: list[str]) -> Check:
    name = f"import {face.module}"
    others = [owner for owner in owners if not _is_ours(owner)]
    is_originals = face.module == "azureml.monitoring" and original.is_for_original()
    if "error" in found:
        repair = f"pip install {original.ORIGINAL}" if is_originals else _repair(others)
        return fail(name, _broken(found, owners), repair)
    where = f"{face.attribute} of {found['of']}, {found['path']}"
    claims = (
        f"installed by {' and by '.join(owners)}" if owners else "not from an installed package"
    )
    if found["of"] == original.IN_FRONT:
        return original.check_face(claims, found["loads"])
    if found["of"] != face.ours:
        what = f"not mdc-bridge's: {where}, {claims}"
        if face.module == "azureml.monitoring":
            return fail(name, what, _repair([] if is_originals else others))
        return warn(name, f"{what}; ModelDataCollector works all the same", _repair(others))
    if others:
        return warn(
            name,
            f"mdc-bridge's: {where}, {claims}; the one installed last is imported, and "
            "uninstalling either removes it",
            _repair(others),
        )
    return ok(name, f"mdc-bridge's: {where}, {claims}")


def _imported(faces: Sequence[_Face]) -> dict[str, dict[str, Any]]:
    """Return for each module where it and its class come from, or the error of its import."""
    found: dict[str, dict[str, Any]] = {}
    while len(found) < len(faces):
        left = [face for face in faces if face.module not in found]
        output, ending = _run([(face.module, face.attribute) for face in left])
        # A module may print something of its own.
        lines = [line for line in output.splitlines() if line.startswith(_MARK)]
        found.update(json.loads(line[len(_MARK) :]) for line in lines)
        crashed = next((face.module for face in left if face.module not in found), None)
        if crashed is not None:
            found[crashed] = {"error": ending}
    return found


def _run(names: list[tuple[str, str]]) -> tuple[str, str]:
    """Return what the importing process printed, and how it ended."""
    command = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), json.dumps(names)]
    try:
        ended = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",  # of what the modules print themselves
            timeout=_IMPORT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{type(error).__name__} of the importing process"
    return ended.stdout, f"the importing process ended with {ended.returncode}"


def _broken(found: dict[str, Any], owners: list[str]) -> str:
    text = f"fails ({found['error']}); "
    if found.get("parent"):
        text += f"{found['parent']} makes of the namespace azureml a package of one place; "
    return text + (f"installed by {' and by '.join(owners)}" if owners else "no package owns it")


def _repair(others: list[str]) -> str:
    names = " ".join(other.rpartition(" ")[0] for other in others)
    again = f"pip install --force-reinstall --no-deps {_OURS}"
    return f"pip uninstall {names}, then {again}" if names else again


def _gone(module: str, packages: list[Installed]) -> str:
    """Return that a file of ours is gone, as after another owner of its name was uninstalled."""
    file = f"{module.replace('.', '/')}/__init__.py"
    ours = named(_OURS, packages)
    lost = ours is not None and file in ours.files() and not ours.has(file)
    return f"; {file} of {_OURS} is gone" if lost else ""


def _is_ours(owner: str) -> bool:
    return owner.startswith(f"{_OURS} ")


def _owners(module: str, packages: list[Installed]) -> list[str]:
    """Return name and version of the distributions that have files of a module, ours first."""
    folder = module.replace(".", "/") + "/"
    owners = {
        f"{each.name} {each.version}"
        for each in packages
        if any(path.startswith(folder) for path in each.files())
    }
    return sorted(owners, key=lambda owner: (not _is_ours(owner), owner))
