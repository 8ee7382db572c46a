"""One run of a comparison: files read, ids matched, then days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from ..collected.partitions import parts_for
from ..collected.problems import Problems
from ..progress import Progress
from .by_id import Known
from .csv_side import CsvSide
from .engines import Local, Spark
from .jsonl_side import JsonlSide
from .naming import DeploymentKey, naming_hint
from .outputs import OutputsCheck
from .packed import Numbers, Shapes
from .reading import ReadTask, divided
from .report import Dataset, Report, Side
from .rows import Numbered
from .sides import Found, Sides
from .tally import DatasetTally


def run_comparison(sides: Sides, jobs: Optional[int], on_spark: bool, progress: Progress) -> Report:
    """Return what was found.

    Args:
        sides: what is compared.
        jobs: processes; None for one on each core, where there is enough to read.
        on_spark: whether Spark's executors do it.
        progress: called with bytes done and in all.

    Raises:
        StoreError: see `compare`.
        SettingsError: likewise.
    """
    # These find the files; others read them.
    csv = CsvSide(sides, Numbered(), Shapes())
    jsonl = JsonlSide(sides, Numbered(), Shapes())
    csv_files = csv.find()
    jsonl_files = jsonl.find(csv.targets)
    left_sizes = [file.size for file in csv_files]
    right_sizes = [file.info.size for file in jsonl_files]
    total = sum(left_sizes) + sum(right_sizes)
    parts = parts_for(total)
    streams, shapes = Numbered(), Shapes()
    with (
        Spark(total, len(csv_files) + len(jsonl_files))
        if on_spark
        else Local(jobs, total) as engine
    ):
        slices = zip(divided(left_sizes, engine.readers), divided(right_sizes, engine.readers))
        tasks = [
            ReadTask(
                index,
                sides,
                engine.folder,
                csv_files[ours.start : ours.stop],
                ours.start,
                jsonl_files[theirs.start : theirs.stop],
                theirs.start,
                parts,
            )
            for index, (ours, theirs) in enumerate(slices)
        ]
        read = engine.read(tasks, lambda done: progress(done, total))
        loose: set[int] = set()
        numbers = []
        for each in read:
            # What the readers found gets numbers in all.
            numbered = list(map(streams.number, each.streams.items))
            numbers.append(Numbers(numbered, *shapes.merge(each.shapes)))
            loose.update(numbered[stream] for stream in each.loose)
            csv.found.merge(each.csv)
            jsonl.found.merge(each.jsonl)
        known = Known(
            streams,
            shapes,
            Numbered(file.archived.info.path for file in csv_files),
            Numbered(file.info.path for file in jsonl_files),
            frozenset(loose),
            numbers,
        )
        outputs = OutputsCheck(streams, sides.naming)
        tally = known.tally()
        for matched in engine.matched(sides, known, parts):
            tally.merge(matched.datasets)
            if matched.outputs is not None:
                outputs.merge(matched.outputs)
    datasets = _datasets(tally, outputs, streams, csv.found, jsonl.found)
    return Report(
        _side(sides.left.open(), len(csv_files), csv.found.problems),
        _side(sides.right.open(), len(jsonl_files), jsonl.found.problems),
        sampled=sides.sampled,
        sampled_out=csv.found.sampled_out,
        datasets=datasets,
        # A plan names everything itself, so there are no options to give.
        hint="" if sides.naming.plan else _hint(datasets, jsonl.deployments),
    )


def _datasets(
    tally: DatasetTally, outputs: OutputsCheck, streams: Numbered, csv: Found, jsonl: Found
) -> list[Dataset]:
    """Return all datasets, also those of which nothing could be read."""
    for stream, folders in csv.folders.items():
        tally.dataset(streams.number(stream)).folders = sorted(folders)
    for stream, count in csv.unreadable.items():
        tally.dataset(streams.number(stream)).unreadable_left += count
    for names, count in jsonl.unreadable.items():
        if count:
            tally.dataset_of(names).unreadable_right += count
    for number, found in outputs.found().items():
        if number in tally.datasets:
            tally.datasets[number].without_outputs = found
    return sorted(
        tally.datasets.values(),
        key=lambda each: (each.endpoint, each.deployment, each.version, each.collection),
    )


def _hint(datasets: Iterable[Dataset], deployments: set[DeploymentKey]) -> str:
    becomes, left, right = set(), set(), set()
    for each in datasets:
        deployment = (each.endpoint, each.deployment)
        total = each.total
        if each.folders:
            becomes.add(deployment)
        if total.left and not total.right:
            left.add(deployment)
        if total.right and not total.left:
            right.add(deployment)
    return naming_hint(becomes, deployments) or naming_hint(left, right)


def _side(place: object, files: int, problems: Problems) -> Side:
    not_read = (*problems.left_out_samples, *problems.copy_samples)
    return Side(
        place=str(place),
        files=files,
        unreadable=problems.unreadable,
        torn=problems.torn,
        problems=[
            *map(str, problems.samples),
            *(f"{path}: the last row has no end" for path in problems.torn_paths),
        ],
        left_out=problems.left_out,
        copies=problems.copies,
        not_read=list(map(str, not_read)),
    )
