"""One run of a comparison: files read, ids matched, then days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from ..collected.partitions import parts_for
from ..collected.problems import Problems
from ..progress import Progress
from .by_id import Known
from .engines import Engine, Local, Spark
from .naming import Deployment, naming_hint
from .outputs import OutputsCheck
from .packed import Numbers, Shapes
from .reading import Read, ReadTask, Sides, divided
from .report import Dataset, Report, Side
from .rows import Numbered
from .tally import Tally


class Comparison:
    """One run.

    Args:
        sides: what is compared.
        jobs: processes; None for one on each core, where there is enough to read.
        on_spark: whether Spark's executors do it.
        progress: called with bytes done and in all.
    """

    def __init__(
        self, sides: Sides, jobs: Optional[int], on_spark: bool, progress: Optional[Progress]
    ) -> None:
        self._sides = sides
        self._jobs = jobs
        self._on_spark = on_spark
        self._progress = progress
        self._total = 0
        # Those find the files; others read them.
        self._csv = sides.csv(Numbered(), Shapes())
        self._jsonl = sides.jsonl(Numbered(), Shapes())
        self._streams = Numbered()
        self._shapes = Shapes()

    def run(self, report: Report) -> Report:
        """Complete a report.

        Raises:
            StoreError: see `compare`.
            SettingsError: likewise.
        """
        csv_files = self._csv.find()
        jsonl_files = self._jsonl.find(self._csv.wanted, self._csv.targets)
        left_sizes = [file.size for file in csv_files]
        right_sizes = [file.info.size for file in jsonl_files]
        self._total = sum(left_sizes) + sum(right_sizes)
        parts = parts_for(self._total)
        with self._engine(len(csv_files) + len(jsonl_files)) as engine:
            slices = zip(divided(left_sizes, engine.readers), divided(right_sizes, engine.readers))
            reading = [
                ReadTask(
                    index,
                    self._sides,
                    [csv_files[at] for at in ours],
                    ours.start,
                    [jsonl_files[at] for at in theirs],
                    theirs.start,
                    engine.folder,
                    parts,
                )
                for index, (ours, theirs) in enumerate(slices)
            ]
            read = engine.read(reading, self._tell_progress)
            known = Known(
                self._streams,
                self._shapes,
                Numbered(file.archived.info.path for file in csv_files),
                Numbered(file.info.path for file in jsonl_files),
                *self._numbered(read),
            )
            outputs = OutputsCheck(self._streams, self._sides.naming)
            tally = known.tally()
            for matched in engine.matched(self._sides, known, parts):
                tally.merge(matched.datasets)
                outputs.merge(matched.outputs)
        self._add_read(read)
        return self._complete(report, tally, outputs, len(csv_files), len(jsonl_files))

    def _engine(self, files: int) -> Engine:
        return Spark(self._total, files) if self._on_spark else Local(self._jobs, self._total)

    def _numbered(self, read: Sequence[Read]) -> tuple[frozenset[int], list[Numbers]]:
        """Give what the readers found numbers in all; return the loose streams, and the numbers."""
        loose: set[int] = set()
        numbers = []
        for each in read:
            streams = list(map(self._streams.number, each.streams.items))
            numbers.append(Numbers(streams, *self._shapes.merge(each.shapes)))
            loose.update(streams[stream] for stream in each.loose)
            for stream, folders in each.folders.items():
                self._csv.folders.setdefault(streams[stream], set()).update(folders)
            for stream, count in each.csv_unreadable.items():
                self._csv.unreadable[streams[stream]] += count
        return frozenset(loose), numbers

    def _add_read(self, read: Sequence[Read]) -> None:
        for each in read:
            self._csv.sampled_out += each.sampled_out
            self._jsonl.unreadable.update(each.jsonl_unreadable)
            self._csv.problems.merge(each.csv_problems)
            self._jsonl.problems.merge(each.jsonl_problems)

    def _complete(
        self,
        report: Report,
        tally: Tally,
        outputs: OutputsCheck,
        csv_files: int,
        jsonl_files: int,
    ) -> Report:
        report.sampled_out = self._csv.sampled_out
        _add_problems(report.left, csv_files, self._csv.problems)
        _add_problems(report.right, jsonl_files, self._jsonl.problems)
        for stream, folders in self._csv.folders.items():
            tally.dataset(stream).folders = sorted(folders)
        self._add_unreadable(tally)
        datasets = tally.datasets
        for stream, found in outputs.found().items():
            if stream in datasets:
                datasets[stream].without_outputs = found
        report.datasets = sorted(
            datasets.values(),
            key=lambda each: (each.endpoint, each.deployment, each.version, each.collection),
        )
        # A plan names everything itself, so there are no options to give.
        if self._csv.naming.plan is None:
            becomes = {(each.endpoint, each.deployment) for each in report.datasets if each.folders}
            report.hint = naming_hint(becomes, self._jsonl.deployments) or naming_hint(
                _alone(report.datasets, is_left=True), _alone(report.datasets, is_left=False)
            )
        return report

    def _add_unreadable(self, tally: Tally) -> None:
        """Name what could not be read with its dataset, be nothing else of this there."""
        for stream, number in self._csv.unreadable.items():
            tally.dataset(stream).unreadable_left += number
        for names, number in self._jsonl.unreadable.items():
            if number:
                tally.dataset_of(names).unreadable_right += number

    def _tell_progress(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, self._total)


def _alone(datasets: Iterable[Dataset], is_left: bool) -> set[Deployment]:
    """Return the deployments of datasets that only one side has."""
    found = set()
    for each in datasets:
        left, right = each.total.left, each.total.right
        if (left and not right) if is_left else (right and not left):
            found.add((each.endpoint, each.deployment))
    return found


def _add_problems(side: Side, files: int, problems: Problems) -> None:
    side.files = files
    side.unreadable = problems.unreadable
    side.torn = problems.torn
    side.problems = [str(problem) for problem in problems.samples]
    side.problems += [f"{path}: the last row has no end" for path in problems.torn_paths]
    side.left_out = problems.left_out
    side.copies = problems.copies
    side.not_read = [str(each) for each in (*problems.left_out_samples, *problems.copy_samples)]
