"""The migration of an archive: which units are due, and what became of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Optional

from mdc_core.errors import PlanError, SettingsError
from mdc_core.layouts import CSV_ROOT

from ..archive.places import LeftOut
from ..arguments import AnyPath
from ..collected.period import Moment, Period, united
from ..files import Files
from ..files.location import Location
from ..progress import Progress, silent
from .collected_files import collected_files
from .collected_names import collected_names
from .destination import is_there, sizes_of
from .ledger import Ledger, UnitReport
from .local_engine import run_locally
from .plan import Plan
from .planning import archive_files, make_plan
from .row_counts import RowCounts
from .spark_engine import run_on_spark
from .tasks import UnitTask
from .units import Trees, Unit, units_of, with_existing

ENGINES = ("local", "spark")
DEFAULT_MEMORY = 256 * 1024 * 1024


@dataclass
class DatasetReport(RowCounts):
    """What became of a dataset: the counts of its units together.

    Attributes:
        units: number of units.
        resumed: of these, those that an earlier run had done.
        files: JSONL files.
    """

    units: int = 0
    resumed: int = 0
    files: int = 0


@dataclass
class MigrationReport:
    """What a migration did.

    Attributes:
        datasets: by name, see `Plan.names_of_datasets`.
        rejects: files of the destination that name the rejected rows.
        unplanned: source files of datasets that the plan does not name.
        mended: units that are made again, because files of theirs are gone or cut off.
        left_out: source files that look like data and are not converted, with the reason; also
            files and folders of collected lines that could not be looked at.
        unknown: endpoint, deployment and collection of collected lines of the archive's time, of
            which no dataset has a row.
    """

    datasets: dict[str, DatasetReport] = field(default_factory=dict)
    rejects: list[str] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)
    mended: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every row of every CSV file of the archive is in a line."""
        rejected = any(each.rejected for each in self.datasets.values())
        return not (rejected or self.unplanned or any(not each.is_copy for each in self.left_out))

    @property
    def unreadable(self) -> list[LeftOut]:
        """What could not be read, of `left_out`."""
        return [file for file in self.left_out if file.is_unreadable]

    def add(self, unit: UnitReport, name: str, is_resumed: bool) -> None:
        """Add a unit of the dataset of a name."""
        dataset = self.datasets.setdefault(name, DatasetReport())
        dataset.units += 1
        dataset.resumed += is_resumed
        dataset.files += len(unit.paths)
        dataset.include(unit.counts)
        if unit.rejects:
            self.rejects.append(unit.rejects)


def migrate(
    source: AnyPath,
    destination: AnyPath,
    plan: Optional[Plan] = None,
    *,
    engine: str = "local",
    jobs: Optional[int] = None,
    memory: int = DEFAULT_MEMORY,
    since: Moment = None,
    until: Moment = None,
    skip_existing: Optional[bool] = None,
    force: bool = False,
    source_container: str = CSV_ROOT,
    container: str = CSV_ROOT,
    progress: Progress = silent,
) -> MigrationReport:
    """Convert an archive of the old SDK's CSV files to the JSONL of the new one.

    What an earlier run has done is not done again, unless its source files have changed; a run
    that was killed is resumed by the next one.

    Args:
        source: a folder, `file://` URL, connection string or account URL.
        destination: likewise; the lines go below `modelDataCollector/` there.
        plan: what each dataset becomes; None makes one from all rows of the archive.
        engine: `local`, or `spark` for the session's executors.
        jobs: processes of the local engine; None for one on each core.
        memory: bytes that each process may use for rows.
        since: first day or moment, such as `2019-06-01` or `2019-06-01T09:30`, UTC unless it
            names a zone; None for all. Days are those of the time folders.
        until: day or moment before which the rows end. In the folder in which a moment lies,
            rows without a time of their own are all converted.
        skip_existing: leave out rows of ids that collected lines at the destination or beside the
            archive have, and rows without an id of which these have the same values; None for what
            the plan says, which is true unless somebody has changed it.
        force: replace what an earlier run with another plan has made.
        source_container: of the archive, in a storage account.
        container: of the destination, in a storage account.
        progress: called with the bytes read and the bytes to read.

    Returns:
        what became of each dataset; see `MigrationReport.is_complete`.

    Raises:
        SettingsError: when a place, the engine, or a number makes no sense.
        PlanError: when the plan does, or another plan's results are at the destination.
        StoreError: when the source cannot be read or the destination not written.
    """
    if engine not in ENGINES:
        raise SettingsError(f"engine is {engine!r}; valid: {', '.join(ENGINES)}")
    for setting, number in (("jobs", jobs), ("memory", memory)):
        if number is not None and number < 1:
            raise SettingsError(f"{setting} is {number}; valid: a whole number from 1 up")
    if not isinstance(plan, (Plan, type(None))):
        raise SettingsError(f"plan is {plan!r}; valid: a plan, as load_plan returns it")
    period = Period.of(since, until)
    from_place = Location.of(source, "SOURCE", source_container)
    to_place = Location.of(destination, "DESTINATION", container)
    trees = Trees(to_place.open(), from_place.open())
    if plan is None:
        plan = make_plan(trees, None, progress)
    plan.check()
    plan = plan.completed()
    files, left_out = archive_files(trees.archive)
    units, unplanned = units_of(plan, files, period)
    report = MigrationReport(unplanned=[file.info.path for file in unplanned], left_out=left_out)
    if plan.skip_existing if skip_existing is None else skip_existing:
        collected, unreadable = collected_files(trees)
        report.left_out += unreadable
        names = collected_names(plan, files, collected, trees)
        units = with_existing(units, collected, names.targets)
        report.unknown = list(map("/".join, names.unknown))
    done, due, unwanted, report.mended = _sorted_by_state(units, trees.destination, force)
    for each in unwanted:
        Ledger(trees.destination).withdraw(each)
    names_of = plan.names_of_datasets()
    names_of_units = {unit.id: names_of[unit.dataset.source] for unit in units}
    for each in done:
        report.add(each, names_of_units[each.unit], is_resumed=True)
    tasks = [UnitTask(unit, from_place, to_place, memory) for unit in due]
    total = sum(unit.size for unit in due)

    def advance_due(size: int) -> None:
        progress(size, total)

    if engine == "spark":
        outcomes = run_on_spark(tasks, advance_due)
    else:
        outcomes = run_locally(tasks, jobs, advance_due)
    for outcome in outcomes:
        if isinstance(outcome, LeftOut):
            report.left_out.append(outcome)
        else:
            report.add(outcome, names_of_units[outcome.unit], is_resumed=False)
    report.rejects.sort()
    report.left_out.sort(key=lambda file: file.path)
    return report


def _sorted_by_state(
    units: Iterable[Unit], destination: Files, force: bool
) -> tuple[list[UnitReport], list[Unit], list[UnitReport], int]:
    """Return reports of units that are done, units that are due, and reports of unwanted ones.

    The last is the number of units that are due only because what they became is not there.
    """
    done: list[UnitReport] = []
    due: list[Unit] = []
    unwanted: list[UnitReport] = []
    mended = 0
    ledger = Ledger(destination)
    known = ledger.units()
    sizes = sizes_of(destination) if known else {}
    for unit in units:
        dataset = unit.dataset
        entry = ledger.read(unit.id) if unit.id in known else None
        if dataset.skip and entry is not None:
            unwanted.append(entry)
        if entry is None or force:
            if not dataset.skip:
                due.append(unit)
            continue
        is_of_plan = entry.plan == dataset.digest and not dataset.skip
        if entry.complete and not is_of_plan:
            raise PlanError(
                f"the destination holds {dataset.source} as another plan made it (one that was not "
                "saved changes with the archive); migrate with that plan, to another destination, "
                "or with --force to replace it"
            )
        if is_of_plan and not entry.undone:
            # What is there stays; a second period adds its rows.
            unit = unit._replace(periods=united((*entry.periods, *unit.periods)))
        is_same = entry.complete and entry.source == unit.source_version
        if is_same and is_there(entry, sizes):
            done.append(entry)
        elif not dataset.skip:
            mended += is_same
            due.append(unit)
    return done, due, unwanted, mended
