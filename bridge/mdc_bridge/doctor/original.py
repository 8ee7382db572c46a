"""Checks of the original package, which writes the CSV on Python 3.6."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from mdc_core.settings import Settings
from mdc_core.storage import ConnectionString

from ..needs import IN_PLACE_PYTHON
from .report import Check, fail, ok, warn

IN_FRONT = "mdc_py36.in_front"
ORIGINAL = "azureml-monitoring"


def is_for_original(python: tuple[int, ...] = sys.version_info[:2]) -> bool:
    """Return whether mdc-bridge stands in front of the original on this Python."""
    return python < IN_PLACE_PYTHON


def check_face(claims: str, loads: bool) -> Check:
    """Return a check of the class that scripts import.

    Args:
        claims: which package installed the module.
        loads: the original's native library does.
    """
    name = "import azureml.monitoring"
    if loads:
        what = "mdc-bridge in front of the original, for the JSONL of the same calls"
        return ok(name, f"{what}; {claims}")
    return fail(
        name,
        f"the native library of {ORIGINAL} does not load, so every collect raises; the JSONL is "
        "written all the same",
        "keep the image it was made for, which has OpenSSL 1.0; or Python 3.7 or newer, where "
        "mdc-bridge writes the CSV as well",
    )


def check_original(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield a check of whether the original writes CSV, which only its own two variables decide."""
    if environ.get("AML_MODEL_DC_STORAGE_ENABLED", "").lower() != "true":
        yield warn(
            "original",
            "writes no CSV, and collect returns no correlations: AML_MODEL_DC_STORAGE_ENABLED is "
            "not true",
            "AML_MODEL_DC_STORAGE_ENABLED=true, unless the JSONL is enough",
        )
    elif not environ.get("AML_MODEL_DC_STORAGE") or not isinstance(
        settings.csv_storage, ConnectionString
    ):
        yield fail(
            "original",
            "writes no CSV: AML_MODEL_DC_STORAGE is not a connection string",
            "AML_MODEL_DC_STORAGE must be the connection string of a storage account",
        )
    else:
        yield ok("original", "writes the CSV, whatever MDC_BRIDGE_MODE says; that decides on JSONL")
