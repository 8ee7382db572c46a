"""The collectors of a script by their models, as they are rewritten: together or not at all."""

from __future__ import annotations

from typing import Optional

import libcst as cst

from .collectors import HeldCollector, Place, held_collector, target_of
from .constructions import Construction, read_construction
from .imports import OldClass
from .results import Unsure
from .script import Script
from .shared import Shared, imported_collectors

Models = dict[str, list[HeldCollector]]


def collectors_by_model(script: Script, old: Optional[OldClass], shared: Shared) -> Models:
    """Return the collectors that a script makes or imports, by model.

    Args:
        script: the script.
        old: how it imports the old class, None where it does not.
        shared: what is known of the files beside it.

    Raises:
        Unsure: one is made or held in a way that cannot be followed.
    """
    models: Models = {}
    for held in [*_made(script, old), *imported_collectors(script, shared)]:
        models.setdefault(held.made.model, []).append(held)
    if len(models) > 1:
        for model, collectors in models.items():
            if not collectors[0].made.model_is_text:
                reason = f"{model} may be the same model as that of the other collectors"
                raise Unsure(position_of(script, collectors[0]), reason)
    return models


def position_of(script: Script, held: HeldCollector) -> int:
    """Return where a script gets a collector."""
    return script.start(held.made.call) if held.imported_at is None else held.imported_at


def _made(script: Script, old: Optional[OldClass]) -> list[HeldCollector]:
    made: dict[tuple[str, Optional[cst.CSTNode]], list[tuple[Place, Construction]]] = {}
    for reference in old.references if old else ():
        call = script.parent(reference)
        if isinstance(call, cst.Call) and call.func is reference:
            construction = read_construction(script, call)
            place = target_of(script, call)
            home = script.above(place, cst.ClassDef) if isinstance(place, cst.Attribute) else None
            made.setdefault((script.code(place), home), []).append((place, construction))
    return [
        held_collector(script, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
        for pairs in made.values()
    ]
