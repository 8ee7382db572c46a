"""What the subcommands print: results to stdout, all else to stderr."""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import re
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Optional

import orjson
from rich import progress
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

from ..progress import Progress, silent
from ..texts import printable


class _SafeConsole(Console):
    """A console whose terminal obeys nobody but us: names and cells are only shown."""

    def render(
        self, renderable: RenderableType, options: Optional[ConsoleOptions] = None
    ) -> Iterable[Segment]:
        """Return the segments of what is printed, with escapes for what is not text."""
        for segment in super().render(renderable, options):
            if segment.control or not self.is_terminal:
                yield segment
            else:
                yield Segment(_shown(segment.text), segment.style)


class ShownBytes(io.RawIOBase):
    """UTF-8 on its way to a terminal, which obeys none of it; to anything else as it is."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        """Print bytes to stdout."""
        content = bytes(content)
        if sys.stdout.isatty():
            sys.stdout.write(_shown(self._decoder.decode(content)))
        else:
            sys.stdout.buffer.write(content)
        return len(content)

    def flush(self) -> None:
        """Hand everything on."""
        sys.stdout.flush()


def _shown(text: str) -> str:
    return "".join(
        each if each in "\n\t" else printable(each) for each in re.split(r"([\n\t])", text)
    )


# Without emoji: `score.py:100:5` is a place, not a picture.
out = _SafeConsole(highlight=False, soft_wrap=True, emoji=False)
notes = _SafeConsole(stderr=True, highlight=False, soft_wrap=True, emoji=False)

_SHOWN_AFTER_SECONDS = 2.0


def print_json(value: Any) -> None:
    """Print a value as indented JSON, in UTF-8 and nothing else, to stdout."""
    try:
        content = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # names of files that are not UTF-8
        content = json.dumps(value, indent=2).encode() + b"\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def report_error(message: str) -> None:
    """Print why the command could not do its work."""
    notes.print(f"[bold red]error[/]: {escape(message)}")


def report_interrupt(outcome: str) -> None:
    """Print what Ctrl-C left behind; a second one no longer interrupts the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    notes.print(f"interrupted; {outcome}")


@contextlib.contextmanager
def progress_bar(what: str, is_shown: bool = True) -> Iterator[Progress]:
    """Show a bar for work of more than two seconds, on a terminal only.

    Args:
        what: is done.
        is_shown: False where a bar would spoil what else the terminal shows.

    Yields:
        a function to call with what is done and what there is in all, None where that is unknown.
    """
    if not (is_shown and notes.is_terminal):
        yield silent  # older versions of rich would print a line at the end
        return
    with progress.Progress(
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.TextColumn("{task.percentage:>3.0f}%"),
        progress.TimeRemainingColumn(),
        console=notes,
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None, visible=False)

        def show(done: int, total: Optional[int] = None) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(task, completed=done, total=total, visible=elapsed > _SHOWN_AFTER_SECONDS)

        yield show


@contextlib.contextmanager
def at_work(what: str) -> Iterator[None]:
    """Show that work of more than two seconds goes on, if its amount is not known.

    On a terminal only; shown also while the work only waits for an answer.
    """
    if not notes.is_terminal:
        yield
        return
    status = notes.status(what)
    timer = threading.Timer(_SHOWN_AFTER_SECONDS, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
