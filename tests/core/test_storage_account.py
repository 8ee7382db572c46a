"""One storage account is one, in whatever form it is written."""

from __future__ import annotations

import itertools
from typing import List

import pytest

from mdc_core.storage import AccountUrl, ConnectionString, parse_storage
from mdc_core.storage_account import endpoint, identity, spelled

KEY = "c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5+/w=="
SAS = "sv=2024-01-01&sig=c2VjcmV0c2lnbmF0dXJl"

PUBLIC = [
    "https://acc.blob.core.windows.net",
    "https://acc.blob.core.windows.net/",
    "HTTPS://ACC.Blob.Core.Windows.NET:443//",
    "http://acc.blob.core.windows.net",
    "https://acc.privatelink.blob.core.windows.net",
    f"https://acc.blob.core.windows.net?{SAS}",
    f"https://acc.blob.core.windows.net/?{SAS}",
    f"AccountName=acc;AccountKey={KEY}",
    f"AccountName=Acc;AccountKey={KEY};",
    f"DefaultEndpointsProtocol=http;AccountName=acc;AccountKey={KEY}",
    f"DefaultEndpointsProtocol=https;AccountName=acc;EndpointSuffix=core.windows.net;AccountKey={KEY}",
    f"AccountName=acc;AccountKey={KEY};EndpointSuffix=Core.Windows.Net",
    f"AccountName=acc;SharedAccessSignature={SAS}",
    f"BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature={SAS}",
    f"SharedAccessSignature={SAS};BlobEndpoint=https://acc.blob.core.windows.net",
    f"BlobEndpoint=https://acc.blob.core.windows.net/?{SAS}",
    f"BlobEndpoint=acc.blob.core.windows.net;AccountName=acc;AccountKey={KEY}",
    (
        f"BlobEndpoint=https://acc.blob.core.windows.net;QueueEndpoint=https://q;AccountName=acc;"
        f"AccountKey={KEY}"
    ),
    (
        f"BlobEndpoint=https://acc.blob.core.windows.net;AccountName=acc;AccountKey={KEY};"
        "BlobSecondaryEndpoint=https://acc-secondary.blob.core.windows.net"
    ),
]
EMULATOR = [
    "UseDevelopmentStorage=true",
    "usedevelopmentstorage=true;",
    (
        f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};"
        "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    ),
    (
        f"BlobEndpoint=http://localhost:10000/devstoreaccount1/;AccountName=devstoreaccount1;"
        f"AccountKey={KEY}"
    ),
    f"BlobEndpoint=http://[::1]:10000/devstoreaccount1;SharedAccessSignature={SAS}",
    f"http://127.0.0.1:10000/devstoreaccount1?{SAS}",
    f"http://LOCALHOST:10000/devstoreaccount1/?{SAS}",
    f"http://devstoreaccount1.blob.localhost:10000?{SAS}",
]
CUSTOM = [
    f"BlobEndpoint=https://data.example.com;AccountName=acc;AccountKey={KEY}",
    f"AccountName=acc;AccountKey={KEY};BlobEndpoint=https://DATA.example.com/",
    f"BlobEndpoint=https://data.example.com.;SharedAccessSignature={SAS}",
    f"https://data.example.com?{SAS}",
]
OTHERS = [
    "https://acc2.blob.core.windows.net",
    "https://acc.blob.core.chinacloudapi.cn",
    f"AccountName=acc;AccountKey={KEY};EndpointSuffix=core.usgovcloudapi.net",
    f"http://127.0.0.1:10000/other?{SAS}",
    f"http://127.0.0.1:10001/devstoreaccount1?{SAS}",
    "https://acc.z01.blob.storage.azure.net",
]


def identity_of(text: str) -> str:
    storage = parse_storage(text, "MDC_STORAGE")
    assert isinstance(storage, (ConnectionString, AccountUrl))
    return identity(storage)


@pytest.mark.parametrize("forms", [PUBLIC, EMULATOR, CUSTOM], ids=["public", "emulator", "custom"])
def test_forms_of_one_account_are_one(forms: List[str]) -> None:
    """Credentials, protocol, order, capitals and defaults make no other account of it."""
    assert {identity_of(text) for text in forms} == {identity_of(forms[0])}


def test_the_order_of_fields_is_no_matter() -> None:
    """All 24 orders of four fields."""
    fields = ["DefaultEndpointsProtocol=https", "AccountName=acc", f"AccountKey={KEY}"]
    fields.append("EndpointSuffix=core.windows.net")
    orders = [";".join(order) for order in itertools.permutations(fields)]
    assert {identity_of(order) for order in orders} == {"acc.blob.core.windows.net"}


def test_accounts_are_told_apart() -> None:
    """Another name, cloud, port or path is another account."""
    firsts = [forms[0] for forms in (PUBLIC, EMULATOR, CUSTOM)]
    assert len({identity_of(text) for text in OTHERS + firsts}) == len(OTHERS) + 3


@pytest.mark.parametrize("text", [*PUBLIC, *EMULATOR, *CUSTOM, *OTHERS])
def test_nothing_secret_is_in_it(text: str) -> None:
    """It is a folder's name, and shown."""
    assert "c2VjcmV0" not in identity_of(text)


@pytest.mark.parametrize("host", ["[acc", "acc:port", f"acc:{KEY}"])
def test_what_is_no_url_has_one_all_the_same(host: str) -> None:
    """Delivery says what is wrong with it; a secret in it stays out of sight."""
    one = identity(ConnectionString(f"BlobEndpoint=https://{host};AccountKey={KEY}"))
    assert one == identity(ConnectionString(f"AccountKey=x;BlobEndpoint=https://{host}"))
    assert KEY not in one
    assert one != identity(ConnectionString("BlobEndpoint=https://acc"))


def test_the_endpoint_is_as_written() -> None:
    """It is what lines refer to: the protocol counts there."""
    text = f"DefaultEndpointsProtocol=http;AccountName=acc;AccountKey={KEY}"
    assert endpoint(ConnectionString(text)) == "http://acc.blob.core.windows.net"


def test_fields_are_spelled_as_old_releases_take_them() -> None:
    """In any capitals, with blanks and line feeds; values stay as they are."""
    text = f" accountname = acc;\nACCOUNTKEY={KEY};QueueEndpoint=https://q;;"
    assert spelled(ConnectionString(text)) == (
        f"AccountName=acc;AccountKey={KEY};QueueEndpoint=https://q"
    )
