"""A receiver for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.modern.agent.running import Running


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """A function that starts a receiver with some settings."""
    started = []

    def start(**settings: Any) -> Running:
        agent = Running(tmp_path, **settings)
        started.append(agent)
        return agent

    yield start
    for agent in started:
        agent.close()


@pytest.fixture
def agent(run: Callable[..., Running]) -> Running:
    """A receiver as it is without settings."""
    return run()
