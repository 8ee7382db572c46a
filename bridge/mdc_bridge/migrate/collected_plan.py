"""A plan that knows under which names rows of its datasets were collected, and that some were."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from .collected_names import CollectedNames
from .plan import DatasetKey, DatasetPlan, Plan, Target
from .units import Unit


def with_collected_names(plan: Plan, names: CollectedNames, collected: Collection[Target]) -> Plan:
    """Return a plan whose datasets have the names under which their rows were collected.

    Args:
        plan: with the names that its files give.
        names: that were found to be theirs.
        collected: all that were found.
    """
    return replace(
        plan,
        datasets=tuple(
            _named(dataset, names.targets.get(dataset.source, []), collected)
            for dataset in plan.datasets
        ),
    )


def _named(dataset: DatasetPlan, found: list[Target], collected: Collection[Target]) -> DatasetPlan:
    if not found:
        return dataset
    names = ", ".join(map("/".join, found))
    own = "/".join(dataset.target)
    if len(found) > 1 or dataset.target in collected:
        decision = f"endpoint, deployment, collection: {own}; rows were collected as {names} too"
        return replace(dataset, decide=(decision, *dataset.decide))
    endpoint, deployment, collection = found[0]
    decision = (
        f"endpoint, deployment, collection: those of {names}, as which rows were collected; its "
        f"files say {own}"
    )
    return replace(
        dataset,
        endpoint=endpoint,
        deployment=deployment,
        collection=collection,
        decide=(decision, *dataset.decide),
    )


def with_collected_found(plan: Plan, units: Iterable[Unit], names: CollectedNames) -> Plan:
    """Return a plan that says in `found` of how many folders rows may be collected already.

    Args:
        plan: the plan.
        units: see `with_existing`.
        names: files of no dataset are listed under `decide` of each.
    """
    folders: dict[DatasetKey, int] = {}
    for unit in units:
        folders[unit.dataset.source] = folders.get(unit.dataset.source, 0) + bool(unit.existing)
    unknown = tuple(
        f"endpoint, deployment, collection: lines were collected as {'/'.join(target)} in the time "
        "of the archive, and none of their rows was found in it; if they are rows of this dataset, "
        "give it these names"
        for target in names.unknown
    )
    return replace(
        plan,
        datasets=tuple(
            replace(
                dataset,
                decide=(*unknown_of(dataset, unknown, names), *dataset.decide),
                found={**dataset.found, "folders_collected": folders.get(dataset.source, 0)},
            )
            for dataset in plan.datasets
        ),
    )


def unknown_of(
    dataset: DatasetPlan, unknown: tuple[str, ...], names: CollectedNames
) -> Iterable[str]:
    """Return what to say of a dataset that has the collection of lines of no dataset."""
    return (
        text
        for text, target in zip(unknown, names.unknown)
        if target[2] == dataset.collection and target != dataset.target
    )
