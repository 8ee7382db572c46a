"""A page as a real browser shows it: measured from within, once for each size and scheme."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[2] / ".venv/browser"


@dataclass(frozen=True)
class View:
    """How a page is looked at.

    Attributes:
        width: of the window, in CSS pixels.
        scheme: `light` or `dark`.
        open: everything that can be opened is.
        picture: file for a picture of the page, empty for none.
    """

    width: int
    scheme: str
    open: bool = False
    picture: str = ""


def look(page: Path, views: Sequence[View]) -> list[dict[str, Any]]:
    """Return what a headless browser shows of a page; see `measure` in `look.mjs`.

    Raises:
        RuntimeError: the browser is not installed or does not start.
    """
    script = _FOLDER / "look.mjs"
    if not script.exists():
        raise RuntimeError(f"{script} is missing; `make .venv/browser/.done` installs it")
    arguments = [str(_FOLDER / "unpacked"), page.as_uri(), json.dumps([asdict(v) for v in views])]
    done = subprocess.run(
        ["node", str(script), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the browser could not look at {page}: {done.stderr}")
    seen: list[dict[str, Any]] = json.loads(done.stdout)["seen"]
    return seen
