"""The end of a process: whatever it is, what was accepted is written, within five seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.reliability.scoring_processes import Child, Tree

EVENTS = 50
SECONDS = 5.0
# Python kills itself by the signal since 3.8.
INTERRUPTED = -signal.SIGINT if sys.version_info >= (3, 8) else 1

# The way of ending, the signal sent, the status it has to end with, whether a handler has to run.
WAYS = {
    "return": (None, 0, False),
    "exit": (None, 5, False),
    "exception": (None, 1, False),
    "killed": (signal.SIGTERM, -signal.SIGTERM, False),
    "interrupted": (signal.SIGINT, INTERRUPTED, False),
    "ignored": (signal.SIGTERM, 0, False),
    "staying": (signal.SIGTERM, 0, True),
    "exiting": (signal.SIGTERM, 3, True),
    "vanishing": (signal.SIGTERM, 4, True),
}
HEALTHY = [("legacy", way) for way in WAYS] + [("modern", way) for way in ("return", "killed")]
BROKEN = [("legacy", way) for way in ("return", "killed", "interrupted", "staying", "exiting")]


class Outcome(NamedTuple):
    """How a process ended."""

    status: int
    seconds: float
    stdout: str
    stderr: str
    tree: Tree


def run_all(cases: list[tuple[str, str]], storages: list[Path]) -> list[Outcome]:
    """Run the cases side by side: most of their time they wait."""
    children = [
        Child("ending.py", *case, MDC_STORAGE=str(storage), MDC_BRIDGE_MODE="dual")
        for case, storage in zip(cases, storages)
    ]
    try:
        for child in children:
            child.wait_until_ready()
        begun = [_begin_the_end(child, way) for child, (_, way) in zip(children, cases)]
        ended = [0.0] * len(children)
        while not all(ended):
            for at, child in enumerate(children):
                if not ended[at] and child.process.poll() is not None:
                    ended[at] = time.monotonic()
            assert time.monotonic() - begun[0] < 60
            time.sleep(0.01)
        return [
            Outcome(child.process.returncode, end - start, *child.end(), Tree(storage))
            for child, start, end, storage in zip(children, begun, ended, storages)
        ]
    finally:
        for child in children:
            child.process.kill()
            child.process.communicate()


def _begin_the_end(child: Child, way: str) -> float:
    start = time.monotonic()
    if WAYS[way][0] is not None:
        child.process.send_signal(WAYS[way][0])
    if way in ("return", "exit", "exception", "ignored", "staying"):
        child.go()
    return start


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """The outcomes of HEALTHY and of BROKEN; the latter have a file where a folder is needed."""
    storages = [tmp_path_factory.mktemp("collected") for _ in HEALTHY]
    for _ in BROKEN:
        blocked = tmp_path_factory.mktemp("blocked") / "file"
        blocked.write_text("in the way")
        storages.append(blocked / "collected")
    return run_all(HEALTHY + BROKEN, storages)


@pytest.fixture
def healthy(outcomes: list[Outcome]) -> dict[tuple[str, str], Outcome]:
    """The outcomes with a destination that works, by kind of collector and way of ending."""
    return dict(zip(HEALTHY, outcomes))


@pytest.fixture
def broken(outcomes: list[Outcome]) -> dict[tuple[str, str], Outcome]:
    """The outcomes with a broken destination, by kind of collector and way of ending."""
    return dict(zip(BROKEN, outcomes[len(HEALTHY) :]))


@pytest.mark.parametrize(("kind", "way"), HEALTHY)
def test_nothing_accepted_is_lost(
    healthy: dict[tuple[str, str], Outcome], kind: str, way: str
) -> None:
    """Every event collected before the end is in the files, once."""
    tree = healthy[kind, way].tree
    assert sorted(tree.line_values()) == list(range(EVENTS))
    if kind == "legacy":
        assert sorted(map(int, tree.row_values())) == list(range(EVENTS))
    assert not list((tree.root / ".mdc-bridge").rglob("torn/*"))


@pytest.mark.parametrize(("kind", "way"), HEALTHY)
def test_the_process_ends_as_it_would_have(
    healthy: dict[tuple[str, str], Outcome], kind: str, way: str
) -> None:
    """Status and handlers are those of the script, and no traceback is ours."""
    outcome = healthy[kind, way]
    _, status, handled = WAYS[way]
    assert outcome.status == status
    assert outcome.stdout.count("HANDLER") == handled
    assert outcome.seconds < SECONDS
    assert "mdc_core" not in outcome.stderr
    assert ("Traceback" in outcome.stderr) == (way in ("exception", "interrupted"))


@pytest.mark.parametrize(("kind", "way"), BROKEN)
def test_a_broken_destination_delays_no_end(
    broken: dict[tuple[str, str], Outcome], kind: str, way: str
) -> None:
    """Where nothing can be written the end comes as it would have, soon."""
    outcome = broken[kind, way]
    _, status, handled = WAYS[way]
    assert outcome.status == status
    assert outcome.stdout.count("HANDLER") == handled
    assert outcome.seconds < 4 * SECONDS  # nobody waits for the destination; the soak measures it
    assert "mdc_core" not in outcome.stderr
    assert ("Traceback" in outcome.stderr) == (way in ("exception", "interrupted"))


@pytest.mark.parametrize("way", ["return", "interrupted", "staying", "exiting"])
def test_what_a_broken_destination_cost_is_said(
    broken: dict[tuple[str, str], Outcome], way: str
) -> None:
    """At the end the log says why nothing could be written and how many events were lost."""
    stderr = broken["legacy", way].stderr
    assert "writing fails" in stderr
    assert f"{EVENTS} events were lost" in stderr


IMPORTED_BY_NAME = """
import os, sys
from os import _exit
from azureml.monitoring import ModelDataCollector

collector = ModelDataCollector("m", "inputs")
for number in range(50):
    collector.collect([number])
_exit(7)
"""


def test_an_exit_that_was_imported_by_its_name(tmp_path: Path) -> None:
    """A module that has `os._exit` for its own before anything is collected ends like others."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORTED_BY_NAME],
        env={**os.environ, "MDC_STORAGE": str(tmp_path), "MDC_BRIDGE_MODE": "modern"},
        check=False,
        timeout=60,
    )
    assert done.returncode == 7
    lines = [line for path in tmp_path.rglob("*.jsonl") for line in path.read_text().splitlines()]
    assert len(lines) == 50
