"""The ends of a process, and what has to happen before each.

Between `collect` and the file an event is in memory, for 100 ms or as long as the writer takes. So
before a process ends, what waits has to be written, or counted as lost. A process of Python ends
in one of these ways, whatever server runs in it; each has one place here:

==================================  =============================================================
the interpreter exits               `_at_exit`, the last of the exit handlers: end of the script,
                                    sys.exit, an exception, KeyboardInterrupt, and every server
                                    whose own handler for a signal ends it in order
`os._exit`, `os.abort`              are preceded by the same: children of multiprocessing, billiard
                                    (Celery) and loky end so, and handlers that are in a hurry
`os.execv`, `os.execve`             are preceded by writing alone, because they may fail
the default action of a signal      is put off by `_end_by`; see `default_actions`
fork                                ends nothing, but the child has no thread that writes, and must
                                    not write what waits in its parent: it starts over
SIGKILL, a crash, loss of power,    cannot be preceded by anything; what is written stays, see
and C code that ends the process    `spool`. uWSGI is such C code, see `is_complete`
==================================  =============================================================

Nothing here is a handler of ours in a server's way: a signal that a server handles is the
server's alone, at once, and leads to one of the ends above. So neither an event loop nor gevent's
hub ever waits for us.

Where a signal has its default action, the process would end in the middle of whatever it does. It
ends a little later instead, as if the signal had come then: a thread closes the pipelines; the
main thread waits for it, for what it did is not to go on. But that may hold a lock that the
writing needs, of a stream, a logger or the caller's own; so when it takes too long the main thread
does go on, and the process ends as soon as all is written, or the time is up.

As any handler in Python, this runs when the main thread next runs Python. One that waits in C for
ever, with the signal blocked or taken by another thread, is ended by SIGKILL alone.
"""

from __future__ import annotations

import atexit
import functools
import os
import sys
from typing import Any, Callable, Optional

from .. import forks, native
from . import default_actions

# The main thread waits so long for what is written, before it goes on once more.
PATIENCE_SECONDS = 0.5
# Together with what `_finish` may take, the longest that an end is put off.
DEADLINE_SECONDS = 4.5


class Callbacks:
    """What a process with pipelines does at its ends.

    `finish` may be called again, also in the thread that is in the midst of it.
    """

    def hold(self) -> Callable[[], None]:
        """Write all that waits, log the rest, and accept nothing; what is returned ends that."""
        return lambda: None

    def finish(self, on_written: Callable[[], None] = lambda: None) -> None:
        """Write all that waits, tell so, and close everything for good; in bounded time."""

    def start_over_in_child(self) -> None:
        """Forget, in a forked child, what belongs to its parent."""


_callbacks = Callbacks()
_installed = False


class _End:
    """The end that the default action of a signal has begun.

    Attributes:
        signum: the signal; None as long as there was none.
        written: nothing waits in memory any more.
        finished: everything is closed.
        exiting: the interpreter's exit has begun, and will see to it.
    """

    def __init__(self) -> None:
        self.signum: Optional[int] = None
        self.written = native.Latch()
        self.finished = native.Latch()
        self.exiting = False


_end = _End()


def install(callbacks: Callbacks) -> None:
    """See to the ends of this process and of those forked from it; once, from any thread."""
    global _installed, _callbacks
    if _installed:
        return
    _installed = True
    _callbacks = callbacks
    forks.call_in_child(_in_child)
    for name in ("_exit", "abort"):
        _precede_end(name)
    for name in ("execv", "execve"):
        _precede_replacement(name)
    default_actions.stand_in(_end_by)


def is_complete() -> bool:
    """Return whether the process can no longer end unnoticed.

    False while signals have their default action and the main thread, which alone can set
    handlers, has run no Python since `install`; and always under uWSGI, which ends a busy worker
    in C, and lets no thread run between two requests unless told to.
    """
    return default_actions.is_in_place() and "uwsgi" not in sys.modules


def _finish() -> None:
    if not _end.finished.is_set():
        _callbacks.finish(_end.written.set)
        _end.finished.set()


@atexit.register
def _at_exit() -> None:
    # Registered when this is imported: exit handlers that were registered later may still collect.
    _end.exiting = True
    try:
        _finish()
    finally:
        _finish()  # the rest, when somebody at the keyboard is in a hurry
        _end.exiting = False
    if _end.signum is not None:
        default_actions.perform(_end.signum)


def _precede_end(name: str) -> None:
    real = getattr(os, name)

    @functools.wraps(real)
    def end(*args: Any, **kwargs: Any) -> None:
        try:
            _finish()
        finally:
            real(*args, **kwargs)

    # Also in modules that have imported it by its name.
    for module in list(sys.modules.values()):
        known = getattr(module, "__dict__", None)
        if isinstance(known, dict) and known.get(name) is real:
            known[name] = end


def _precede_replacement(name: str) -> None:
    real = getattr(os, name)

    @functools.wraps(real)
    def replace(*args: Any, **kwargs: Any) -> None:
        if not _can_be_run(*args[:1], **kwargs):
            real(*args, **kwargs)  # it fails: os.execvp tries folder after folder
        resume = _callbacks.hold()
        try:
            real(*args, **kwargs)
        finally:
            resume()  # it failed all the same

    setattr(os, name, replace)


def _can_be_run(path: Any = None, *_: Any, **__: Any) -> bool:
    try:
        return isinstance(path, int) or (os.path.isfile(path) and os.access(path, os.X_OK))
    except (TypeError, ValueError):
        return False


def _end_by(signum: int) -> None:
    """In place of a signal's default action, in the main thread, whatever it was doing."""
    begun, _end.signum = _end.signum is not None, signum
    if _end.exiting:
        return
    if not begun and not _end.finished.is_set():
        try:
            native.start_thread(_finish_and_signal)
        except RuntimeError:
            _finish()
    if _end.written.wait_natively(PATIENCE_SECONDS):
        _end.finished.wait_natively(DEADLINE_SECONDS)
        default_actions.perform(signum)


def _finish_and_signal() -> None:
    end = _end
    try:
        _finish()
    finally:
        end.written.set()
        end.finished.set()
        if end.signum is not None:
            os.kill(os.getpid(), end.signum)


def _in_child() -> None:
    global _end
    _end = _End()
    default_actions.start_over_in_child()
    _callbacks.start_over_in_child()
