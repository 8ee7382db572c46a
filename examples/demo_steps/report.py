"""What the demo shows of the collected files, within 80 columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from mdc_core.layouts import CSV_ROOT, JSONL_ROOT

from .collected import Collected, FileFacts, Row
from .matching import MODEL_INPUTS, MODEL_OUTPUTS, Check
from .traffic import Exchange

WIDTH = 80
_ID_CHARACTERS = 8


def show_trees(console: Console, collected: Collected) -> None:
    """Show both trees; folders that have but one entry share its line."""
    for name in (CSV_ROOT, JSONL_ROOT):
        files = [facts for facts in collected.files if facts.path.parts[0] == name]
        if not files:
            console.print(f"[red]{name}/ holds no files[/]\n")
            continue
        top = _common_folder(files)
        tree = Tree(Text(f"{top.as_posix()}/", style="bold"))
        branches: dict[Path, Tree] = {}
        for facts in files:
            folder = facts.path.parent
            if folder not in branches:
                label = f"{folder.relative_to(top).as_posix()}/"
                branches[folder] = tree.add(Text(label, style="cyan"))
            leaf = Text(f"{_short_name(facts.path.name):<27}")
            branches[folder].add(leaf.append(_contents(facts), style="dim"))
        console.print(tree, "")


def show_rows(console: Console, collected: Collected, exchanges: Sequence[Exchange]) -> None:
    """Show one request of one row and one of three, as each of the files holds them."""
    chosen = [next(e for e in exchanges if len(e.rows) == size) for size in (1, 3)]
    predictions = {tuple(exchange.predictions) for exchange in chosen}
    outputs = [
        line
        for line in collected.lines[MODEL_OUTPUTS]
        if tuple(value for row in line.rows for _, value in row) in predictions
    ]
    ids = {line.id for line in outputs}

    console.print("[bold]Two of the requests, in CSV[/] (as it stands, lines cut):")
    _print_cut(console, [row.text for row in collected.csv_inputs if row.id in ids])
    rows = [row for row in collected.csv_predictions if row in predictions]
    console.print("and their predictions, one row for each request, as the old SDK wrote them:")
    _print_cut(console, [",".join(map(repr, row)) for row in rows])

    console.print("\n[bold]The same requests, in JSONL[/] (three fields of each line, cut):")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading, width in (("collection", 13), ("correlationid", 13), ("data", 49)):
        table.add_column(heading, width=width, no_wrap=True, overflow="ellipsis")
    for collection in (MODEL_INPUTS, MODEL_OUTPUTS):
        for line in (line for line in collected.lines[collection] if line.id in ids):
            names = [collection, f"{line.id[:_ID_CHARACTERS]}..."]
            for row in _json_rows(line.rows):
                table.add_row(*names, Text(row))
                names = ["", ""]
    console.print(table)


def show_counts(console: Console, collected: Collected, exchanges: Sequence[Exchange]) -> None:
    """Show how many requests and rows went in and how many are in the files."""
    rows = sum(len(exchange.rows) for exchange in exchanges)
    inputs, outputs = (collected.lines.get(name, []) for name in (MODEL_INPUTS, MODEL_OUTPUTS))
    table = _numbers_table("Counts", "sent", "CSV", "JSONL")
    table.add_row(
        "requests", *_numbers(len(exchanges), len(collected.csv_predictions), len(inputs))
    )
    table.add_row(
        "input rows",
        *_numbers(rows, len(collected.csv_inputs), sum(len(line.rows) for line in inputs)),
    )
    table.add_row(
        "predictions",
        *_numbers(
            rows, sum(map(len, collected.csv_predictions)), sum(len(line.rows) for line in outputs)
        ),
    )
    console.print(table)


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """Show each comparison and the sum of what is unmatched."""
    table = _numbers_table("Matched by value", "compared", "only left", "only right")
    for check in checks:
        numbers = _numbers(check.compared, check.only_left, check.only_right)
        table.add_row(check.what, *numbers, style="red" if check.unmatched else "")
    unmatched = sum(check.unmatched for check in checks)
    console.print(table)
    style = "red" if unmatched else "green"
    console.print(f"[bold {style}]unmatched: {unmatched:,}[/]\n")


def _common_folder(files: Sequence[FileFacts]) -> Path:
    """Return the longest folder that all files share, above the folders that tell them apart."""
    parents = [facts.path.parent.parts for facts in files]
    shared = 0
    while all(len(parts) > shared for parts in parents) and len({p[shared] for p in parents}) == 1:
        shared += 1
    return Path(*parents[0][:shared])


def _contents(facts: FileFacts) -> str:
    lines = "" if facts.lines is None else f"{facts.lines:,} lines"
    return f"{lines:>11}{facts.rows:>8,} rows{facts.size / 1000:>8,.0f} kB"


def _short_name(name: str) -> str:
    """Return a JSONL file's name with the middle of its 38 digits left out."""
    return name if len(name) < 30 else f"{name[:_ID_CHARACTERS]}...{name[-12:]}"


def _json_rows(rows: Sequence[Row]) -> list[str]:
    """Return the rows as they stand in the line's array, one text for each."""
    texts = [f" {json.dumps(dict(row))}," for row in rows]
    texts[0] = "[" + texts[0][1:]
    texts[-1] = texts[-1][:-1] + "]"
    return texts


def _print_cut(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        console.print(Text(f"  {line}"), no_wrap=True, overflow="ellipsis", style="cyan")


def _numbers_table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(Text(title, style="bold"), min_width=44)
    for column in columns:
        table.add_column(column, justify="right", min_width=9)
    return table


def _numbers(*values: int) -> list[str]:
    return [f"{value:,}" for value in values]
