"""What a script collected, in a form that is equal when the data and their pairing are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

SCRIPTS = Path(__file__).parent / "scripts"


class Collected(NamedTuple):
    """The lines below a folder.

    Attributes:
        data: for each collection the data of its lines, as JSON text: 1 is not 1.0.
        shared: which lines have one correlation id, by collection and position.
        ids: for each collection the correlation ids.
    """

    data: dict[str, list[str]]
    shared: list[list[tuple[str, int]]]
    ids: dict[str, list[str]]


def collected(folder: Path) -> Collected:
    """Return what one process has collected to a folder, in its order."""
    lines: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        collection = path.relative_to(folder).parts[3]
        lines.setdefault(collection, []).extend(map(json.loads, path.read_text().splitlines()))
    shared: dict[str, list[tuple[str, int]]] = {}
    for collection in sorted(lines):
        for position, line in enumerate(lines[collection]):
            shared.setdefault(line["correlationid"], []).append((collection, position))
    return Collected(
        {name: [json.dumps(line["data"]) for line in found] for name, found in lines.items()},
        sorted(shared.values()),
        {name: [line["correlationid"] for line in found] for name, found in lines.items()},
    )
