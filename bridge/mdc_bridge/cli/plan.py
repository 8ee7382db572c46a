"""`mdc-bridge plan`: what an archive holds, and what it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..texts import counted, printable
from .archive import MB, SourceArgument, SourceContainer, code_of, print_left_out
from .console import out, print_json, progress_bar
from .output_file import check_free, writing

if TYPE_CHECKING:
    from ..migrate import Plan


def plan(
    source: SourceArgument,
    output: Annotated[
        Optional[Path],
        typer.Option("--out", "-o", help="Write the plan to this file."),
    ] = None,
    sample: Annotated[
        str, typer.Option(help="MB to read from each dataset, or all.", metavar="MB")
    ] = "64",
    price: Annotated[
        float, typer.Option(help="Price of 10,000 requests to a storage account, in any currency.")
    ] = 0.065,
    source_container: SourceContainer = CSV_ROOT,
    destination: Annotated[
        Optional[str],
        typer.Option(
            metavar="DESTINATION",
            help="Another place with collected JSONL; the archive is searched as well.",
        ),
    ] = None,
    container: Annotated[
        Optional[str],
        typer.Option(help="Container of the destination, in a storage account."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Describe an archive and what it becomes, as YAML to edit and pass to migrate.

    Exit codes: 0 the plan is made, 1 the plan is made but files are left out, 2 something could
    not be read.
    """
    from ..migrate import dump_plan, plan_to_json
    from ..migrate import plan as make_plan

    if container is not None and destination is None:
        raise SettingsError(
            f"--container is for a destination; for the archive use --source-container {container}"
        )
    if output is not None:
        check_free(output, force)
    with progress_bar("reading the archive") as progress:
        result = make_plan(
            source,
            source_container=source_container,
            sample=_sample(sample),
            price=price,
            destination=destination,
            container=container or CSV_ROOT,
            progress=progress,
        )
    if output is not None:
        with writing(output, force) as stream:
            stream.write(dump_plan(result).encode())
    if as_json:
        print_json(plan_to_json(result))
    elif output is None:
        out.file.write(dump_plan(result))
    else:
        _print_plan(result)
    print_left_out(result.left_out)
    raise typer.Exit(code_of(result.left_out))


def _sample(text: str) -> Optional[int]:
    if text == "all":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"--sample is {text!r}; valid: `all`, or MB, a whole number from 1 up")
    return int(text) * MB


def _print_plan(result: Plan) -> None:
    from rich.markup import escape

    names = result.names_of_datasets()
    for dataset in result.datasets:
        found = dataset.found
        about = "" if found["rows_are"] == "counted" else "about "
        out.print(f"[bold]{escape(names[dataset.source])}[/]")
        out.print(
            f"  {counted(found['files'], 'file')}, {counted(found['bytes'], 'byte')}, "
            f"{about}{counted(found['rows'], 'row')}, "
            f"{found['first']} to {found['last']}"
        )
        out.print(
            f"  -> {dataset.endpoint}/{dataset.deployment}/{dataset.collection}", markup=False
        )
        if found.get("folders_collected"):
            folders = counted(found["folders_collected"], "folder")
            out.print(
                f"     rows of {folders} are collected already, in whole or in part, and left out"
            )
        for line in _forecast(found):
            out.print(f"     {line}", markup=False)
        for decision in dataset.decide:
            out.print(f"  [yellow]decide[/] {escape(decision)}")
    _print_total([dataset.found for dataset in result.datasets])


def _forecast(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the migration will make of a dataset, in lines."""
    becomes, requests = found["becomes"], found["transactions"]
    is_counted = becomes["files_are"] == "counted"
    about, most = ("", "") if is_counted else ("about ", f" (at most {becomes['most_files']:,})")
    yield (
        f"{about}{counted(becomes['files'], 'file')}{most}, "
        f"{about}{counted(becomes['bytes'], 'byte')}; between accounts "
        f"{requests['reads']:,} reads, {requests['writes']:,} writes, "
        f"{requests['commits']:,} commits"
    )
    names = "; ".join(
        f"{key} {printable(old)} -> {printable(new)}" for key, (old, new) in found["names"].items()
    )
    if names:
        yield names


def _print_total(found: list[Mapping[str, Any]]) -> None:
    """Print what all datasets ask for together."""
    becomes = [each["becomes"] for each in found]
    files = counted(sum(each["files"] for each in becomes), "file")
    size = counted(sum(each["bytes"] for each in becomes), "byte")
    requests = counted(sum(each["transactions"]["all"] for each in found), "request")
    process, waiting = (sum(each["seconds"][of] for each in found) for of in ("process", "waiting"))
    cost, price = sum(each["cost"] for each in found), found[0]["price"] if found else 0.0
    out.print(
        f"migrate: {files} of {size}; one process about {process:,.1f} s; between accounts "
        f"{requests}, {waiting:,.1f} s of waiting, {cost:,.4f} at {price:g} for 10,000"
    )
