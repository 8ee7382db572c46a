"""`mdc-bridge compare`: CSV against JSONL, as a table, JSON, or a page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.text import Text

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..moments import utc_now
from .archive import read_plan
from .compare_report import print_report
from .console import notes, print_json, progress_bar
from .exits import FAILED, FINDINGS
from .output_file import check_free, writing


def compare(
    left: Annotated[
        str,
        typer.Argument(
            metavar="LEFT",
            help="CSV: the folder modeldata, its parent folder, or a storage account.",
        ),
    ],
    right: Annotated[
        str,
        typer.Argument(
            metavar="RIGHT",
            help="JSONL: the folder modelDataCollector, its parent folder, or a storage account.",
        ),
    ],
    since: Annotated[
        Optional[str], typer.Option(help="From this time (UTC), such as 2026-11-21T09.")
    ] = None,
    until: Annotated[
        Optional[str],
        typer.Option(help="Before this time; use it to exclude rows still waiting in a spool."),
    ] = None,
    endpoint: Annotated[
        Optional[str], typer.Option(help="Endpoint of the JSONL, if MDC_ENDPOINT was set.")
    ] = None,
    deployment: Annotated[
        Optional[str], typer.Option(help="Deployment of the JSONL, if MDC_DEPLOYMENT was set.")
    ] = None,
    collection: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="DESIGNATION=NAME",
            help="A designation=collection pair of MDC_COLLECTIONS; may be repeated.",
        ),
    ] = None,
    service: Annotated[Optional[str], typer.Option(help="Only CSV of this web service.")] = None,
    model: Annotated[Optional[str], typer.Option(help="Only CSV of this model.")] = None,
    designation: Annotated[
        Optional[list[str]],
        typer.Option(help="Only CSV of this designation; may be repeated."),
    ] = None,
    plan: Annotated[
        Optional[Path], typer.Option(help="The plan of the migration that made the JSONL.")
    ] = None,
    sampled: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", help="Percentage of requests that sampling kept in the JSONL."
        ),
    ] = 100.0,
    encoding: Annotated[
        str, typer.Option(help="Encoding of the CSV: auto, or a name such as latin-1.")
    ] = "auto",
    header: Annotated[
        str, typer.Option(help="Whether CSV files start with a header: auto, present or absent.")
    ] = "auto",
    time_zone: Annotated[str, typer.Option(help="Time zone of the CSV.")] = "UTC",
    engine: Annotated[str, typer.Option(help="Where to run: local or spark.")] = "local",
    jobs: Annotated[
        Optional[int],
        typer.Option(min=1, help="Number of processes; default: one per core."),
    ] = None,
    html: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="Write an HTML page.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing page.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    source_container: Annotated[
        str, typer.Option(help="Container of the CSV, in a storage account.")
    ] = CSV_ROOT,
    container: Annotated[
        str, typer.Option(help="Container of the JSONL, in a storage account.")
    ] = CSV_ROOT,
    left_container: Annotated[Optional[str], typer.Option(hidden=True)] = None,
    right_container: Annotated[Optional[str], typer.Option(hidden=True)] = None,
) -> None:
    """Compare CSV with the JSONL that was collected at the same time or converted from it.

    Exit codes: 0 no difference, 1 differences, no rows to compare on either side, or files that
    look like data are left out, 2 something could not be read.
    """
    from .. import compare as comparing

    for old, new in ((left_container, "--source-container"), (right_container, "--container")):
        if old is not None:
            raise SettingsError(
                f"--left-container is now --source-container, and --right-container is "
                f"--container; here: {new} {old}"
            )
    if html is not None:
        check_free(html, force)
    begun = utc_now()
    with progress_bar("Comparing") as progress:
        report = comparing.compare(
            left,
            right,
            since=since,
            until=until,
            endpoint=endpoint,
            deployment=deployment,
            collections=dict(map(_pair, collection or ())),
            service=service,
            model=model,
            designations=designation,
            sampled=sampled,
            encoding=encoding,
            header=header,
            time_zone=time_zone,
            plan=None if plan is None else read_plan(plan),
            source_container=source_container,
            container=container,
            engine=engine,
            jobs=jobs,
            progress=progress,
        )
    if html is not None:
        with writing(html, force) as stream:
            stream.write(comparing.render_page(report).encode())
    if as_json:
        print_json(report.to_json(begun))
    else:
        print_report(report)
        if html is not None:
            notes.print(Text(f"Page: {html}"))
    if report.unreadable:
        raise typer.Exit(FAILED)
    if report.differences or report.is_empty or report.left_out:
        raise typer.Exit(FINDINGS)


def _pair(text: str) -> tuple[str, str]:
    designation, equals, name = (part.strip() for part in text.partition("="))
    if not (designation and equals and name):
        raise SettingsError(
            f"--collection is {text!r}; valid: designation=collection, such as predictions=scores"
        )
    return designation, name
