"""The old SDK: what the bridge provides of it, and what its collectors' arguments choose."""

from __future__ import annotations

from typing import Optional

from mdc_core.designations import DEFAULT, GENERAL, NAMED_BY_COLLECTION

from ..scripts.facts import Facts, Import
from ..scripts.old_names import OLD_MODULES, OLD_PARAMETER
from ..scripts.tables import COLLECTOR_CLASSES
from ..scripts.values import NONE, Construction, ValueKind

_ROOTS = ("azureml.monitoring", "azureml.datacollector")
_NEW_ROOTS = ("azureml.ai.monitoring", "azure.ai.monitoring")
_FILE = ("model_name", "workspace", "webservice_name", "model_version")


def is_old_sdk(found: Import) -> bool:
    """Return whether an import is of the old SDK."""
    return any(found.dotted == root or found.dotted.startswith(f"{root}.") for root in _ROOTS)


def uses_old_sdk(facts: Facts) -> bool:
    """Return whether a program imports the old SDK, or makes collectors of it."""
    return bool(facts.constructions or facts.calls) or any(map(is_old_sdk, facts.imports))


def uses_new_sdk(facts: Facts) -> bool:
    """Return whether a program imports the new SDK, or makes collectors of it."""
    return bool(facts.modern_constructions) or any(
        found.dotted.startswith(_NEW_ROOTS) for found in facts.imports
    )


def may_collect_elsewhere(facts: Facts) -> bool:
    """Return whether collectors are used in a way that is not followed."""
    return any(each.what != "made" for each in facts.unfollowed)


def is_provided(found: Import) -> bool:
    """Return whether an import of the old SDK succeeds with the bridge."""
    if found.dotted in OLD_MODULES:
        return True
    return found.module in OLD_MODULES and found.dotted in COLLECTOR_CLASSES


def contradicts(collector: Construction) -> bool:
    """Return whether `identifier` and `designation` name two folders."""
    old = collector.arguments.get(OLD_PARAMETER)
    new = collector.arguments.get("designation")
    if old is None or new is None or old.kind is ValueKind.NONE:
        return False
    return old.is_constant and new.is_constant and new.constant not in ("default", old.constant)


def renamed(collector: Construction) -> str:
    """Return the designation to be given in place of `identifier`."""
    name = collector.designation
    return "designation=" if name is None else f'designation="{name}"'


def file_of(collector: Construction) -> Optional[tuple[str, ...]]:
    """Return what chooses file and collection; None where that cannot be seen."""
    designation = collector.designation
    if designation is None or collector.is_partial:
        return None
    designation = GENERAL if designation == DEFAULT else designation
    parts = [*_FILE, *(["collection_name"] if designation in NAMED_BY_COLLECTION else [])]
    return (designation, *(_spelled(collector, part) for part in parts))


def _spelled(collector: Construction, parameter: str) -> str:
    value = collector.arguments.get(parameter)
    if value is None or value.kind is ValueKind.NONE:
        return ""
    return repr(value.constant) if value.is_constant else collector.spellings.get(parameter, "?")


def has_constant_file(collector: Construction) -> bool:
    """Return whether all that chooses file and collection, but the designation, is a constant."""
    given = [collector.arguments.get(part, NONE) for part in (*_FILE, "collection_name")]
    return all(value.is_constant or value.kind is ValueKind.NONE for value in given)
