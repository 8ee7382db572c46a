"""What a call left, in the form in which it is compared with what the original left.

Uuids, timestamps and the date folder are normalised. The original's `aml_telemetry.csv` is left
out on purpose; nobody reads it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict

import mdc_core

GOLDEN: Dict[str, Any] = json.loads(
    (Path(__file__).parent / "legacy-golden.json").read_text(encoding="utf-8")
)
_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"), "TIME"),
    (re.compile(r"/20\d\d/\d\d/\d\d/"), "/DAY/"),
)


def collected_to(archive: Any) -> Dict[str, str]:
    """Return the settings with which a case collects to a folder."""
    return {
        "AML_MODEL_DC_STORAGE_ENABLED": "true",
        "AML_MODEL_DC_STORAGE": str(archive),
        "MDC_LEGACY_FILE_NAME": "designation",
    }


def outcome_of(returned: Any, printed: str, archive: Path) -> Dict[str, Any]:
    """Return blobs by path, the returned value as JSON, and what was printed."""
    assert mdc_core.shutdown()
    blobs = {
        path.relative_to(archive).as_posix(): path.read_bytes().decode()
        for path in archive.rglob("*")
        if path.is_file() and ".mdc-bridge" not in path.parts
    }
    return _outcome(blobs, returned, printed)


def golden_outcome(golden: Dict[str, Any]) -> Dict[str, Any]:
    """Return the same of the original."""
    blobs = {
        path: content
        for path, content in golden["blobs"].items()
        if not path.endswith("/aml_telemetry.csv")
    }
    return _outcome(blobs, golden["result"]["ret"], golden["result"]["stdout"])


def _outcome(blobs: Dict[str, str], returned: Any, printed: str) -> Dict[str, Any]:
    return {
        "blobs": {_normalised(path): _normalised(content) for path, content in blobs.items()},
        "returned": _normalised(json.dumps(returned, sort_keys=True)),
        "printed": printed,
    }


def _normalised(text: str) -> str:
    for pattern, name in _VOLATILE:
        text = pattern.sub(name, text)
    return text
