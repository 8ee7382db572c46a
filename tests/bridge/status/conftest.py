"""An account for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.azure.azurite import Azurite, Place


@pytest.fixture(scope="session")
def azurite_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The account of an Azurite for the tests of this folder."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server.place
