"""`mdc-bridge doctor`."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from .console import notes, out, print_json

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_SHOWN_AFTER_SECONDS = 2.0


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is collected in this container, where to, and why; probe the destinations.

    What a probe writes it removes again; secrets are masked. In an image without
    the tools: python -m mdc_bridge.doctor

    Exit codes: 0 ok, 1 warnings, 2 failures.
    """
    from ..doctor import doctor as examine

    with _at_work():
        report = examine()
    if as_json:
        print_json(report.as_dict())
        raise typer.Exit(report.exit_code)
    if not out.is_terminal:
        out.file.write(report.as_text(shutil.get_terminal_size().columns))
        raise typer.Exit(report.exit_code)
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("check", overflow="fold", max_width=24)
    table.add_column("found, and what to do", overflow="fold")
    for check in report.checks:
        status = check.status.value
        text = escape(check.found) + (f"\n[bold]-> {escape(check.todo)}[/]" if check.todo else "")
        table.add_row(f"[{_STYLES[status]}]{status}[/]", escape(check.name), text)
    out.print(table, soft_wrap=False)
    out.print(report.summary())
    raise typer.Exit(report.exit_code)


@contextlib.contextmanager
def _at_work() -> Iterator[None]:
    """Say on a terminal that a long examination goes on; how long it takes nobody knows."""
    if not notes.is_terminal:
        yield
        return
    status = notes.status("examining; destinations may take a while to answer")
    # Not told by the examination, which may wait for one answer all the time.
    timer = threading.Timer(_SHOWN_AFTER_SECONDS, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
