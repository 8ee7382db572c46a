"""The subcommands together, and what all of them do with errors."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from mdc_core.errors import MdcError
from mdc_core.version import __version__

from .assets import assets
from .check import check
from .config import config
from .console import note, report_error
from .exits import FAILED, FINE, INTERRUPTED, READER_GONE
from .run import run as run_service

app = typer.Typer(
    name="mdc-agent",
    help="The collector service beside a scoring container: receives events, logs "
    "payloads, stores both.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings, 2 could not be done, 130 interrupted, 141 the reader "
    "of the output closed it.",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"mdc-agent {__version__}")
        raise typer.Exit(FINE)


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def _with_exit_codes(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that ends in one line at Ctrl-C, and in silence when its reader goes."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            note("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # What is still buffered has no reader; Python would report that at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(READER_GONE) from None

    # Typer would keep the line ends of the source, wherever a terminal ends its lines.
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    run.__doc__ = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    return run


for _command in (run_service, check, config, assets):
    app.command(_command.__name__)(_with_exit_codes(_command))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; None for those of this process.
    """
    try:
        app(args=None if arguments is None else list(arguments), prog_name="mdc-agent")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FINE
    except (MdcError, OSError) as error:  # the latter of stdout, such as a disk that is full
        report_error(str(error))
        return FAILED
    return FINE
