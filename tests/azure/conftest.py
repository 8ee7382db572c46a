"""The parts that deliveries are tried on: Azurite, and a proxy in front of it that fails."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

import mdc_core
from mdc_core.storage import parse_storage
from tests.azure.azurite import ACCOUNT, Azurite, Place
from tests.azure.certificates import write_certificate
from tests.azure.fault_proxy import FaultProxy
from tests.azure.mirror import Mirror
from tests.azure.replica import replica_maker, shared_blob

blob = pytest.fixture(shared_blob)
make_replica = pytest.fixture(replica_maker)


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azurite over HTTP; tests share it and use containers or blobs of their own."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    return write_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def azurite_https(
    tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]
) -> Iterator[Azurite]:
    """Azurite over HTTPS that also takes bearer tokens, and checks their claims."""
    with Azurite(tmp_path_factory.mktemp("azurite-https"), *certificate) as server:
        yield server


@pytest.fixture
def proxy(azurite: Azurite) -> Iterator[FaultProxy]:
    """A proxy in front of Azurite that passes everything until told otherwise."""
    with FaultProxy(azurite.port) as proxy:
        yield proxy


@pytest.fixture
def through_proxy(proxy: FaultProxy) -> Place:
    """Azurite's account as reached through the proxy."""
    return Place(f"{proxy.url}/{ACCOUNT}")


@pytest.fixture
def service(azurite: Azurite) -> Iterator[BlobServiceClient]:
    """A client that looks at the account directly."""
    place = azurite.place
    with BlobServiceClient.from_connection_string(place.connection_string) as client:
        yield client


@pytest.fixture
def container(service: BlobServiceClient) -> ContainerClient:
    """A container of the test's own, not made yet."""
    return service.get_container_client(f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def to_account(
    through_proxy: Place,
    container: ContainerClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Collectors deliver to the test's container through the proxy, nearly without waiting."""
    monkeypatch.setenv("MDC_STORAGE", through_proxy.connection_string)
    monkeypatch.setenv("MDC_CONTAINER", container.container_name)
    monkeypatch.setenv("MDC_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.setenv("MDC_DELIVERY_INTERVAL", "0.02")
    yield
    # Before the proxy goes, so that nothing meets a closed door.
    mdc_core.shutdown()


@pytest.fixture
def make_mirror(
    through_proxy: Place, container: ContainerClient, tmp_path: Path
) -> Iterator[Callable[..., Mirror]]:
    """Makes a `Mirror` to the test's container through the proxy, in the test's one spool."""
    made: list[Mirror] = []

    def make(storage: str = through_proxy.connection_string, **options: Any) -> Mirror:
        options.setdefault("container", container.container_name)
        options.setdefault("root", tmp_path / "spool" / "segments")
        made.append(Mirror(parse_storage(storage, "MDC_STORAGE"), **options))
        return made[-1]

    yield make
    for mirror in made:
        mirror.close()


@pytest.fixture
def blobs(container: ContainerClient) -> Callable[[], dict[str, bytes]]:
    """Returns what the blobs of the test's container hold, by name."""

    def read() -> dict[str, bytes]:
        names = sorted(blob.name for blob in container.list_blobs())
        return {name: container.download_blob(name).readall() for name in names}

    return read
