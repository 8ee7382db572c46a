"""Fixtures for all tests: a clean environment, and collectors that do not outlive a test."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, List, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mdc_core
from tests.environments import python_of
from tests.examples_of import USUAL
from tests.forked_python import ForkedPython
from tests.lanes import left_out, markers
from tests.of_tools import OF_TOOLS
from tests.slow import TOGETHER, is_slow, is_slow_place, turn
from tests.waiting import wait_until

# The same examples in every run, so that a red one speaks of the change, not of the machine;
# `--hypothesis-profile=default` looks for others. No other place chooses a profile.
settings.register_profile("same", derandomize=True, deadline=None, max_examples=USUAL)
# Of the newest lane; that of the oldest packages has the usual number of the same properties.
settings.register_profile("fewer", settings.get_profile("same"), max_examples=2 * USUAL // 3)
settings.register_profile("few", settings.get_profile("same"), max_examples=10)
settings.load_profile("same")

# To look through all tests and what they load for garbage, again and again, takes a tenth of the
# inner loop.
gc.disable()

collect_ignore_glob = [] if sys.version_info >= (3, 9) else OF_TOOLS

_PREFIXES = ("MDC_", "AZUREML_MDC_", "AML_MODEL_DC_", "SERVICE_NAME")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> Optional[bool]:
    """Load no module of which a run takes nothing: to load them all takes seconds."""
    chosen = config.getoption("markexpr")
    without_slow = chosen == "not slow" and is_slow_place(collection_path)
    return True if without_slow or left_out(collection_path, chosen) else None


def pytest_make_parametrize_id(val: object) -> Optional[str]:
    """Name long texts by how they begin: escaping all of them takes seconds in each process."""
    if isinstance(val, (str, bytes)) and len(val) > 500:
        return f"{val[:40]!a} of {len(val)}"
    return None


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Mark what `make test-fast` and lanes leave out, and let long files begin first."""
    items.sort(key=lambda item: turn(item.path))
    for item in items:
        name = getattr(item, "originalname", item.name)
        if is_slow(item.path, name, getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        for marker in markers(item.path):
            item.add_marker(marker)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give the tests of a file to one process, and those of some files to the same."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class _Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return next((what for end, what in TOGETHER.items() if file.endswith(end)), file)

    return _Scheduling(config, log)


@given(st.none())
def _first_property(_: None) -> None:
    pass


def pytest_collection_finish() -> None:
    """Look for garbage from here on, and only among what tests make."""
    # In its first property hypothesis asks the collector who holds numpy's random numbers.
    _first_property()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Keep what was measured: xdist kills a worker that takes ten seconds to end."""
    measured = "coverage" in sys.modules and sys.modules["coverage"].Coverage.current()
    if measured:
        measured.save()


_start_program = subprocess.Popen.__init__


def _start_uname_alone(process: Any, args: Any, *more: Any, **named: Any) -> None:
    # That is Python's own: `platform.platform` starts it, once in a process.
    if args[0] != "uname":
        raise AssertionError(f"starts {args}: such tests are slow, list it in tests/slow.py")
    _start_program(process, args, *more, **named)


@pytest.fixture(autouse=True)
def _only_slow_tests_start_programs(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(subprocess.Popen, "__init__", _start_uname_alone)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the outside reaches a test, no pipeline of a test reaches the next."""
    import os

    for name in list(os.environ):
        if name.startswith(_PREFIXES):
            monkeypatch.delenv(name)
    yield
    mdc_core.shutdown()


@pytest.fixture(scope="session")
def official() -> Path:
    """The interpreter of the environment that holds the official SDK."""
    return python_of("official")


@pytest.fixture(scope="session")
def azure_ai_ml() -> Path:
    """The interpreter of the environment that holds the client of Azure, and ours."""
    return python_of("azure-ai-ml")


@pytest.fixture(scope="session")
def with_azure_ai_ml(azure_ai_ml: Path) -> Iterator[ForkedPython]:
    """An interpreter that has the client of Azure loaded, which takes seconds."""
    with ForkedPython(["azure.ai.ml", "azure.identity"], azure_ai_ml) as python:
        yield python


@pytest.fixture
def ends_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a process waits for its writer, however busy the machine is."""
    from mdc_core import runtime
    from mdc_core.transport import pipeline

    for module in (pipeline, runtime):
        monkeypatch.setattr(module, "GRACE_SECONDS", 30.0)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], List[str]]:
    """Returns what our own logger has said so far."""
    caplog.set_level(logging.INFO, logger="mdc_core")
    return lambda: [each.getMessage() for each in caplog.records if each.name == "mdc_core"]


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any], str], None]:
    """Polls a condition up to a deadline: `eventually(condition, what)`."""
    return wait_until
