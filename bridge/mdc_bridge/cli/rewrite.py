"""`mdc-bridge rewrite`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from rich.markup import escape

from ..texts import counted, encodable
from .console import notes, out, print_json, progress_bar
from .exits import FAILED, FINDINGS, FINE

if TYPE_CHECKING:
    from ..rewrite import Rewriting


def rewrite(
    paths: Annotated[
        list[str],
        typer.Argument(help="Scripts, notebooks, and folders of them.", metavar="PATH..."),
    ],
    write: Annotated[
        bool,
        typer.Option("--write/--diff", help="Change the files; default: print what would change."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Rewrite scoring scripts from ModelDataCollector to Collector of azureml.ai.monitoring.

    Code that might then collect other data is left unchanged and reported.

    Exit codes: 0 nothing is left to change, 1 something would be changed (--diff) or was left
    alone, 2 a file could not be read (the others are still rewritten).
    """
    from ..rewrite import rewrite as rewrite_paths

    with progress_bar("rewriting") as progress:
        result = rewrite_paths(paths, write=write, progress=progress)
    if as_json:
        print_json(_to_json(result))
    else:
        _print(result)
    if result.unreadable:
        raise typer.Exit(FAILED)
    left = any(file.left_alone for file in result.files)
    waiting = not result.written and any(file.changes for file in result.files)
    raise typer.Exit(FINDINGS if left or waiting else FINE)


def _print(result: Rewriting) -> None:
    for file in result.files:
        if not result.written:
            out.file.write(encodable(file.diff))
        for left in file.left_alone:
            where = _where(file.path, left.line, left.cell)
            notes.print(f"{escape(where)}: [yellow]left alone[/]: {escape(left.reason)}")
    for script in result.unreadable:
        where = _where(script.path, script.line, script.cell)
        notes.print(f"[bold red]error[/]: {escape(f'{where} {encodable(script.reason)}')}")
    changed = counted(sum(bool(file.changes) for file in result.files), "file")
    left_alone = counted(sum(bool(file.left_alone) for file in result.files), "file")
    verb = "rewritten" if result.written else "to be rewritten (--write does it)"
    notes.print(f"{changed} {verb}, {left_alone} with code left alone")


def _where(path: str, line: Optional[int], cell: Optional[int]) -> str:
    parts = [encodable(path), f"cell {cell}" if cell else "", str(line) if line else ""]
    return ":".join(part for part in parts if part)


def _to_json(result: Rewriting) -> dict[str, Any]:
    return {
        "written": result.written,
        "files": [
            {
                "path": encodable(file.path),
                "changes": [vars(change) for change in file.changes],
                "left_alone": [vars(left) for left in file.left_alone],
                "diff": encodable(file.diff),
            }
            for file in result.files
        ],
        "unreadable": [script.to_json() for script in result.unreadable],
    }
