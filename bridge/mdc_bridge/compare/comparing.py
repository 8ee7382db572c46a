"""The comparison: both sides read once, divided by correlation id, and matched part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..archive.contents import AUTO, check_encoding
from ..arguments import AnyPath, names_of
from ..collected.partitions import Partitions, parts_for
from ..collected.period import Moment, Period
from ..collected.problems import Problems
from ..files import open_files
from ..progress import Advance
from .csv_side import CsvSide
from .hints import naming_hint
from .jsonl_side import JsonlSide
from .matching import match_by_content, match_by_position
from .naming import Naming, Wanted, zone_of
from .outputs import OutputsCheck
from .report import Report, Side
from .rows import CsvRow, JsonLine, Numbered
from .tally import Tally
from .units import Unit

if TYPE_CHECKING:
    from ..migrate.plan import Plan


_LEFT, _RIGHT = 0, 1


def compare(
    left: AnyPath,
    right: AnyPath,
    *,
    since: Moment = None,
    until: Moment = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    collections: Optional[Mapping[str, str]] = None,
    service: Optional[str] = None,
    model: Optional[str] = None,
    designations: Optional[Iterable[str]] = None,
    sampled: float = 100.0,
    encoding: str = AUTO,
    header: str = "auto",
    time_zone: str = "UTC",
    plan: Optional[Plan] = None,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    progress: Optional[Advance] = None,
) -> Report:
    """Compare CSV of the old SDK with the JSONL it also was collected as, or converted to.

    Rows are joined by correlation id and position. CSV rows that carry no id are looked up by the
    id that `migrate` gives them, then matched with what is left of their day and collection by
    content, and what then is left by order; see `Dataset.matched_without_id`.

    Memory holds one of up to 96 parts of both sides, and of CSV rows without an id the largest
    day of one collection; the rest is in temporary files, about as large as what is read.

    Args:
        left: folder or storage account with the CSV: above `modeldata`, or that folder.
        right: folder or storage account with the JSONL: above `modelDataCollector`, or that folder.
        since: first moment of the period, such as `2026-11-21T09`; UTC unless it names a zone.
            Rows that still wait in a spool are missing: end the period before those.
        until: moment before which the period ends.
        endpoint: of the JSONL, as `MDC_ENDPOINT`; None for the service's name made legal.
        deployment: of the JSONL, as `MDC_DEPLOYMENT`; None for the model's name made legal.
        collections: collection by designation, as `MDC_COLLECTIONS`.
        service: only CSV of this web service, and the JSONL of its endpoint.
        model: only CSV of this model, and the JSONL of its deployment.
        designations: only CSV of these, and the JSONL of their collections.
        sampled: percent of the correlation ids that the JSONL was to keep; other CSV rows are
            left out.
        encoding: of the CSV files: `auto`, or a name such as `latin-1`.
        header: whether CSV files begin with one: `present`, `absent`, or `auto` to look.
        time_zone: of CSV timestamps, where the conversion was given another one.
        plan: of the migration that made the JSONL, in place of `endpoint`, `deployment`,
            `collections`, `encoding`, `header` and `time_zone`.
        source_container: of the CSV, in a storage account.
        container: of the JSONL, in a storage account.
        progress: called with bytes done and in all.

    Returns:
        what was found; `report.differences` and `report.unreadable` are 0 when all is well, and
        `report.is_empty` is false.

    Raises:
        SettingsError: an argument makes no sense.
        StoreError: a side cannot be reached, holds no files of its kind, or the temporary folder
            is full.
    """
    if header not in ("auto", "present", "absent"):
        raise SettingsError(f"header is {header!r}; valid: auto, present, absent")
    check_encoding(encoding, "encoding")
    if not 0 < sampled <= 100:
        raise SettingsError(f"sampled is {sampled}; valid: a percentage above 0, up to 100")
    zone = zone_of(time_zone)
    is_told = endpoint or deployment or collections or header != "auto" or zone
    if plan is not None and (is_told or encoding != AUTO):
        raise SettingsError(
            "the plan names endpoint, deployment, collections, encoding, header and time zone "
            "itself"
        )
    period = Period.of(since, until)
    naming = Naming(endpoint, deployment, collections or {}, encoding, header, zone, plan)
    if designations is not None:
        designations = frozenset(names_of(designations, "designations"))
    wanted = Wanted(service, model, designations)
    streams = Numbered()
    with (
        open_files(left, "LEFT", source_container) as left_files,
        open_files(right, "RIGHT", container) as right_files,
    ):
        csv_side = CsvSide(
            left_files, naming, period, sampled, streams, Numbered(), Problems(), wanted
        )
        jsonl_side = JsonlSide(right_files, naming, period, streams, Numbered(), Problems())
        return _Comparison(csv_side, jsonl_side, progress).run(
            Report(
                Side(str(left_files)),
                Side(str(right_files)),
                None if since is None else str(since),
                None if until is None else str(until),
                sampled,
            )
        )


class _Comparison:
    """One run."""

    def __init__(
        self, csv_side: CsvSide, jsonl_side: JsonlSide, progress: Optional[Advance]
    ) -> None:
        self._csv = csv_side
        self._jsonl = jsonl_side
        self._progress = progress
        self._done = 0
        self._total = 0
        self._tally = Tally(csv_side.streams, csv_side.paths, jsonl_side.paths)
        # Streams with CSV rows that carry no id.
        self._loose: set[int] = set()
        self._outputs = OutputsCheck(csv_side.streams, csv_side.naming)

    def run(self, report: Report) -> Report:
        csv_files = self._csv.find()
        jsonl_files = self._jsonl.find(self._csv.wanted, self._csv.targets)
        left_bytes = sum(file.size for file in csv_files)
        right_bytes = sum(file.info.size for file in jsonl_files)
        self._total = left_bytes + right_bytes
        parts = parts_for(self._total)
        with Partitions(parts) as by_id, Partitions(parts) as by_day:
            for row in self._csv.rows(csv_files, self._advance):
                if not row.has_id:
                    self._loose.add(row.stream)
                by_id.add(row.id, (_LEFT, *row))
            for line in self._jsonl.lines(jsonl_files, self._advance):
                by_id.add(line.id, (_RIGHT, *line))
            for part in range(parts):
                self._match_ids(by_id.read(part), by_day)
            for part in range(parts):
                self._match_days(by_day.read(part))
        return self._complete(report, len(csv_files), len(jsonl_files))

    def _match_ids(self, records: Iterable[tuple[Any, ...]], by_day: Partitions) -> None:
        rows, lines = _sorted_out(records, lambda record: record.id)
        self._outputs.add(rows, lines)
        for key in {**rows, **lines}:
            ours, theirs = rows.get(key, []), lines.get(key, [])
            stream = key[0]
            if ours and theirs:
                matched = match_by_position(ours, sorted(theirs, key=lambda line: line.order))
                self._tally.add(stream, matched, by_id=True)
            elif ours:
                for row in ours:
                    if row.has_id:
                        self._tally.add_left(row)
                    else:
                        by_day.add(f"{stream} {row.day}", (_LEFT, *row))
            else:
                for line in theirs:
                    if stream in self._loose:
                        by_day.add(f"{stream} {line.day}", (_RIGHT, *line))
                    else:
                        self._add_line(line)

    def _match_days(self, records: Iterable[tuple[Any, ...]]) -> None:
        rows, lines = _sorted_out(records, lambda record: record.day)
        for key in {**rows, **lines}:
            ours = sorted(rows.get(key, []), key=lambda row: (row.path, row.line))
            theirs = sorted(lines.get(key, []), key=lambda line: line.order)
            self._tally.add(key[0], match_by_content(ours, theirs), by_id=False)

    def _add_line(self, line: JsonLine) -> None:
        self._tally.dataset(line.stream)
        for at in range(len(line.rows)):
            self._tally.add_right(Unit(line, at))

    def _complete(self, report: Report, csv_files: int, jsonl_files: int) -> Report:
        report.sampled_out = self._csv.sampled_out
        _add_problems(report.left, csv_files, self._csv.problems)
        _add_problems(report.right, jsonl_files, self._jsonl.problems)
        for stream, folders in self._csv.folders.items():
            self._tally.dataset(stream).folders = sorted(folders)
        self._add_unreadable()
        datasets = self._tally.datasets
        for stream, found in self._outputs.found().items():
            if stream in datasets:
                datasets[stream].without_outputs = found
        report.datasets = sorted(
            datasets.values(),
            key=lambda each: (each.endpoint, each.deployment, each.version, each.collection),
        )
        # A plan names everything itself, so there are no options to give.
        if self._csv.naming.plan is None:
            becomes = {(each.endpoint, each.deployment) for each in report.datasets if each.folders}
            report.hint = naming_hint(becomes, self._jsonl.deployments)
        return report

    def _add_unreadable(self) -> None:
        """Name what could not be read with its dataset, be nothing else of this there."""
        for stream, number in self._csv.unreadable.items():
            self._tally.dataset(stream).unreadable_left += number
        for names, number in self._jsonl.unreadable.items():
            if number:
                self._tally.dataset_of(names).unreadable_right += number

    def _advance(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress(self._done, self._total)


def _sorted_out(
    records: Iterable[tuple[Any, ...]], key: Callable[[CsvRow | JsonLine], str]
) -> tuple[dict[tuple[int, str], list[CsvRow]], dict[tuple[int, str], list[JsonLine]]]:
    """Return rows and lines by stream and key."""
    rows: dict[tuple[int, str], list[CsvRow]] = defaultdict(list)
    lines: dict[tuple[int, str], list[JsonLine]] = defaultdict(list)
    for side, *fields in records:
        if side == _LEFT:
            row = CsvRow(*fields)
            rows[row.stream, key(row)].append(row)
        else:
            line = JsonLine(*fields)
            lines[line.stream, key(line)].append(line)
    return rows, lines


def _add_problems(side: Side, files: int, problems: Problems) -> None:
    side.files = files
    side.unreadable = problems.unreadable
    side.torn = problems.torn
    side.problems = [str(problem) for problem in problems.samples]
    side.problems += [f"{path}: the last row has no end" for path in problems.torn_paths]
