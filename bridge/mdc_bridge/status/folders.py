"""Services as subfolders of a folder: what lies in each, by the names and heads of its files."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mdc_core.errors import MissingFileError, StoreError
from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from ..scripts.finding import SKIPPED_FOLDERS
from .services import WebService

_HEAD_BYTES = 64 * 1024
_YAML = (".yml", ".yaml")
_DEPLOYMENT = re.compile(r"^(data_collector|endpoint_name)\s*:|OnlineDeployment\.schema", re.M)
_PLAN = re.compile(r"^format\s*:.*\n(?:.*\n)*?datasets\s*:", re.M)
_COMPARISON = re.compile(r'^\s*\{(\s*"made"\s*:\s*"[^"]*"\s*,)?\s*"left"\s*:\s*\{\s*"place"')
_NAMED_COMPARISON = re.compile(r"compar.*\.json", re.IGNORECASE)


def services_below(folder: Path) -> list[WebService]:
    """Return a service for each subfolder that is not hidden, sorted by name.

    Raises:
        MissingFileError: there is none.
        StoreError: the folder cannot be listed.
    """
    try:
        names = sorted(
            entry.name
            for entry in os.scandir(folder)
            if entry.is_dir() and not entry.name.startswith((".", "_"))
        )
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
    if not names:
        raise MissingFileError(f"{folder} has no subfolder; valid: one folder for each service")
    return [_service(folder / name) for name in names]


def _service(folder: Path) -> WebService:
    archives: list[str] = []
    collected: list[str] = []
    problems: list[str] = []
    comparisons, deployments, plans = [], [], []

    def refused(error: OSError) -> None:
        problems.append(f"{error.filename} cannot be listed: {error.strerror}")

    for parent, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".")
        )
        for name, roots in ((CSV_ROOT, archives), (JSONL_ROOT, collected)):
            if name in folders:
                folders.remove(name)
                roots.append(parent)
        for name in sorted(files):
            path = os.path.join(parent, name)
            if not os.path.isfile(path):  # opening a pipe would wait for its writer
                continue
            if name.endswith(".json"):
                if _NAMED_COMPARISON.search(name) or _COMPARISON.match(_head(path)):
                    comparisons.append(path)
            elif name.endswith(_YAML):
                head = _head(path)
                if _DEPLOYMENT.search(head):
                    deployments.append(path)
                elif _PLAN.search(head):
                    plans.append(path)
    return WebService(
        folder.name,
        scripts=(str(folder),),
        archives=tuple(archives),
        collected=tuple(collected),
        comparisons=tuple(comparisons),
        deployments=tuple(deployments),
        # With several plans it is not known which one the migration used.
        plan=plans[0] if len(plans) == 1 else None,
        problem="; ".join(problems),
    )


def _head(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return stream.read(_HEAD_BYTES).decode("utf-8", "replace")
    except OSError:  # the step that needs the file reports it
        return ""
