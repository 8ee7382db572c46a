"""What of the old SDK the bridge provides."""

from __future__ import annotations

from ..scripts.facts import Facts, Import
from ..scripts.old_names import OLD_MODULES, OLD_PARAMETER
from ..scripts.tables import COLLECTOR_CLASSES
from ..scripts.values import Construction, Kind

_ROOTS = ("azureml.monitoring", "azureml.datacollector")
_NEW_ROOTS = ("azureml.ai.monitoring", "azure.ai.monitoring")


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


def contradicts(made: Construction) -> bool:
    """Return whether `identifier` and `designation` name two folders."""
    old = made.arguments.get(OLD_PARAMETER)
    new = made.arguments.get("designation")
    if old is None or new is None or old.kind is Kind.NONE:
        return False
    return old.is_constant and new.is_constant and new.constant not in ("default", old.constant)


def renamed(made: Construction) -> str:
    """Return the designation to be given in place of `identifier`."""
    name = made.designation
    return "designation=" if name is None else f'designation="{name}"'
