"""Callbacks in forked children, with and without the hook that Python 3.6 lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType

import pytest

from mdc_core import forks


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("is_old", [False, True])
def test_a_child_calls_back_in_order_and_its_parent_does_not(
    monkeypatch: pytest.MonkeyPatch, is_old: bool
) -> None:
    """Both callbacks run in the child, the first one first, before `fork` returns there."""
    # Once there are callbacks nothing is asked to call them again; now there is one for certain.
    forks.call_in_child(lambda: None)
    monkeypatch.setattr(forks, "_callbacks", [] if is_old else [lambda: None])
    if is_old:
        monkeypatch.setattr(os, "fork", os.fork)  # put back what the call replaces
        monkeypatch.delattr(os, "register_at_fork", raising=False)
    called: list[str] = []
    forks.call_in_child(lambda: called.append("first"))
    forks.call_in_child(lambda: called.append("second"))
    child = os.fork()
    if child == 0:
        # Where Python can say when it forks it does so too.
        os._exit(0 if called[:2] == ["first", "second"] else 1)
    assert called == []
    assert os.waitpid(child, 0)[1] == 0


# A process of its own: in a child of C a thread that others wait for stops for good.
FORKS_IN_C = """
import ctypes, os
from mdc_core import forks
called = []
forks._callbacks[:] = [lambda: called.append("called")]
forks.notice()
assert called == []
child = ctypes.PyDLL(None).fork()
if child == 0:
    forks.notice()
    forks.notice()
    os._exit(0 if called == ["called"] else 1)
assert called == []
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_fork_that_nobody_told_of_is_noticed_once() -> None:
    """As one in C; the process that forked notices nothing."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS_IN_C], check=True, timeout=60)


def test_the_hook_of_uwsgi_is_called_behind_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """And forks under uWSGI are said to need `notice`, for others may replace that hook."""
    assert forks.are_noticed()
    called: list[str] = []
    uwsgi = ModuleType("uwsgi")
    uwsgi.post_fork_hook = lambda: called.append("theirs")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "uwsgi", uwsgi)
    monkeypatch.setattr(forks, "_callbacks", [])
    monkeypatch.setattr(os, "register_at_fork", lambda **_: None)
    forks.call_in_child(lambda: called.append("ours"))
    monkeypatch.setattr(forks, "_pid", -1)
    uwsgi.post_fork_hook()  # type: ignore[attr-defined]
    assert called == ["ours", "theirs"]
    assert not forks.are_noticed()
