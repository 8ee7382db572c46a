"""The collections of a scoring script, and what else of it the container must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mdc_core.designations import DEFAULT, GENERAL, collection_of

from ..scripts.analysis import analyse
from ..scripts.sources import Source, UnreadableScript
from ..scripts.values import Construction
from ..scripts.values import Kind as ValueKind
from .remarks import Kind, Remarks

AUTOMATIC = ("model_inputs", "model_outputs")
_MOST = 5  # source: "Collect production data from models for real-time inferencing"
_NEW_COLLECTORS = ("azureml.ai.monitoring.Collector", "azure.ai.monitoring.Collector")
_KEY = "data_collector.collections"


@dataclass
class ScriptFacts:
    """What a scoring script asks of its container.

    Attributes:
        collections: by name, in the order of the script.
        needs_core: it imports `azureml.core`.
        unreadable: why it cannot be read.
    """

    collections: list[str] = field(default_factory=list)
    needs_core: bool = False
    unreadable: list[UnreadableScript] = field(default_factory=list)


def read_script_facts(
    sources: Sequence[Source], renamed: tuple[tuple[str, str], ...], remarks: Remarks
) -> ScriptFacts:
    """Return what a scoring script asks of its container.

    Args:
        sources: the script.
        renamed: designation and collection, as in `MDC_COLLECTIONS`.
        remarks: takes what cannot be seen.
    """
    facts, unreadable = analyse(sources)
    found: dict[str, None] = {}
    for construction in facts.constructions:
        name = _collection(construction, renamed)
        if name is None:
            line = construction.place.line
            text = f"the collector of line {line} of the scoring script has no constant designation"
            remarks.add(Kind.VALUE, _KEY, f"{text}; add its collection")
        else:
            found[name] = None
    for call in facts.named_calls:
        if call.name in _NEW_COLLECTORS:
            given = call.keywords.get("name")
            if given is not None and isinstance(given.constant, str):
                found[given.constant] = None
    if len(found) > _MOST:
        remarks.add(Kind.LOST, _KEY, f"{len(found)} exceed the documented limit of {_MOST}")
    core = any(each.dotted.startswith("azureml.core") for each in facts.imports)
    return ScriptFacts(list(found), core, unreadable)


def _collection(construction: Construction, renamed: tuple[tuple[str, str], ...]) -> str | None:
    designation = construction.designation
    if designation is None:
        return None
    designation = GENERAL if designation == DEFAULT else designation
    named = construction.arguments.get("collection_name")
    if named is None or named.kind is ValueKind.NONE:
        return collection_of(designation, DEFAULT, renamed)
    if not isinstance(named.constant, str):
        return None
    return collection_of(designation, named.constant, renamed)
