"""What a call left, in the form in which it is compared with what the original left.

Uuids, timestamps and the date folder are normalised. The original's `aml_telemetry.csv` is left
out on purpose; nobody reads it.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, Dict, Sequence

import mdc_core

_HERE = Path(__file__).parent
# What the original did for the cases; in the second file without what is volatile, without files
# of a header alone, and with long files as their hash.
GOLDEN: Dict[str, Any] = json.loads((_HERE / "legacy-golden.json").read_text(encoding="utf-8"))
GOLDEN_2: Dict[str, Any] = json.loads((_HERE / "legacy-golden-2.json").read_text(encoding="utf-8"))
_DAY_OF_GOLDEN = "2026/11/21"
_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"), "TIME"),
)
_LONGEST = 10_000


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
    now = datetime.now(timezone.utc)
    days = [f"{day:%Y/%m/%d}" for day in (now, now - timedelta(days=1))]
    return _outcome(blobs, returned, printed, days)


def golden_outcome(golden: Dict[str, Any]) -> Dict[str, Any]:
    """Return the same of the original."""
    blobs = {
        path: content
        for path, content in golden["blobs"].items()
        if not path.endswith("/aml_telemetry.csv")
    }
    return _outcome(blobs, golden["result"]["ret"], golden["result"]["stdout"], [_DAY_OF_GOLDEN])


def _outcome(
    blobs: Dict[str, str], returned: Any, printed: str, days: Sequence[str]
) -> Dict[str, Any]:
    # An hourly folder of that day has one more level.
    day = re.compile(rf"/(?:{'|'.join(days)})/(?:\d\d/)?")
    return {
        "blobs": {
            day.sub("/DAY/", path): _short(_normalised(content)) for path, content in blobs.items()
        },
        "returned": _normalised(json.dumps(returned, sort_keys=True)),
        "printed": _normalised(printed),
    }


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{len(text)} characters, SHA-256 {sha256(text.encode()).hexdigest()}"


def _normalised(text: str) -> str:
    for pattern, name in _VOLATILE:
        text = pattern.sub(name, text)
    return text
