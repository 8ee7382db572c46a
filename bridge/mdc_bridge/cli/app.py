"""The subcommands together, and what all of them do with errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Optional

import typer

from mdc_core.errors import MdcError
from mdc_core.version import __version__

from .annotations import evaluate_annotations
from .check import check
from .compare import compare
from .console import report_error
from .deployment import deployment
from .doctor import doctor
from .exits import FAILED, FINE
from .migrate import migrate, plan
from .read import read
from .rewrite import rewrite

app = typer.Typer(
    name="mdc-bridge",
    help="From the data collection of AKS web services to that of online endpoints.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings or differences, 2 could not be done.",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"mdc-bridge {__version__}")
        raise typer.Exit(FINE)


@app.callback()
def _options(
    version: Annotated[
        Optional[bool],
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = None,
) -> None:
    pass


# In the order in which a team needs them.
for _command in (check, doctor, compare, deployment, plan, migrate, read, rewrite):
    app.command(_command.__name__)(_command)


def run(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; None for those of this process.
    """
    for command in (app.registered_callback, *app.registered_commands):
        if command is not None and command.callback is not None:
            evaluate_annotations(command.callback)
    try:
        app(args=None if arguments is None else list(arguments))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FINE
    except (MdcError, OSError) as error:  # the latter of stdout, such as a disk that is full
        report_error(str(error))
        return FAILED
    return FINE
