"""The names under which rows of a dataset were collected, where settings had chosen others.

`MDC_ENDPOINT`, `MDC_DEPLOYMENT` and `MDC_COLLECTIONS` stand in no CSV file. So lines of collections
that are of no dataset by their names are looked up in the CSV of their time: by correlation id and
content, or by content alone where rows carry no id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Optional

from mdc_core.errors import UnreadableFileError

from ..archive.chunks import read_chunks
from ..archive.contents import open_content
from ..archive.places import ArchiveFile
from ..collected.lines import lines_of_file
from ..collected.period import ALWAYS
from ..collected.problems import Problems
from ..equality.rows import RowKey, key_of_cells
from ..equality.values import loads
from .collected_files import Collected
from .correlation_cells import inner_json
from .dataset_key import DatasetKey
from .plan import Plan, StreamNames
from .row_batches import BatchReader, RowBatch
from .units import Trees, Unit, by_dataset, units_of
from .waiting_rows import WaitingRows, cells_of

_LINES = 20


@dataclass
class CollectedNames:
    """Where rows of datasets were collected.

    Attributes:
        targets: by dataset, those that are not the plan's.
        unknown: those of the archive's time of which no dataset has a row.
    """

    targets: dict[DatasetKey, list[StreamNames]] = field(default_factory=dict)
    unknown: list[StreamNames] = field(default_factory=list)


class _Sample:
    """Some lines of a collection, each row of which a dataset may take once.

    Attributes:
        target: the collection.
        times: of its lines, in microseconds since the epoch.
        by_id: its rows.
        rows: all of them.
        size: their number.
    """

    def __init__(self, target: StreamNames, files: Sequence[Collected], trees: Trees) -> None:
        self.target = target
        self.times: list[int] = []
        self.by_id: dict[bytes, WaitingRows] = defaultdict(WaitingRows)
        self.rows = WaitingRows()
        self.size = 0
        for at in sorted({0, len(files) // 2, len(files) - 1} if files else ()):
            file = files[at]
            lines = lines_of_file(trees[file.tree], file.file, ALWAYS, Problems(), loads)
            for line in islice(lines, _LINES):
                self.times.append(file.begin_us if line.time_us is None else line.time_us)
                self.by_id[inner_json(line.correlation_id.encode())].add(line.rows)
                self.rows.add(line.rows)
                self.size += len(line.rows)

    def has_time_of(self, unit: Unit) -> bool:
        """Return whether rows of a unit may be among them."""
        begin, end = unit.bounds
        return any(begin <= time < end for time in self.times)


@dataclass
class _Score:
    """How many rows of a dataset are in a sample: by id, and by content alone."""

    size: int
    by_id: int = 0
    by_content: int = 0


def collected_names(
    plan: Plan,
    files: Iterable[ArchiveFile],
    collected: Mapping[StreamNames, Sequence[Collected]],
    trees: Trees,
) -> CollectedNames:
    """Return where rows of datasets were collected under other names than the plan's.

    Args:
        plan: complete.
        files: of the archive.
        collected: see `collected_files`.
        trees: the archive, and in which the collected files are.

    Raises:
        StoreError: when one of them cannot be read.
    """
    found = CollectedNames()
    others = sorted(collected.keys() - {dataset.target for dataset in plan.datasets})
    if not others:
        return found
    units = by_dataset(units_of(plan, files)[0])
    collections = {dataset.collection for dataset in plan.datasets}
    scores: dict[StreamNames, dict[DatasetKey, _Score]] = {target: {} for target in others}
    for dataset in plan.datasets:
        if dataset.skip:
            continue
        known = units.get(dataset.source, ())
        # Each dataset takes from samples of its own.
        samples = [
            _Sample(target, _of_time(collected[target], known), trees)
            for target in others
            # Inputs and outputs share their ids.
            if target[2] == dataset.collection or target[2] not in collections
        ]
        for target, score in _scores(samples, known, trees).items():
            scores[target][dataset.source] = score
    for target, of_target in scores.items():
        for key, score in of_target.items():
            if score.by_id:
                found.targets.setdefault(key, []).append(target)
    by_id = {key: list(targets) for key, targets in found.targets.items()}
    for target, of_target in scores.items():
        if not any(score.by_id for score in of_target.values()):
            likely = _by_content(target, of_target, plan, by_id)
            if likely is not None:
                found.targets.setdefault(likely, []).append(target)
            elif of_target:
                found.unknown.append(target)
    return found


def _of_time(files: Sequence[Collected], units: Sequence[Unit]) -> list[Collected]:
    bounds = [unit.bounds for unit in units]
    return [file for file in files if any(file.may_have(*each) for each in bounds)]


def _by_content(
    target: StreamNames,
    scores: Mapping[DatasetKey, _Score],
    plan: Plan,
    by_id: Mapping[DatasetKey, Sequence[StreamNames]],
) -> Optional[DatasetKey]:
    """Return the one dataset whose rows make up most of a sample that has no ids of any.

    Predictions such as 0 and 1 are alike everywhere. So only datasets come into question that have
    the endpoint and deployment, or beside which a dataset of the same model has them by its ids.
    """
    likely = []
    for key, score in scores.items():
        dataset = plan.of(key)
        assert dataset is not None  # of which else it would have no score
        deployments = {dataset.target[:2]}
        of_model = replace(key, designation="", collection_name="")
        for other, targets in by_id.items():
            if replace(other, designation="", collection_name="") == of_model:
                deployments.update(each[:2] for each in targets)
        if target[:2] in deployments and 2 * score.by_content > score.size:
            likely.append(key)
    return likely[0] if len(likely) == 1 else None


def _scores(
    samples: Iterable[_Sample], units: Sequence[Unit], trees: Trees
) -> dict[StreamNames, _Score]:
    """Return how many rows of a dataset are in samples of its time."""
    scores: dict[StreamNames, _Score] = {}
    due: dict[str, Unit] = {}
    by_id: dict[bytes, list[_Sample]] = defaultdict(list)
    by_key: dict[RowKey, list[_Sample]] = defaultdict(list)
    for sample in samples:
        of_time = {unit.id: unit for unit in units if sample.has_time_of(unit)}
        if not of_time:
            continue
        scores[sample.target] = _Score(sample.size)
        due.update(of_time)
        for identifier in sample.by_id:
            by_id[identifier].append(sample)
        for key in sample.rows.row_keys():
            by_key[key].append(sample)
    for unit in due.values():
        for prefix, batch in _batches(unit, trees):
            for at, identifier in enumerate(batch.ids):
                has_id = not identifier.startswith(prefix)
                if at in batch.rejects or (has_id and identifier not in by_id):
                    continue
                row = cells_of(batch.rows[at])
                if has_id:
                    for sample in by_id[identifier]:
                        scores[sample.target].by_id += sample.by_id[identifier].take(row)
                else:
                    for sample in by_key.get(key_of_cells(row.cells), ()):
                        scores[sample.target].by_content += sample.rows.take(row)
    return scores


def _batches(unit: Unit, trees: Trees) -> Iterator[tuple[bytes, RowBatch]]:
    """Yield the rows of a unit, each with what ids of rows without one begin with."""
    for file in unit.files:
        batches = BatchReader(unit.dataset, file)
        try:
            with open_content(trees.archive, file.info.path, unit.dataset.encoding) as content:
                for chunk in read_chunks(content):
                    yield batches.correlation_prefix, batches.read(chunk)
        except UnreadableFileError:  # which the migration tells
            continue
