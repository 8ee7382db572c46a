"""Who we are to the account: key, SAS, connection string, identity, over HTTPS."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, List

import azure.identity
import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
    generate_container_sas,
)

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.storage import parse_storage
from tests.azure.azurite import ACCOUNT, KEY, Azurite
from tests.azure.identity_endpoint import CLIENT, SIGNATURE, IdentityEndpoint
from tests.azure.mirror import Mirror

Log = Callable[[], List[str]]
MakeMirror = Callable[..., Mirror]
CONTAINER = "identity"


@pytest.fixture(autouse=True)
def _trust(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process trusts the server's certificate, and has no identity from outside."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    for name in ("CLIENT_ID", "TENANT_ID", "CLIENT_SECRET", "FEDERATED_TOKEN_FILE"):
        monkeypatch.delenv(f"AZURE_{name}", raising=False)


@pytest.fixture
def held(azurite_https: Azurite, certificate: tuple[Path, Path]) -> Iterator[BlobServiceClient]:
    """The account, looked at by its key."""
    place = azurite_https.place
    with BlobServiceClient.from_connection_string(
        place.connection_string, connection_verify=str(certificate[0])
    ) as client:
        yield client
        for container in client.list_containers():
            client.delete_container(container.name)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """A managed identity of this process."""
    with IdentityEndpoint() as endpoint:
        for name, value in endpoint.environ.items():
            monkeypatch.setenv(name, value)
        yield endpoint


def tomorrow() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)


def account_sas() -> str:
    return generate_account_sas(
        ACCOUNT,
        KEY,
        ResourceTypes(service=True, container=True, object=True),
        AccountSasPermissions(read=True, write=True, create=True, add=True),
        tomorrow(),
    )


FORMS: dict[str, Callable[[str], str]] = {
    "connection string with key": lambda url: (
        f"DefaultEndpointsProtocol=https;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={url}"
    ),
    "connection string with SAS": lambda url: (
        f"BlobEndpoint={url};SharedAccessSignature={account_sas()}"
    ),
    "account URL with SAS": lambda url: f"{url}?{account_sas()}",
    "account URL with SAS and a question mark": lambda url: f"{url}/?{account_sas()}",
}


def deliver(mirror: Mirror, held: BlobServiceClient) -> None:
    mirror.append(b"{}\n")
    mirror.deliver()
    container = held.get_container_client(CONTAINER)
    (blob,) = container.list_blobs()
    assert container.download_blob(blob.name).readall() == b"{}\n"


@pytest.mark.parametrize("storage", FORMS.values(), ids=FORMS)
def test_keys_and_signatures_are_taken(
    make_mirror: MakeMirror,
    azurite_https: Azurite,
    held: BlobServiceClient,
    storage: Callable[[str], str],
) -> None:
    """Every documented form delivers, container and all."""
    deliver(make_mirror(storage(azurite_https.place.url), container=CONTAINER), held)


def test_a_sas_of_a_container_is_enough_where_the_container_exists(
    make_mirror: MakeMirror, azurite_https: Azurite, held: BlobServiceClient
) -> None:
    """Least privilege: read, add, create and write in one container."""
    held.create_container(CONTAINER)
    sas = generate_container_sas(ACCOUNT, CONTAINER, KEY, permission="racw", expiry=tomorrow())
    deliver(make_mirror(f"{azurite_https.place.url}?{sas}", container=CONTAINER), held)


def test_a_managed_identity_is_taken(
    make_mirror: MakeMirror,
    azurite_https: Azurite,
    held: BlobServiceClient,
    endpoint: IdentityEndpoint,
) -> None:
    """An account URL alone asks for the identity of the process, for storage and nothing else."""
    deliver(make_mirror(azurite_https.place.url, container=CONTAINER), held)
    (asked,) = endpoint.asked
    assert asked["resource"].rstrip("/") == "https://storage.azure.com"
    assert "client_id" not in asked


@pytest.mark.skipif(
    azure.identity.__version__.startswith(("1.2.", "1.3.")),
    reason="azure-identity knows it since 1.4; said at start",
)
def test_a_user_assigned_identity_is_asked_for_by_its_client_id(
    make_mirror: MakeMirror,
    azurite_https: Azurite,
    held: BlobServiceClient,
    endpoint: IdentityEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`AZURE_CLIENT_ID` says which of several."""
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    deliver(make_mirror(azurite_https.place.url, container=CONTAINER), held)
    assert [asked["client_id"] for asked in endpoint.asked] == [CLIENT]


@pytest.mark.skipif(
    azure.identity.__version__.startswith(("1.2.", "1.3.")),
    reason="azure-identity knows it since 1.4; said at start",
)
def test_an_account_may_have_an_identity_of_its_own(
    azurite_https: Azurite,
    held: BlobServiceClient,
    endpoint: IdentityEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One process writes to several accounts, to each as another identity; the variable is one."""
    monkeypatch.setenv("AZURE_CLIENT_ID", "00000000-0000-0000-0000-000000000000")
    account = ConnectedAccount(parse_storage(azurite_https.place.url, "storage"), client_id=CLIENT)
    account.make_container(CONTAINER)
    account.close()
    assert [asked["client_id"] for asked in endpoint.asked] == [CLIENT]
    assert [container.name for container in held.list_containers()] == [CONTAINER]


@pytest.mark.parametrize(
    "claims",
    [{"aud": "https://vault.azure.net"}, {"iss": "https://example.com/"}, {"exp": 1000}],
    ids=["audience", "issuer", "expiry"],
)
def test_a_token_that_the_account_refuses_is_a_lack_of_access(
    make_mirror: MakeMirror,
    azurite_https: Azurite,
    endpoint: IdentityEndpoint,
    log: Log,
    claims: dict[str, object],
) -> None:
    """The message names the role, and no part of the token."""
    endpoint.claims.update(claims)
    mirror = make_mirror(azurite_https.place.url, container=CONTAINER)
    mirror.append(b"{}\n")
    assert mirror.step() >= 30.0
    (message,) = log()
    assert "Storage Blob Data Contributor" in message
    assert SIGNATURE not in message
    assert "eyJ" not in message


def test_no_identity_at_all_is_one_message(
    make_mirror: MakeMirror,
    azurite_https: Azurite,
    endpoint: IdentityEndpoint,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An endpoint that refuses us ends in one line that names setting and role."""
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    monkeypatch.setenv("MSI_SECRET", "wrong")
    # Neither the command line tools of this machine nor a network's own endpoint is asked.
    monkeypatch.setenv("PATH", "")
    mirror = make_mirror(azurite_https.place.url, container=CONTAINER)
    mirror.append(b"{}\n")
    assert mirror.step() >= 30.0
    (message,) = log()
    assert "\n" not in message
    assert "MDC_STORAGE" in message
    assert "Storage Blob Data Contributor" in message


def test_a_certificate_that_nobody_vouches_for_is_refused(
    make_mirror: MakeMirror, azurite_https: Azurite, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS is checked; there is no setting to switch that off."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    mirror = make_mirror(azurite_https.place.connection_string, container=CONTAINER)
    mirror.append(b"{}\n")
    mirror.step()
    (message,) = log()
    assert "certificate" in message.lower()
    assert mirror.outbox.waiting_bytes() == 3


def test_the_settings_show_no_secret(azurite_https: Azurite) -> None:
    """Neither the text nor the representation of any form does."""
    for form in FORMS.values():
        storage = parse_storage(form(azurite_https.place.url), "MDC_STORAGE")
        for text in (str(storage), repr(storage)):
            assert KEY not in text
            assert "sig=" not in text
