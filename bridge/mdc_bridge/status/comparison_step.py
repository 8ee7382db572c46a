"""Step 5: the last comparison that was saved, and whether data came after it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from mdc_core.errors import SettingsError, StoreError

from ..collected.period import Period, folder_bounds
from ..moments import utc_text
from ..texts import counted, read_text
from .holdings import Holdings
from .services import WebService
from .steps import State, Step


class Saved(NamedTuple):
    """What `compare --json` has printed into a file.

    Attributes:
        path: of the file.
        made: when, as ISO 8601; of older releases, when the file was written.
        made_us: the same in microseconds since the epoch.
        content: the whole of it.
    """

    path: str
    made: str
    made_us: int
    content: Mapping[str, Any]


def comparison_step(service: WebService, held: Holdings) -> Step:
    """Return step 5.

    Raises:
        StoreError: a file is not there, or holds no comparison.
    """
    if not service.comparisons:
        return Step(5, State.LEFT, "not compared: mdc-bridge compare --json > compare.json")
    last = max(map(_read, service.comparisons), key=lambda each: each.made_us)
    content = last.content
    newest_us, newest = _newest(held)
    is_old = _end(last) < newest_us
    found = {
        "file": os.path.basename(last.path),
        "made": last.made,
        "differences": content["differences"],
        "unreadable": content["unreadable"],
        "is_empty": content["is_empty"],
        "is_old": is_old,
    }
    day = last.made[:10]
    if content["unreadable"]:
        text = f"{day}: {content['unreadable']:,} could not be read"
        return Step(5, State.LEFT, text, found)
    if content["is_empty"]:
        return Step(5, State.LEFT, f"{day}: no rows were compared", found)
    rows = content["total"]["left"]
    text = f"{day}: {counted(content['differences'], 'difference')} in {counted(rows, 'CSV row')}"
    if is_old:
        text += f"; compare again, data are of {newest}"
    is_done = not (content["differences"] or is_old)
    return Step(5, State.DONE if is_done else State.LEFT, text, found)


def _read(path: str) -> Saved:
    name = os.path.basename(path)
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{name} is not JSON: {error}") from error
    if not _is_comparison(content):
        raise StoreError(f"{name} is not a comparison; valid: what compare --json printed")
    made = content.get("made")
    if made is None:
        written = os.stat(path).st_mtime
        made = utc_text(datetime.fromtimestamp(int(written), timezone.utc))
    try:
        made_us = Period.of(made, None).since_us or 0
    except SettingsError:
        raise StoreError(f"{name}: made is {made!r}; valid: as compare --json printed it") from None
    return Saved(path, made, made_us, content)


def _is_comparison(content: Any) -> bool:
    types = {"differences": int, "unreadable": int, "is_empty": bool, "total": dict}
    return (
        isinstance(content, dict)
        and all(isinstance(content.get(name), each) for name, each in types.items())
        and isinstance(content["total"].get("left"), int)
    )


def _end(saved: Saved) -> int:
    """Return the moment up to which was compared, in microseconds since the epoch."""
    try:
        until_us = Period.of(None, saved.content.get("until")).until_us
    except SettingsError:
        until_us = None
    return min(saved.made_us, until_us or saved.made_us)


def _newest(held: Holdings) -> tuple[int, str]:
    """Return when the newest folder begins that both formats may have, and its name.

    After the CSV has ended, what is collected has no other side, and makes no comparison old.
    """
    common = set(held.common_days)
    names = [file.rolled for file in held.live if file.rolled[:10] in common]
    bounds = ((folder_bounds(name), name) for name in (*held.csv_days[-1:], *names))
    begin, name = max(((each[0], name) for each, name in bounds if each), default=(0, ""))
    parts = name.split("/")
    return begin, "-".join(parts[:3]) + (f"T{parts[3]}" if len(parts) > 3 else "")
