"""Threads and locks of the system: between threads, in signal handlers, and among greenlets."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from mdc_core import native

# Far more than a test takes; none waits so long.
LONG = 30.0


def test_a_latch_lets_all_go_on_that_wait_for_it() -> None:
    """Those who wait already, and those who come later."""
    latch = native.Latch()
    results: list[bool] = []
    waiting = [threading.Thread(target=lambda: results.append(latch.wait(LONG))) for _ in range(8)]
    for thread in waiting:
        thread.start()
    assert not latch.is_set()
    latch.set()
    latch.set()
    for thread in waiting:
        thread.join(LONG)
    assert results == [True] * 8
    assert latch.is_set()
    assert latch.wait(0)
    assert latch.wait_natively()


@pytest.mark.parametrize("timeout", [0, 0.01, -1])
def test_a_latch_is_waited_for_no_longer_than_asked(timeout: float) -> None:
    """False says that it was not set."""
    latch = native.Latch()
    assert not latch.wait(timeout)
    assert not latch.wait_natively(timeout)


def test_no_time_is_too_long_for_a_latch() -> None:
    """The system's own bound is not the caller's concern."""
    latch = native.Latch()
    latch.set()
    assert latch.wait(1e300)
    assert latch.wait_natively(float("inf"))


def test_a_signal_handler_may_set_a_latch_that_it_interrupted() -> None:
    """While its thread waits for it, too."""
    latch = native.Latch()
    before = signal.signal(signal.SIGALRM, lambda *_: latch.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert latch.wait(LONG)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_mutex_is_one_thread_s_as_deep_as_it_likes() -> None:
    """No other one has it until the first has left as often as it entered."""
    mutex = native.Mutex()
    order: list[str] = []
    entered, left = threading.Event(), threading.Event()

    def other() -> None:
        entered.wait(LONG)
        with mutex:
            order.append("other")
        left.set()

    threading.Thread(target=other, daemon=True).start()
    with mutex:
        with mutex:
            entered.set()
        assert not left.wait(0.02)
        order.append("first")
    assert left.wait(LONG)
    assert order == ["first", "other"]


def test_an_exception_leaves_a_mutex() -> None:
    """As any `with`."""
    mutex = native.Mutex()
    with pytest.raises(LookupError), mutex:
        raise LookupError
    taken = native.Latch()

    def take() -> None:
        with mutex:
            taken.set()

    native.start_thread(take)
    assert taken.wait(LONG)


@pytest.mark.parametrize("name", [None, "mdc-test"])
def test_a_thread_runs_and_holds_up_no_exit(name: Any) -> None:
    """With a name it is one that debuggers know."""
    idents: list[int] = []
    ran, go_on = native.Latch(), native.Latch()

    def run() -> None:
        idents.append(native.get_ident())
        ran.set()
        go_on.wait(LONG)

    native.start_thread(run, name)
    assert ran.wait(LONG)
    known = [each.daemon for each in threading.enumerate() if each.name == name]
    go_on.set()
    assert idents[0] != native.get_ident()
    assert known == ([] if name is None else [True])


AMONG_GREENLETS = """
import sys, time
library, when = sys.argv[1:]
if library == "gevent":
    from gevent import monkey
    patch, spawn = monkey.patch_all, lambda run: __import__("gevent").spawn(run)
else:
    import eventlet
    patch, spawn = eventlet.monkey_patch, eventlet.spawn
if when == "before":
    patch()
from mdc_core import native
old = native.Latch()
mutex = native.Mutex()
if when == "after":
    patch()
me = native.get_ident()
idents, turns = [], []

def greenlet():
    for turn in range(3):
        turns.append(native.get_ident())
        time.sleep(0.001)
    native.start_thread(thread, "mdc-test")

def thread():
    with mutex:
        idents.append(native.get_ident())
    old.set()

spawn(greenlet)
new = native.Latch()
for _ in range(1000):           # others run meanwhile, on a busy machine later
    assert not new.wait(0.02)
    if len(turns) == 3:
        break
assert turns == [me] * 3, turns
assert old.wait(30)             # set by a thread of the system
assert idents and idents[0] != me
native.start_thread(new.set)
assert new.wait_natively(30)    # in which none of them runs
with mutex:
    pass
if library == "gevent":
    import gevent
    latch, done = native.Latch(), []
    gevent.get_hub().loop.run_callback(lambda: done.append(latch.wait(0.01)))
    time.sleep(0.05)
    assert done == [False], done   # the hub itself waits, in vain, and lives
print("done")
"""


@pytest.mark.newest_only
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_greenlets_run_while_one_of_them_waits(library: str, when: str) -> None:
    """Whether Python's threads were replaced before this package was imported or after it."""
    pytest.importorskip(library)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AMONG_GREENLETS, library, when],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    assert ran.stdout.decode().splitlines()[-1] == "done", ran.stdout.decode()
