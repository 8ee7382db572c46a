"""`mdc-bridge doctor`."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from .console import at_work, out, print_json

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what this container collects, where to and why; test the destinations.

    Test files are removed again; secrets are masked. In an image without the tools, use python -m
    mdc_bridge.doctor

    Exit codes: 0 ok, 1 warnings, 2 failures.
    """
    from ..doctor import doctor as examine

    with at_work("examining; destinations may take a while to answer"):
        report = examine()
    if as_json:
        print_json(report.to_json())
    elif not out.is_terminal:
        out.file.write(report.as_text(shutil.get_terminal_size().columns))
    else:
        table = Table(show_edge=False, pad_edge=False)
        table.add_column("")
        table.add_column("check", overflow="fold", max_width=24)
        table.add_column("found, and what to do", overflow="fold")
        for check in report.checks:
            status = check.status.value
            todo = f"\n[bold]-> {escape(check.todo)}[/]" if check.todo else ""
            text = escape(check.found) + todo
            table.add_row(f"[{_STYLES[status]}]{status}[/]", escape(check.name), text)
        out.print(table, soft_wrap=False)
        out.print(report.summary())
    raise typer.Exit(report.exit_code)
