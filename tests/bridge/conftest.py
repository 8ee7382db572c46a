"""Fixtures for the tests of tools."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def _pools_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes of a migration be forked, as they are of a command.

    They are not where other threads run, and xdist has one in each worker: two processes that load
    pandas anew take a second of each test. Threads that a test begins count.
    """
    if sys.version_info >= (3, 9):
        from mdc_bridge.migrate import local_engine

        before = threading.active_count() - 1
        counted = SimpleNamespace(
            Thread=threading.Thread, active_count=lambda: threading.active_count() - before
        )
        monkeypatch.setattr(local_engine, "threading", counted)
