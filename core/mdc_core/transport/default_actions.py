"""The default action of signals that end a process, which leaves no time to write what waits.

Where a signal has its default action a handler of ours stands in for it; see `lifecycle` for what
it does. For everybody else the default action is still there: `signal.getsignal` returns SIG_DFL,
and whoever sets SIG_DFL gets the stand-in again. That is needed because servers put it back just
before they send themselves the signal that they were ended by, as uvicorn does, or when a worker
starts, as Celery's and gunicorn's do. Handlers of others are never replaced, wrapped or delayed.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed has no stub for it
import os
import signal
from types import FrameType
from typing import Any, Callable, Optional

from .. import native

# All that end a process by default, except faults, SIGABRT (a core dump is wanted), SIGKILL and
# the real-time ones.
ENDING = frozenset(
    getattr(signal, name)
    for name in (
        *("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM"),
        *("SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGXFSZ", "SIGPIPE"),
    )
    if hasattr(signal, name)
)
# `_signal` takes no other form of it.
_DEFAULT = int(signal.SIG_DFL)
_STATUS = "/proc/self/status"
_SECONDS_TO_DIE = 1.0

# As they were before `stand_in`, which replaces them.
_set_handler = _signal.signal
_get_handler = _signal.getsignal
_exit_at_once = os._exit
_on_signal: Optional[Callable[[int], None]] = None
_is_in_place = False
# The call that waits for the main thread; it has to live until it is made.
_scheduled: Any = None


def stand_in(on_signal: Callable[[int], None]) -> None:
    """Call `on_signal` in the main thread, with the signal's number, in place of default actions.

    Handlers can be set by the main thread only. Called in another one, this leaves it to the main
    thread to do so as soon as it runs Python; see `is_in_place`.
    """
    global _on_signal
    _on_signal = on_signal
    _signal.signal = _signal_signal
    _signal.getsignal = _signal_getsignal
    is_in_place()


def is_in_place() -> bool:
    """Return whether no signal can end the process unnoticed any more."""
    if not _is_in_place:
        try:
            _set_all()
        except ValueError:
            _schedule()
    return _is_in_place


def perform(signum: int) -> None:
    """End the process by the default action; for the main thread."""
    _set_handler(signum, _DEFAULT)
    os.kill(os.getpid(), signum)
    # Only where the signal is blocked.
    native.Latch().wait_natively(_SECONDS_TO_DIE)
    _exit_at_once(128 + signum)


def start_over_in_child() -> None:
    """Look again, in a forked child, what has its default action."""
    global _scheduled, _is_in_place
    _scheduled, _is_in_place = None, False
    if _on_signal is not None:
        is_in_place()


def _set_all() -> None:
    global _is_in_place
    # The kernel spares the first process of a container, where no signal has a default action.
    if os.getpid() != 1:
        others = _handled_elsewhere()
        for signum in ENDING:
            if _get_handler(signum) == _DEFAULT and not others >> (signum - 1) & 1:
                _set_handler(signum, _stand_in)
    _is_in_place = True


def _handled_elsewhere() -> int:
    """Return the signals that have a handler or are ignored, one bit for each.

    Python knows nothing of those that C code has set: faulthandler, uWSGI, a virtual machine.
    """
    masks = 0
    try:
        with open(_STATUS, "rb") as status:
            for line in status:
                if line.startswith((b"SigCgt:", b"SigIgn:")):
                    masks |= int(line.split()[1], 16)
    except OSError:
        return 0  # not Linux
    return masks


def _schedule() -> None:
    global _scheduled
    if _scheduled is not None:
        return
    try:
        import ctypes
    except ImportError:
        return
    call_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)

    def set_all(_: Any) -> int:
        if not _is_in_place:
            _set_all()
        return 0

    _scheduled = call_type(set_all)
    if ctypes.pythonapi.Py_AddPendingCall(_scheduled, None) != 0:
        _scheduled = None


def _stand_in(signum: int, _frame: Optional[FrameType]) -> None:
    if _on_signal is not None:
        _on_signal(signum)


def _signal_signal(signum: int, handler: Any) -> Any:
    """Stand for `_signal.signal`, which `signal.signal` calls."""
    if isinstance(handler, int) and handler == _DEFAULT and signum in ENDING:
        handler = _stand_in if os.getpid() != 1 else handler
    return _unless_ours(_set_handler(signum, handler))


def _signal_getsignal(signum: int) -> Any:
    """Stand for `_signal.getsignal`, which `signal.getsignal` calls."""
    return _unless_ours(_get_handler(signum))


def _unless_ours(handler: Any) -> Any:
    return _DEFAULT if handler is _stand_in else handler
