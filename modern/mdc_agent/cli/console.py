"""What the subcommands print: results to stdout, all else to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape

# Without emoji: `deployment.yaml:7:5` is a place, not a picture.
out = Console(highlight=False, soft_wrap=True, emoji=False)
notes = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def printable(text: str) -> str:
    """Return a text with escapes for what a terminal would obey or cannot show."""
    return "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text
    )


def say(text: str) -> None:
    """Print a result."""
    out.print(printable(text), markup=False)


def note(text: str) -> None:
    """Print a message, which is not a result."""
    notes.print(printable(text), markup=False)


def print_json(value: Any) -> None:
    """Print a value as indented JSON to stdout."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    sys.stdout.flush()


def report_error(message: str) -> None:
    """Print why the command could not do its work."""
    notes.print(f"[bold red]error[/]: {escape(printable(message))}")
