"""What a script collected, in a form that is equal when the data and their pairing are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

SCRIPTS = Path(__file__).parent / "scripts"
# Scripts whose outputs the bridge leaves alone where rounds have no inputs.
IN_DOUBT = ["sometimes"]


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


def links_no_less(unchanged: Collected, rewritten: Collected) -> bool:
    """Return whether all that shared an id still does, and what joined it had an id of its own.

    Where the bridge is in doubt, outputs have ids of their own; a context leaves no doubt.
    """
    lines = {line: set(group) for group in rewritten.shared for line in group}
    groups = [set(group) for group in unchanged.shared]
    kept = all(group <= lines.get(next(iter(group)), set()) for group in groups)
    return kept and all(
        len([group for group in groups if group <= joined and len(group) > 1]) <= 1
        and len([line for line in joined if line[0] == "model_inputs"]) <= 1
        for joined in map(set, rewritten.shared)
    )


def collected(folder: Path) -> Collected:
    """Return what one process has collected to a folder, in its order."""
    lines: dict[str, list[dict[str, Any]]] = {}
    # Their names end in numbers of their own, in the order in which they were begun.
    for path in sorted(folder.rglob("*.jsonl"), key=lambda path: (path.name, path)):
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
