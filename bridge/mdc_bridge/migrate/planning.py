"""A plan made from an archive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, replace
from itertools import islice
from typing import Optional

from mdc_core.errors import MissingFileError, UnreadableFileError

from ..archive.contents import Content, open_content
from ..archive.copies import list_archive
from ..archive.json_types import widened
from ..archive.places import ArchiveFile, LeftOut
from ..files import Files
from ..progress import Progress, silent
from ..texts import counted
from .collected_files import collected_files
from .collected_names import collected_names
from .collected_plan import with_collected_found, with_collected_names
from .existing import with_existing
from .forecast import forecast
from .plan import DatasetKey, DatasetPlan, Plan, Target
from .survey import DatasetSurvey
from .trial import tried
from .units import Unit, units_of

DEFAULT_SAMPLE_BYTES = 64 * 1024 * 1024
_LEAST_OF_FILE = 256 * 1024
_OPENED_AHEAD = 8


def make_plan(
    source: Files,
    sample: Optional[int] = DEFAULT_SAMPLE_BYTES,
    progress: Progress = silent,
    price: Optional[float] = None,
    destination: Optional[Files] = None,
) -> Plan:
    """Return the plan for an archive.

    Args:
        source: the archive.
        sample: bytes to read of each dataset, spread over its files; None for all.
        progress: called with the bytes read and the bytes to read.
        price: of 10,000 requests, for a forecast of what the migration does; None for none.
        destination: where collected JSONL is looked for, beside the archive; None for only there.

    Raises:
        StoreError: when the archive cannot be read.
    """
    datasets: dict[DatasetKey, list[ArchiveFile]] = {}
    found, left_out = archive_files(source)
    for file in found:
        datasets.setdefault(DatasetKey.of_file(file), []).append(file)
    shares = {key: _share(files, sample) for key, files in datasets.items()}
    total = sum(
        min(file.info.size, shares[key]) for key, files in datasets.items() for file in files
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
    trees = (destination or source, source)
    collected, unreadable = collected_files(trees)
    made = Plan(tuple(_with_shared_types(plans)), (*left_out, *unreadable))
    names = collected_names(made.completed(), found, collected, source, trees)
    made = with_collected_names(made, names, collected)
    made = replace(made, datasets=tuple(_with_shared_types(made.datasets)))
    made = replace(made, datasets=tuple(_with_shared_folders(made)))
    units = with_existing(units_of(made.completed(), found)[0], collected, names.targets)
    made = with_collected_found(made, units, names)
    if price is not None:
        made = replace(made, datasets=tuple(_with_forecasts(made, units, source, trees, price)))
    return made


def archive_files(source: Files) -> tuple[list[ArchiveFile], list[LeftOut]]:
    """Return the files of an archive, and what looks like one of them and is left out.

    Raises:
        MissingFileError: when there is no CSV file at all.
        StoreError: when the archive cannot be read.
    """
    known, left_out = list_archive(source)
    if not known and not left_out:
        raise MissingFileError(f"no CSV file of the old SDK in {source}")
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


def _with_forecasts(
    plan: Plan, units: Iterable[Unit], source: Files, trees: Sequence[Files], price: float
) -> Iterator[DatasetPlan]:
    """Yield the plans of datasets, which say what the migration will do."""
    of_datasets: dict[DatasetKey, list[Unit]] = {}
    for unit in units:
        of_datasets.setdefault(unit.dataset.source, []).append(unit)
    for dataset in plan.datasets:
        known = of_datasets.get(dataset.source, [])
        trial = tried(known, source, trees)
        said = forecast(dataset, known, trial, price)
        rejected = (
            f"{counted(rows, 'row')} of those that were tried would be rejected: {reason}"
            for reason, rows in trial.reasons.items()
            if not any(reason in decision for decision in dataset.decide)
        )
        decide = (*dataset.decide, *rejected)
        yield replace(dataset, decide=decide, found={**dataset.found, **said})


def _with_shared_folders(plan: Plan) -> Iterator[DatasetPlan]:
    """Yield the plans of datasets, which say with which others they would share a folder."""
    others = {
        dataset.source: [other.full_name for other in datasets if other is not dataset]
        for datasets in plan.sharing()
        for dataset in datasets
    }
    for dataset in plan.datasets:
        names = others.get(dataset.source)
        if names is None:
            yield dataset
            continue
        decision = (
            f"collection: {', '.join(names)} would become lines in the same folder; give one of "
            "them another endpoint, deployment or collection, or skip: true, or all merge: true"
        )
        yield replace(dataset, decide=(decision, *dataset.decide))


def _with_shared_types(plans: Sequence[DatasetPlan]) -> list[DatasetPlan]:
    """Return plans in which datasets that go to one collection agree on its columns' types."""
    shared: dict[Target, dict[str, str]] = {}
    for plan in plans:
        types = shared.setdefault(plan.target, {})
        for name, kind in plan.columns.items():
            types[name] = widened(types.get(name), kind) or kind
    return [
        replace(plan, columns={name: shared[plan.target][name] for name in plan.columns})
        for plan in plans
    ]
