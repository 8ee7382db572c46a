"""`mdc-bridge status`: many services in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ..texts import counted, encodable, printable
from .console import out, print_json, progress_bar
from .exits import FAILED, FINDINGS, FINE

if TYPE_CHECKING:
    from ..status import ServiceStatus, StatusReport

_MARKS = {"done": "x", "left": "-", "unknown": "?", "unreadable": "!"}


def status(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER-OR-LIST",
            help="A folder with a subfolder for each service, or a YAML file that lists them.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the migration step of each of many services, and what is left to do.

    Steps are those of MIGRATION.md: 1 scripts, 2 environment, 3 legacy mode, 4 dual mode,
    5 comparison, 6 endpoint, 7 archive, 8 rewrite. Data are listed, not read.

    Exit codes: 0 everything is done, 1 something is left, 2 something could not be read (the rest
    is reported).
    """
    from ..status import status as survey

    with progress_bar("examining the services") as progress:
        report = survey(place, progress=progress)
    if as_json:
        print_json(report.to_json())
    else:
        _print(report)
    if report.is_unreadable:
        raise typer.Exit(FAILED)
    raise typer.Exit(FINE if report.is_done else FINDINGS)


def _print(report: StatusReport) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for title in ("service", "12345678", "at", "compared", "what is left"):
        table.add_column(title, overflow="fold")
    for service in report.services:
        table.add_row(*map(Text, _cells(service)))
    out.print(table, soft_wrap=not out.is_terminal)
    done = sum(service.is_done for service in report.services)
    out.print(
        f"{counted(len(report.services), 'service')}, {done:,} done; x done, - left, ? unknown, "
        "! could not be read"
    )


def _cells(service: ServiceStatus) -> tuple[str, ...]:
    marks = "".join(_MARKS[step.state.value] for step in service.steps) or "!" * 8
    at = f"{service.at.number} {service.at.name}" if service.at else "done"
    compared = service.comparison
    last = ""
    if compared:
        old = ", old" if compared["is_old"] else ""
        last = f"{compared['made'][:10]}: {compared['differences']:,}{old}"
    left = "\n".join(f"{step.number} {_shown(step.text)}" for step in service.left)
    if service.problem:
        at, left = at if service.at else "", _shown(service.problem)
    return (_shown(service.name), marks, at, last, left)


def _shown(text: str) -> str:
    return printable(encodable(text))
