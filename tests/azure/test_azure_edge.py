"""What a wrong setting or a busy service looks like: one clear message, and events stay."""

from __future__ import annotations

import datetime
import email.utils
from pathlib import Path
from typing import Any, Callable, List

import pytest
from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.pacing import LONGEST_FILE_PAUSE
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.storage import parse_storage
from tests.azure.azurite import ACCOUNT, KEY, Place
from tests.azure.fault_proxy import PASS, RESET, Fault, FaultProxy, answer
from tests.azure.mirror import Mirror
from tests.ports import free_port

MakeMirror = Callable[..., Mirror]
Log = Callable[[], List[str]]
OTHER_KEY = "QUJD" * 21 + "QQ=="


def sas(hours: float = 1.0, **permissions: bool) -> str:
    """Return a SAS for everything in Azurite's account."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return generate_account_sas(
        ACCOUNT,
        KEY,
        ResourceTypes(service=True, container=True, object=True),
        AccountSasPermissions(**(permissions or dict.fromkeys(("read", "write", "create"), True))),
        now + datetime.timedelta(hours=hours),
        start=now - datetime.timedelta(hours=2),
    )


def fails(mirror: Mirror, log: Log) -> str:
    """Deliver in vain; return what was said, which is one line."""
    mirror.append(b"{}\n")
    pause = mirror.step()
    mirror.step()
    assert mirror.outbox.waiting_bytes() == 3
    assert pause >= 0.1
    (message,) = log()
    return message


WRONG: dict[str, tuple[Callable[[Place], str], tuple[str, ...]]] = {
    "another key": (
        lambda place: place.with_key(OTHER_KEY),
        ("no access", "MDC_STORAGE", "current key or SAS", "Storage Blob Data Contributor"),
    ),
    "not a key": (
        lambda place: place.with_key("not-base64"),
        ("no access", "MDC_STORAGE", "current key or SAS"),
    ),
    "no key": (
        lambda place: f"AccountName={ACCOUNT};BlobEndpoint={place.url}",
        ("neither AccountKey nor SharedAccessSignature", "MDC_STORAGE", "AccountKey=..."),
    ),
    "an expired SAS": (
        lambda place: f"{place.url}?{sas(hours=-1)}",
        ("no access", "MDC_STORAGE", "current key or SAS"),
    ),
    "a SAS that may only read": (
        lambda place: f"{place.url}?{sas(read=True)}",
        ("no access", "MDC_STORAGE", "rights read, add, create and write", "list and delete"),
    ),
    "another account": (
        lambda place: f"{place.url}other?{sas()}",
        ("MDC_STORAGE", "valid"),
    ),
    "an identity without TLS": (
        lambda place: place.url,
        ("https:// only", "MDC_STORAGE", "valid"),
    ),
    "an unreachable host": (
        lambda place: Place(f"http://127.0.0.1:{free_port()}/{ACCOUNT}").connection_string,
        ("does not answer", "MDC_STORAGE", "network"),
    ),
}


@pytest.mark.parametrize(("storage", "parts"), WRONG.values(), ids=WRONG)
def test_a_wrong_account_gives_one_message_that_says_what_is_valid(
    make_mirror: MakeMirror,
    log: Log,
    through_proxy: Place,
    storage: Callable[[Place], str],
    parts: tuple[str, ...],
) -> None:
    """The message names the setting, holds no secret, and nothing is lost."""
    message = fails(make_mirror(storage(through_proxy)), log)
    assert [part for part in parts if part not in message] == []
    assert not any(secret in message for secret in (KEY, OTHER_KEY, "not-base64"))
    assert "sig=" not in message


@pytest.mark.parametrize("name", ["Upper", "a", "two--hyphens", "x" * 64])
def test_an_illegal_container_name_is_named(make_mirror: MakeMirror, log: Log, name: str) -> None:
    """The message names the rule of the service, and the setting it is about."""
    message = fails(make_mirror(container=name), log)
    assert "MDC_CONTAINER" in message
    assert "3 to 63" in message
    assert name in message


@pytest.mark.parametrize(
    "fault",
    [answer(status) for status in (408, 429, 500, 502, 503, 504)] + [RESET],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
def test_passing_faults_are_retried_soon(
    make_mirror: MakeMirror, proxy: FaultProxy, fault: Fault
) -> None:
    """They say nothing about the settings."""
    mirror = make_mirror()
    mirror.append(b"{}\n")
    proxy.choose = lambda request: fault
    assert mirror.step() < 1.0
    proxy.choose = lambda request: PASS
    mirror.deliver()
    assert mirror.retries == 1


def test_a_blackout_is_retried(make_mirror: MakeMirror, proxy: FaultProxy) -> None:
    """Connections that are refused say nothing about the settings either."""
    mirror = make_mirror()
    mirror.append(b"{}\n")
    mirror.deliver()
    mirror.append(b"{}\n")
    proxy.refuse()
    assert mirror.step() < 1.0
    proxy.restore()
    mirror.deliver()


def in_an_hour() -> str:
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return email.utils.format_datetime(later, usegmt=True)


@pytest.mark.parametrize(
    ("header", "value", "least", "most"),
    [
        ("Retry-After", "7", 7.0, 7.0),
        ("x-ms-retry-after-ms", "2500", 2.5, 2.5),
        pytest.param("Retry-After", in_an_hour(), 600.0, 600.0, id="in-an-hour"),
        ("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT", 0.1, 0.25),
        ("Retry-After", "999999999999", 600.0, 600.0),
        ("Retry-After", "nan", 0.1, 0.25),
        ("Retry-After", "inf", 0.1, 0.25),
        ("Retry-After", "-5", 0.1, 0.25),
        ("Retry-After", "soon", 0.1, 0.25),
    ],
)
def test_the_services_wish_is_respected(
    make_mirror: MakeMirror, proxy: FaultProxy, header: str, value: str, least: float, most: float
) -> None:
    """In any of its forms, up to ten minutes; nonsense is ignored."""
    mirror = make_mirror()
    mirror.append(b"{}\n")
    proxy.choose = lambda request: Fault("answer", status=503, headers={header: value})
    assert least <= mirror.step() <= most
    proxy.choose = lambda request: PASS


def test_the_delivery_goes_on_when_the_permission_is_granted(
    make_mirror: MakeMirror, proxy: FaultProxy, log: Log
) -> None:
    """Without a restart; the end of the failure is logged."""
    mirror = make_mirror()
    mirror.append(b"{}\n")
    proxy.choose = lambda request: answer(403, code="AuthorizationPermissionMismatch")
    assert [mirror.step() for _ in range(9)][-1] == LONGEST_FILE_PAUSE
    proxy.choose = lambda request: PASS
    mirror.deliver()
    assert "AuthorizationPermissionMismatch" in log()[0]
    assert "works again" in log()[1]


@pytest.mark.parametrize(
    ("storage", "url"),
    [
        ("https://a.blob.core.windows.net", "https://a.blob.core.windows.net"),
        ("https://a.blob.core.windows.net/?sv=1&sig=x", "https://a.blob.core.windows.net"),
        ("AccountName=a;AccountKey=x", "https://a.blob.core.windows.net"),
        (
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=x;EndpointSuffix=local",
            "http://a.blob.local",
        ),
        ("BlobEndpoint=http://h:1/a/;SharedAccessSignature=sig=x", "http://h:1/a"),
        ("BlobEndpoint=http://h:1/a?sv=1&sig=x", "http://h:1/a"),
        ("UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1"),
    ],
)
def test_urls_of_blobs_are_without_secrets(storage: str, url: str) -> None:
    """They are written into lines, where the data of an event are a blob of their own."""
    parsed: Any = parse_storage(storage, "MDC_STORAGE")
    assert ConnectedAccount(parsed).url("c", "a b/ü.jsonl") == f"{url}/c/a%20b/%C3%BC.jsonl"


def test_a_raw_file_is_spooled_under_a_wrong_setting(tmp_path: Path) -> None:
    """What the delivery cannot use does not stop the writer."""
    account: Any = parse_storage("AccountName=a;AccountKey=x;BlobEndpoint=nonsense", "MDC_STORAGE")
    destination = StorageAccountDestination(
        ConnectedAccount(account), "c", tmp_path / "s", 1 << 20, 1.0
    )
    assert destination.put_raw("raw", [b"[1]"]).size == 3


def test_nothing_of_azure_is_imported_before_it_is_used(tmp_path: Path) -> None:
    """An account that nothing is sent to costs no import."""
    import subprocess
    import sys

    script = (
        "import sys\n"
        "from mdc_core.delivery.azure import ConnectedAccount\n"
        "from mdc_core.storage import parse_storage\n"
        "storage = parse_storage('AccountName=a;AccountKey=x', 'MDC_STORAGE')\n"
        "ConnectedAccount(storage).url('c', 'b')\n"
        "print(sorted(name for name in sys.modules if name.startswith('azure.')))\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert out.stdout == "[]\n"
