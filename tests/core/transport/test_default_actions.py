"""What stands in for the default action of signals: seen by nobody, in nobody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Callable

import pytest

from mdc_core import native
from mdc_core.transport import default_actions

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no such signals"),
]
ENDING = sorted(default_actions.ENDING)


def ends(act: Callable[[], None]) -> int:
    """Return how a child ends that acts: its exit code, or less than zero for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for signum in default_actions.ENDING:
                signal.signal(signum, signal.SIG_DFL)
            act()
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def noted() -> list[int]:
    """Let signals be noted from now on where they have their default action."""
    numbers: list[int] = []
    default_actions.stand_in(numbers.append)
    assert default_actions.is_in_place()
    return numbers


def send(signum: int) -> None:
    """Send this process a signal and let Python see it."""
    os.kill(os.getpid(), signum)
    native.Latch().wait(0.001)


@pytest.mark.parametrize("signum", ENDING, ids=lambda number: signal.Signals(number).name)
def test_the_signal_is_told_and_ends_nothing(signum: int) -> None:
    """Whoever asks sees the default action, and may set it again."""

    def act() -> None:
        numbers = noted()
        send(signum)
        assert numbers == [signum]
        assert signal.getsignal(signum) is signal.SIG_DFL
        assert signal.signal(signum, signal.SIG_DFL) is signal.SIG_DFL
        send(signum)
        assert numbers == [signum] * 2

    assert ends(act) == 0


@pytest.mark.parametrize("signum", ENDING, ids=lambda number: signal.Signals(number).name)
def test_performing_ends_the_process_by_the_signal(signum: int) -> None:
    """Its parent sees what it would have seen without us."""

    def act() -> None:
        default_actions.stand_in(default_actions.perform)
        assert default_actions.is_in_place()
        send(signum)

    assert ends(act) == -signum


def test_a_blocked_signal_is_an_exit_code() -> None:
    """As a shell has it, for the process has to end."""

    def act() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        default_actions.perform(signal.SIGTERM)

    assert ends(act) == 128 + signal.SIGTERM


def test_handlers_of_others_stay_and_run_alone() -> None:
    """Those that were there before, and those that come later."""

    def act() -> None:
        theirs: list[int] = []

        def handle(signum: int, _frame: object) -> None:
            theirs.append(signum)

        signal.signal(signal.SIGTERM, handle)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        numbers = noted()
        assert signal.getsignal(signal.SIGTERM) is handle
        assert signal.signal(signal.SIGUSR1, handle) is signal.SIG_DFL
        for signum in (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
            send(signum)
        assert (numbers, theirs) == ([], [signal.SIGTERM, signal.SIGUSR1])
        assert signal.signal(signal.SIGTERM, signal.SIG_DFL) is handle
        send(signal.SIGTERM)
        assert numbers == [signal.SIGTERM]

    assert ends(act) == 0


def test_a_handler_of_c_code_stays() -> None:
    """Python says that there is the default action, the kernel knows better."""
    script = (
        "import faulthandler, os, signal, sys; faulthandler.register(signal.SIGUSR1, sys.stdout);"
        "from mdc_core.transport import default_actions; numbers = [];"
        "default_actions.stand_in(numbers.append); assert default_actions.is_in_place();"
        "os.kill(os.getpid(), signal.SIGUSR1); assert numbers == [], numbers"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, timeout=60, check=True
    )
    assert b"most recent call first" in ran.stdout


def test_what_it_was_told_in_a_thread_the_main_thread_does() -> None:
    """Handlers are set as soon as that runs Python, or the interpreter wakes up in it."""

    def act() -> None:
        numbers: list[int] = []
        told = native.Latch()

        def tell() -> None:
            default_actions.stand_in(numbers.append)
            told.set()

        default_actions.start_over_in_child()
        native.start_thread(tell)
        assert told.wait_natively(30)
        for _ in range(10_000):
            if default_actions.is_in_place():
                break
        send(signal.SIGTERM)
        assert numbers == [signal.SIGTERM]

    assert ends(act) == 0


def test_a_forked_child_looks_again() -> None:
    """What its parent handled may have its default action by then."""

    def act() -> None:
        numbers = noted()
        child = os.fork()
        if child == 0:
            default_actions.start_over_in_child()
            assert default_actions.is_in_place()
            send(signal.SIGTERM)
            os._exit(0 if numbers == [signal.SIGTERM] else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert numbers == []

    assert ends(act) == 0


def test_the_first_process_of_a_container_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel spares it, so there is no default action to stand in for."""

    def act() -> None:
        pid = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: 1)
        default_actions.start_over_in_child()
        numbers = noted()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(pid, signal.SIGTERM)
        native.Latch().wait(1)
        assert numbers == []

    assert ends(act) == -signal.SIGTERM  # the test's process is not really the first


@pytest.mark.parametrize(
    "name", ["SIGKILL", "SIGABRT", "SIGSEGV", "SIGCHLD", "SIGSTOP", "SIGWINCH"]
)
def test_other_signals_are_what_they_are(name: str) -> None:
    """Faults want their core dump, others do not end a process."""
    assert getattr(signal, name) not in default_actions.ENDING
