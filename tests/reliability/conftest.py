"""Fixtures for tests that run scoring scripts in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Optional

import pytest

from tests.reliability.scoring_processes import Child, Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The folder that the test's processes collect to."""
    return Tree(tmp_path / "collected")


@pytest.fixture
def start(tree: Tree) -> Iterator[Callable[..., Child]]:
    """Starts a script that collects to `tree`, both layouts: `start(script, *arguments)`."""
    children: list[Child] = []

    def start_child(
        script: str, *arguments: object, storage: Optional[Path] = None, **variables: str
    ) -> Child:
        variables.setdefault("MDC_STORAGE", str(storage or tree.root))
        variables.setdefault("MDC_BRIDGE_MODE", "dual")
        children.append(Child(script, *arguments, **variables))
        return children[-1]

    yield start_child
    for child in children:
        if child.process.poll() is None:
            child.process.kill()
        child.process.communicate()
