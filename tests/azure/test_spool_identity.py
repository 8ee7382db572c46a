"""A spool is its account's and container's: other forms of the account find it, others name it."""

from __future__ import annotations

import json
from typing import Callable, Dict, List

import pandas
import pytest
from azure.storage.blob import ContainerClient

import mdc_core
from azureml.ai.monitoring import Collector
from tests.azure.azurite import ACCOUNT, KEY, Place
from tests.azure.fault_proxy import FaultProxy

Blobs = Callable[[], Dict[str, bytes]]
Eventually = Callable[[Callable[[], object], str], None]
Log = Callable[[], List[str]]


@pytest.fixture(autouse=True)
def _waiting(to_account: None, proxy: FaultProxy) -> None:
    """Twenty events wait in the spool for the account as its connection string names it."""
    proxy.refuse()
    collect(range(20))
    mdc_core.shutdown(2.0)
    proxy.restore()


def collect(numbers: range) -> None:
    collector = Collector(name="model_inputs")
    for number in numbers:
        collector.collect(pandas.DataFrame({"n": [number]}))


def values(blobs: Blobs) -> List[int]:
    lines = [line for content in blobs().values() for line in content.splitlines()]
    return sorted(row["n"] for line in lines for row in json.loads(line)["data"])


@pytest.mark.parametrize(
    "form",
    [
        "BlobEndpoint={url}/;AccountName={account};AccountKey={key}",
        "accountkey={key};accountname={account};BLOBENDPOINT={url}",
        "BlobEndpoint={local};AccountName={account};AccountKey={key};QueueEndpoint=http://q",
    ],
)
def test_another_form_of_the_account_finds_its_spool(
    through_proxy: Place, blobs: Blobs, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """What waits is delivered, and no file is left."""
    local = through_proxy.url.replace("127.0.0.1", "LocalHost")
    text = form.format(url=through_proxy.url, local=local, account=ACCOUNT, key=KEY)
    monkeypatch.setenv("MDC_STORAGE", text)
    collect(range(20, 21))
    assert mdc_core.flush(60)
    mdc_core.shutdown()
    assert values(blobs) == list(range(21))


def test_the_spool_of_another_container_is_named(
    container: ContainerClient, log: Log, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, with what waits there and where it is to go; it stays there."""
    monkeypatch.setenv("MDC_CONTAINER", f"other-{container.container_name}")
    collect(range(20, 21))
    eventually(lambda: mdc_core.counts()[0].written == 1, "written")
    mdc_core.shutdown()
    (said,) = [line for line in log() if "dead processes left wait" in line]
    assert f"for container {container.container_name} of 127.0.0.1:" in said
    assert KEY not in said
