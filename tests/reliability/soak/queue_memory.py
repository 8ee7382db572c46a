"""Events of each kind wait while nothing can be written: the process grows as the queue says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, Tuple

from .row import Row

EVENTS = 3000
_SCRIPT = Path(__file__).parents[1] / "scripts" / "holding.py"
_SHARE = 1.5
# A heap grows in pieces.
_PIECE_BYTES = 2 * 1024 * 1024
_SECONDS = 600


def run(short: bool) -> Row:
    """Compare by kind what the process has grown by with what counts towards the bound."""
    events = 200 if short else EVENTS
    held = _held(events)
    beyond = [
        f"{name} {grown / counted:.2f}"
        for name, (grown, counted) in held.items()
        if grown > _SHARE * counted + _PIECE_BYTES / events
    ]
    ratio = sum(grown for grown, _ in held.values()) / sum(each for _, each in held.values())
    return Row(
        f"{events} events of each of {len(held)} kinds wait",
        f"the process grows by at most {_SHARE} times what is counted",
        f"{ratio:.2f} times in all; beyond it: {', '.join(beyond) or 'none'}",
        not beyond and ratio <= _SHARE,
    )


def _held(events: int) -> Dict[str, Tuple[float, float]]:
    """Return by kind the bytes of the process and of the queue for each event."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            [sys.executable, str(_SCRIPT), str(events), folder],
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            stdout=subprocess.PIPE,
            timeout=_SECONDS,
            check=False,
        )
    held: Dict[str, Tuple[float, float]] = json.loads(ended.stdout)
    return held
