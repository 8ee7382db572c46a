"""A storage account for the doctor to probe, and what it said of one check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Callable, List

import pytest
from azure.storage.blob import BlobServiceClient

from mdc_bridge.doctor.destinations import check_destinations
from mdc_bridge.doctor.report import Check
from mdc_core.settings import Settings
from tests.azure.azurite import Azurite

Probe = Callable[..., List[Check]]


@pytest.fixture(scope="session")
def doctors_azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azurite, for the tests of this folder."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
def account(doctors_azurite: Azurite) -> Iterator[BlobServiceClient]:
    """The account that is probed, seen directly; empty before and after."""
    place = doctors_azurite.place.connection_string
    with BlobServiceClient.from_connection_string(place) as client:
        yield client
        for container in client.list_containers():
            client.delete_container(container.name)


@pytest.fixture
def probe() -> Probe:
    """Returns a function that probes the destinations which variables ask for."""

    def run(seconds: float = 10.0, **environ: str) -> list[Check]:
        return list(check_destinations(Settings.from_environ(environ), environ, seconds))

    return run


def blobs(account: BlobServiceClient) -> list[str]:
    """Return the paths of all blobs, uncommitted ones included."""
    return [
        f"{container.name}/{blob.name}"
        for container in account.list_containers()
        for blob in account.get_container_client(container.name).list_blobs(
            include=["uncommittedblobs"]
        )
    ]


def only(checks: Iterable[Check], name: str) -> Check:
    """Return the one check of a name."""
    (found,) = [check for check in checks if check.name == name]
    return found


def statuses(checks: Iterable[Check]) -> Mapping[str, str]:
    """Return the status of each check by its name."""
    return {check.name: check.status.value for check in checks}
