"""A plan made from an archive."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, replace
from itertools import islice
from typing import Optional

from mdc_core.errors import MissingFileError, SettingsError, UnreadableFileError
from mdc_core.layouts import CSV_ROOT

from ..archive.contents import Content, open_content
from ..archive.copies import list_archive
from ..archive.json_types import widened
from ..archive.places import ArchiveFile, LeftOut
from ..arguments import AnyPath
from ..files import Files
from ..files.location import Location
from ..progress import Progress, silent
from .collected_files import collected_files
from .collected_names import CollectedNames, collected_names
from .dataset_key import DatasetKey
from .forecast import DEFAULT_PRICE, with_forecasts
from .plan import DatasetPlan, Plan, StreamNames
from .survey import DatasetSurvey
from .units import Trees, Unit, by_dataset, units_of, with_existing

DEFAULT_SAMPLE_BYTES = 64 * 1024 * 1024
_LEAST_OF_FILE = 256 * 1024
_OPENED_AHEAD = 8


def plan(
    source: AnyPath,
    *,
    source_container: str = CSV_ROOT,
    sample: Optional[int] = DEFAULT_SAMPLE_BYTES,
    price: float = DEFAULT_PRICE,
    destination: Optional[AnyPath] = None,
    container: str = CSV_ROOT,
    progress: Progress = silent,
) -> Plan:
    """Return the plan for the migration of an archive of the old SDK's CSV files.

    Args:
        source: a folder, `file://` URL, connection string or account URL.
        source_container: of the archive, in a storage account.
        sample: bytes to read of each dataset, spread over its files; None for all.
        price: of 10,000 requests to a storage account, in any currency, for the forecast.
        destination: where collected JSONL is looked for, beside the archive; None for only there.
        container: of the destination, in a storage account.
        progress: called with the bytes read and the bytes to read.

    Returns:
        the plan; what the migration would do is in `found` of each dataset.

    Raises:
        SettingsError: when `source` is none of these, or the price below zero.
        StoreError: when it cannot be read.
    """
    if not 0 <= price < float("inf"):
        raise SettingsError(f"price is {price}; valid: a number from 0 up")
    archive = Location.of(source, "SOURCE", source_container).open()
    trees = Trees(archive, archive)
    if destination is not None:
        trees = Trees(Location.of(destination, "DESTINATION", container).open(), archive)
    return make_plan(trees, sample, progress, price)


def make_plan(
    trees: Trees, sample: Optional[int], progress: Progress, price: Optional[float] = None
) -> Plan:
    """Return the plan for an archive; see `plan`.

    Args:
        trees: the archive, and where collected JSONL is looked for beside it.
        sample: bytes to read of each dataset, spread over its files; None for all.
        progress: called with the bytes read and the bytes to read.
        price: of 10,000 requests, for a forecast of what the migration does; None for none.

    Raises:
        StoreError: when the archive cannot be read.
    """
    files, left_out = archive_files(trees.archive)
    surveyed = _surveyed(trees.archive, files, left_out, sample, progress)
    collected, unreadable = collected_files(trees)
    draft = Plan(tuple(_with_shared_types(surveyed)), (*left_out, *unreadable))
    names = collected_names(draft.completed(), files, collected, trees)
    datasets = _with_shared_types(list(_with_collected_names(draft.datasets, names, collected)))
    draft = replace(draft, datasets=tuple(datasets))
    draft = replace(draft, datasets=tuple(_with_shared_folders(draft)))
    units = with_existing(units_of(draft.completed(), files)[0], collected, names.targets)
    changed = _with_collected_found(draft.datasets, units, names)
    if price is not None:
        changed = with_forecasts(changed, units, trees, price)
    return replace(draft, datasets=tuple(changed))


def _surveyed(
    source: Files,
    files: Iterable[ArchiveFile],
    left_out: list[LeftOut],
    sample: Optional[int],
    progress: Progress,
) -> list[DatasetPlan]:
    """Return what the files of each dataset say, and add those that are not readable."""
    datasets: dict[DatasetKey, list[ArchiveFile]] = {}
    for file in files:
        datasets.setdefault(DatasetKey.of_file(file), []).append(file)
    shares = {key: _share(members, sample) for key, members in datasets.items()}
    total = sum(
        min(file.info.size, shares[key]) for key, members in datasets.items() for file in members
    )
    plans, done = [], 0
    keys = sorted(datasets, key=astuple)
    opened = _opened(source, [file for key in keys for file in datasets[key]])
    for key in keys:
        survey = DatasetSurvey(key)
        for file, opening in islice(opened, len(datasets[key])):
            try:
                with opening.result() as content:
                    survey.add(file, content, shares[key])
            except UnreadableFileError as error:
                survey.add_unreadable(file)
                left_out.append(LeftOut(file.info.path, str(error), is_unreadable=True))
            done += min(file.info.size, shares[key])
            progress(done, total)
        plans.append(survey.plan())
    return plans


def archive_files(source: Files) -> tuple[list[ArchiveFile], list[LeftOut]]:
    """Return the files of an archive, and what looks like one of them and is left out.

    Raises:
        MissingFileError: when there is no CSV file at all.
        StoreError: when the archive cannot be read.
    """
    known, left_out = list_archive(source)
    if not known and not left_out:
        raise MissingFileError(
            f"no CSV file of the old SDK in {source}; valid: the folder modeldata, or the folder "
            "or container that holds it"
        )
    return known, left_out


def _opened(
    source: Files, files: Iterable[ArchiveFile]
) -> Iterator[tuple[ArchiveFile, Future[Content]]]:
    """Yield files and their contents, to be closed by the caller; some are opened ahead.

    An account takes its time to answer, and an archive is thousands of small files.
    """
    ahead: deque[tuple[ArchiveFile, Future[Content]]] = deque()
    left = iter(files)
    with ThreadPoolExecutor(_OPENED_AHEAD) as pool:
        try:
            while True:
                for file in islice(left, _OPENED_AHEAD - len(ahead)):
                    ahead.append((file, pool.submit(open_content, source, file.info.path)))
                if not ahead:
                    return
                yield ahead.popleft()
        finally:
            for _, opening in ahead:
                if opening.exception() is None:
                    opening.result().close()


def _share(files: list[ArchiveFile], sample: Optional[int]) -> int:
    """Return how many bytes to read of each file."""
    if sample is None:
        return max(file.info.size for file in files) + 1
    return max(sample // len(files), _LEAST_OF_FILE)


def _with_collected_names(
    datasets: Iterable[DatasetPlan], names: CollectedNames, collected: Collection[StreamNames]
) -> Iterator[DatasetPlan]:
    """Yield datasets with the names under which their rows were collected, as far as known."""
    for dataset in datasets:
        targets = names.targets.get(dataset.source, ())
        listed, own = ", ".join(map("/".join, targets)), "/".join(dataset.target)
        if len(targets) > 1 or (targets and dataset.target in collected):
            yield dataset.deciding(
                f"endpoint, deployment, collection: {own}; rows were collected as {listed} too"
            )
        elif targets:
            endpoint, deployment, collection = targets[0]
            decided = dataset.deciding(
                f"endpoint, deployment, collection: those of {listed}, as which rows were "
                f"collected; its files say {own}"
            )
            yield replace(decided, endpoint=endpoint, deployment=deployment, collection=collection)
        else:
            yield dataset


def _with_collected_found(
    datasets: Iterable[DatasetPlan], units: Iterable[Unit], names: CollectedNames
) -> Iterator[DatasetPlan]:
    """Yield datasets that say of how many folders rows may be collected already.

    Lines of no dataset are listed under `decide` of each that has their collection.
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


def _with_shared_folders(plan: Plan) -> Iterator[DatasetPlan]:
    """Yield the plans of datasets, which say with which others they would share a folder."""
    others = {
        dataset.source: [other.full_name for other in datasets if other is not dataset]
        for datasets in plan.sharing()
        for dataset in datasets
    }
    for dataset in plan.datasets:
        names = others.get(dataset.source)
        if names is not None:
            dataset = dataset.deciding(
                f"collection: {', '.join(names)} would become lines in the same folder; give one "
                "of them another endpoint, deployment or collection, or skip: true, or all "
                "merge: true"
            )
        yield dataset


def _with_shared_types(plans: Sequence[DatasetPlan]) -> list[DatasetPlan]:
    """Return plans in which datasets that go to one collection agree on its columns' types."""
    shared: dict[StreamNames, dict[str, str]] = {}
    for plan in plans:
        types = shared.setdefault(plan.target, {})
        for name, kind in plan.columns.items():
            types[name] = widened(types.get(name), kind) or kind
    return [
        replace(plan, columns={name: shared[plan.target][name] for name in plan.columns})
        for plan in plans
    ]
