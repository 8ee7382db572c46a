"""Callbacks in forked children, with and without the hook that Python 3.6 lacks."""

from __future__ import annotations

import os

import pytest

from mdc_core import forks


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("is_old", [False, True])
def test_a_child_calls_back_in_order_and_its_parent_does_not(
    monkeypatch: pytest.MonkeyPatch, is_old: bool
) -> None:
    """Both callbacks run in the child, the first one first, before `fork` returns there."""
    monkeypatch.setattr(forks, "_callbacks", [])
    if is_old:
        monkeypatch.setattr(os, "fork", os.fork)  # put back what the call replaces
        monkeypatch.delattr(os, "register_at_fork", raising=False)
    called: list[str] = []
    forks.call_in_child(lambda: called.append("first"))
    forks.call_in_child(lambda: called.append("second"))
    child = os.fork()
    if child == 0:
        os._exit(0 if called == ["first", "second"] else 1)
    assert called == []
    assert os.waitpid(child, 0)[1] == 0
