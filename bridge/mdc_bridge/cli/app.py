"""The subcommands together, and what all of them do with errors."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Optional, TextIO, get_type_hints

import typer

from mdc_core.errors import MdcError
from mdc_core.version import __version__

from .check import check
from .compare import compare
from .console import report_error, report_interrupt
from .deployment import deployment
from .doctor import doctor
from .exits import FAILED, FINE, INTERRUPTED, READER_GONE
from .migrate import migrate
from .mlflow_score import mlflow_score
from .plan import plan
from .read import read
from .rewrite import rewrite
from .startup import raise_at_interrupt
from .status import status

app = typer.Typer(
    name="mdc-bridge",
    help="Migrate data collection from AKS web services to online endpoints.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings or differences, 2 could not be done, "
    "130 interrupted, 141 the reader of the output closed it.",
)

# The stream that click puts in the place of one whose reader is gone.
_CLICK_GAVE_UP = "PacifyFlushWrapper"
_AFTER_INTERRUPT = {
    "doctor": "a test file may be left at a destination",
    "migrate": "the next run continues where this one stopped",
    "rewrite": "each file is either unchanged or completely rewritten",
}


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


def _with_clean_end(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that ends in one line at Ctrl-C, and in silence when its reader goes."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            raise_at_interrupt()
            command(*arguments, **options)
        except KeyboardInterrupt:
            report_interrupt(_AFTER_INTERRUPT.get(command.__name__, "nothing was written"))
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # What is still buffered has no reader; Python would report that at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(READER_GONE) from None

    # Typer would keep the line ends of the source, wherever a terminal ends its lines.
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    run.__doc__ = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    return run


def evaluate_annotations(command: Callable[..., Any]) -> None:
    """Replace a command's annotations, which are texts, by types, as typer needs on Python 3.9."""
    # By a class: with a function, `get_type_hints` would add Optional to what defaults to None.
    texts = {"__annotations__": dict(command.__annotations__)}
    namespace = command.__globals__
    command.__annotations__ = get_type_hints(type("_", (), texts), namespace, include_extras=True)


# In the order in which a team needs them.
for _command in (
    *(check, doctor, compare, deployment, plan, migrate, read, rewrite, status),
    mlflow_score,
):
    evaluate_annotations(_command)
    app.command(_command.__name__.replace("_", "-"))(_with_clean_end(_command))
evaluate_annotations(_options)


def run(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; None for those of this process.
    """
    # What it says at each try stands in the one error, too.
    logging.getLogger("azure.identity").setLevel(logging.ERROR)
    had_reader = not _is_null(sys.stdout)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="mdc-bridge")
    except SystemExit as end:
        # So rich and click end when they print to nobody, with the exit code of findings.
        if had_reader and (_is_null(sys.stdout) or type(sys.stdout).__name__ == _CLICK_GAVE_UP):
            return READER_GONE
        return end.code if isinstance(end.code, int) else FINE
    except MdcError as error:
        report_error(str(error))
        return FAILED
    except OSError as error:  # of stdout, such as a disk that is full
        where = error.filename or "the output (stdout) cannot be written"
        report_error(f"{where}: {error.strerror or error}")
        return FAILED
    return FINE


def _is_null(stream: TextIO) -> bool:
    """Return whether a stream goes to the null device."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return found.st_rdev == os.stat(os.devnull).st_rdev and found.st_rdev != 0
