"""The comparison's arguments, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Optional

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..archive.contents import AUTO, check_encoding
from ..archive.time_zone import zone_of
from ..arguments import AnyPath, names_by_name, names_of
from ..collected.period import Moment, Period
from ..files.location import Location
from ..migrate.spark_engine import check_spark
from ..progress import Progress, silent
from .engines import ENGINES, LOCAL, SPARK
from .naming import Naming
from .report import Report
from .running import run_comparison
from .sides import CsvChoice, Sides

if TYPE_CHECKING:
    from ..migrate.plan import Plan


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
    engine: str = LOCAL,
    jobs: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Report:
    """Compare CSV of the old SDK with the JSONL it also was collected as, or converted to.

    Rows are joined by correlation id and position. CSV rows that carry no id are looked up by the
    id that `migrate` gives them, then matched with what is left of their day and collection by
    content, and what then is left by order; see `Dataset.matched_without_id`.

    Memory holds, for each process, a part of the ids of some MB, or one id that has more, and of
    CSV rows without an id the largest day of one collection; the rest is in temporary files, about
    as large as what is read.

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
        engine: `local`, or `spark` for the session's executors, which reach both sides as they are
            reached from here, and have mdc-bridge and pyarrow installed.
        jobs: processes of the local engine; None for one on each core, where there is enough to
            read. Where there are
            several, a script calls this below `if __name__ == "__main__":`, as for `migrate`.
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
    if engine not in ENGINES:
        raise SettingsError(f"engine is {engine!r}; valid: {', '.join(ENGINES)}")
    if engine == SPARK:
        check_spark()
    if jobs is not None and jobs < 1:
        raise SettingsError(f"jobs is {jobs}; valid: a number of processes, from 1")
    if not 0 < sampled <= 100:
        raise SettingsError(f"sampled is {sampled}; valid: a percentage above 0, up to 100")
    zone = zone_of(time_zone)
    has_options = endpoint or deployment or collections or header != "auto" or zone
    if plan is not None and (has_options or encoding != AUTO):
        raise SettingsError(
            "the plan names endpoint, deployment, collections, encoding, header and time zone "
            "itself"
        )
    period = Period.of(since, until)
    named = names_by_name(collections, "collections")
    naming = Naming(endpoint, deployment, named, encoding, header, zone, plan)
    if designations is not None:
        designations = frozenset(names_of(designations, "designations"))
    wanted = CsvChoice(service, model, designations)
    sides = Sides(
        Location.of(left, "LEFT", source_container),
        Location.of(right, "RIGHT", container),
        naming,
        period,
        sampled,
        wanted,
    )
    report = run_comparison(sides, jobs, engine == SPARK, progress or silent)
    report.since = None if since is None else str(since)
    report.until = None if until is None else str(until)
    return report
