"""Datasets that know under which names their rows were collected, and that some were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from .collected_names import CollectedNames
from .plan import DatasetPlan, Target
from .units import Unit, by_dataset


def with_collected_names(
    datasets: Iterable[DatasetPlan], names: CollectedNames, collected: Collection[Target]
) -> Iterator[DatasetPlan]:
    """Yield datasets with the names under which their rows were collected.

    Args:
        datasets: with the names that their files give.
        names: that were found to be theirs.
        collected: all that were found.
    """
    for dataset in datasets:
        targets = names.targets.get(dataset.source)
        if not targets:
            yield dataset
            continue
        listed = ", ".join(map("/".join, targets))
        own = "/".join(dataset.target)
        if len(targets) > 1 or dataset.target in collected:
            yield dataset.deciding(
                f"endpoint, deployment, collection: {own}; rows were collected as {listed} too"
            )
            continue
        endpoint, deployment, collection = targets[0]
        decided = dataset.deciding(
            f"endpoint, deployment, collection: those of {listed}, as which rows were collected; "
            f"its files say {own}"
        )
        yield replace(decided, endpoint=endpoint, deployment=deployment, collection=collection)


def with_collected_found(
    datasets: Iterable[DatasetPlan], units: Iterable[Unit], names: CollectedNames
) -> Iterator[DatasetPlan]:
    """Yield datasets that say in `found` of how many folders rows may be collected already.

    Args:
        datasets: of the plan.
        units: see `with_existing`.
        names: files of no dataset are listed under `decide` of each that has their collection.
    """
    known = by_dataset(units)
    for dataset in datasets:
        unknown = (
            f"endpoint, deployment, collection: lines were collected as {'/'.join(target)} in the "
            "time of the archive, and none of their rows was found in it; if they are rows of "
            "this dataset, give it these names"
            for target in names.unknown
            if target[2] == dataset.collection and target != dataset.target
        )
        folders = sum(bool(unit.existing) for unit in known.get(dataset.source, ()))
        yield replace(
            dataset.deciding(*unknown), found={**dataset.found, "folders_collected": folders}
        )
