"""From the public collectors to a storage account and back: both layouts, outages, restarts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy
import pandas
import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from tests.azure.azurite import Azurite, Place
from tests.azure.fault_proxy import PASS, FaultProxy, answer

Log = Callable[[], List[str]]
Eventually = Callable[[Callable[[], object], str], None]
Blobs = Callable[[], Dict[str, bytes]]

pytestmark = pytest.mark.usefixtures("to_account")


@pytest.fixture
def collect() -> Callable[[int], None]:
    """Collects one number with the new SDK's collector."""
    made: list[Collector] = []

    def collect_number(number: int) -> None:
        if not made or not mdc_core.counts():
            made[:] = [Collector(name="model_inputs")]
        made[0].collect(pandas.DataFrame({"n": [number]}))

    return collect_number


@pytest.fixture
def values(blobs: Blobs) -> Callable[[], list[int]]:
    """Returns column `n` of all JSONL rows in the test's container."""

    def read() -> list[int]:
        lines = [line for content in blobs().values() for line in content.splitlines()]
        return sorted(row["n"] for line in lines for row in json.loads(line)["data"])

    return read


def counts() -> mdc_core.Counts:
    (pipeline,) = mdc_core.counts()
    return pipeline


def test_an_old_script_fills_both_layouts(
    service: BlobServiceClient, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dual mode: CSV rows in the shared blob, lines in an append blob, all counted."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    model = "dual-in-azure"
    inputs = ModelDataCollector(model, designation="inputs", feature_names=["a", "b"])
    for number in range(10):
        inputs.collect(numpy.array([[number, number / 2]]))
    assert mdc_core.flush(60.0)
    lines = [json.loads(line) for content in blobs().values() for line in content.splitlines()]
    assert [line["data"] for line in lines] == [[{"a": n, "b": n / 2}] for n in range(10)]
    csv = service.get_container_client("modeldata")
    (blob,) = (each.name for each in csv.list_blobs() if model in each.name)
    rows = csv.download_blob(blob).readall().decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [str(float(n)) for n in range(10)]
    found = counts()
    assert (found.accepted, found.written, found.delivered) == (10, 10, 10)
    assert (found.dropped, found.undelivered_bytes, found.retried) == ({}, 0, 0)


def test_flush_means_delivered(
    collect: Callable[[int], None], values: Callable[[], list[int]]
) -> None:
    """When it returns True, the account holds all that was collected before."""
    for number in range(200):
        collect(number)
        if number % 50 == 49:
            assert mdc_core.flush(60.0)
            assert values() == list(range(number + 1))
    assert counts().delivered == 200


def test_the_spool_is_empty_after_a_clean_end(
    collect: Callable[[int], None], values: Callable[[], list[int]], tmp_path: Path
) -> None:
    """Sealed segments leave the disk when they are delivered."""
    collect(1)
    assert mdc_core.shutdown(30.0)
    assert values() == [1]
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_an_outage_is_lived_through(
    collect: Callable[[int], None],
    values: Callable[[], list[int]],
    proxy: FaultProxy,
    log: Log,
    eventually: Eventually,
) -> None:
    """Events wait, are counted as waiting, and arrive once; the log holds two lines."""
    collect(0)
    assert mdc_core.flush(60.0)
    proxy.refuse()
    for number in range(1, 100):
        collect(number)
    eventually(lambda: counts().retried >= 3, "three tries")
    during = counts()
    assert not mdc_core.flush(0.01)
    assert (during.accepted, during.delivered, during.dropped) == (100, 1, {})
    assert during.undelivered_bytes > 0
    assert during.oldest_undelivered > 0
    proxy.restore()
    assert mdc_core.flush(60.0)
    assert values() == list(range(100))
    assert (counts().undelivered_bytes, counts().oldest_undelivered) == (0, 0.0)
    begin, end = [message for message in log() if "delivery to" in message]
    assert "fails, events stay in the spool" in begin
    assert "works again after" in end


def test_a_restart_during_an_outage_loses_nothing(
    collect: Callable[[int], None],
    values: Callable[[], list[int]],
    proxy: FaultProxy,
    log: Log,
    eventually: Eventually,
) -> None:
    """The first process leaves what waits in the spool, at once; the next delivers it."""
    collect(0)
    assert mdc_core.flush(60.0)
    proxy.refuse()
    for number in range(1, 50):
        collect(number)
    eventually(lambda: counts().retried >= 1, "the outage is seen")
    assert mdc_core.shutdown(30.0)
    assert any("stay in the spool" in message for message in log())
    proxy.restore()
    collect(50)
    assert mdc_core.flush(60.0)
    eventually(lambda: values() == list(range(51)), "all of both")


def test_a_full_spool_drops_the_newest_and_says_so(
    collect: Callable[[int], None],
    values: Callable[[], list[int]],
    proxy: FaultProxy,
    log: Log,
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was taken before the cap arrives, what came after it is counted; then it goes on."""
    monkeypatch.setenv("MDC_SPOOL_BYTES", "20000")
    proxy.refuse()
    number = 0

    def dropped() -> int:
        return counts().dropped.get("spool_full", 0)

    def overfill() -> bool:
        nonlocal number
        collect(number)
        number += 1
        mdc_core.flush(0)  # few are taken together: all that do not fit together are dropped
        return dropped() >= 20

    eventually(overfill, "twenty events dropped")
    eventually(lambda: counts().written + dropped() == number, "all are written or dropped")
    kept = number - dropped()
    assert 16_000 < counts().undelivered_bytes <= 20_000
    proxy.restore()
    eventually(lambda: counts().undelivered_bytes == 0, "delivered")
    first = values()
    assert len(first) == kept
    # Behind some events that were taken together and did not fit, fewer may just fit.
    assert first == sorted(first)
    assert first[: kept * 3 // 4] == list(range(kept * 3 // 4))
    collect(number)
    assert mdc_core.flush(60.0)
    assert values() == [*first, number]
    found = counts()
    assert found.accepted == found.delivered + sum(found.dropped.values())
    (message,) = [message for message in log() if "spool is full" in message]
    assert "MDC_SPOOL_BYTES" in message


def test_a_missing_permission_does_not_disturb_the_script(
    collect: Callable[[int], None],
    values: Callable[[], list[int]],
    proxy: FaultProxy,
    log: Log,
    eventually: Eventually,
) -> None:
    """One message, and the events stay in the spool, also over a restart."""
    proxy.choose = lambda request: answer(403, code="AuthorizationPermissionMismatch")
    for number in range(10):
        collect(number)
    eventually(lambda: counts().retried == 1 and log(), "one try")
    assert counts().dropped == {}
    (message,) = log()
    assert "Storage Blob Data Contributor" in message
    mdc_core.shutdown()
    proxy.choose = lambda request: PASS
    collect(10)
    assert mdc_core.flush(60.0)
    assert values() == list(range(11))


def test_a_spool_that_cannot_be_trusted_is_one_message(
    collect: Callable[[int], None],
    values: Callable[[], list[int]],
    log: Log,
    eventually: Eventually,
    tmp_path: Path,
) -> None:
    """Events wait in memory until the folder is right; nothing is written elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "spool").symlink_to(elsewhere)
    collect(1)
    eventually(log, "a message")
    collect(2)
    assert not mdc_core.flush(0.3)
    (message,) = log()
    assert "MDC_SPOOL_DIR" in message
    assert "is a symbolic link" in message
    assert list(elsewhere.iterdir()) == []
    (tmp_path / "spool").unlink()
    assert mdc_core.flush(60.0)
    assert values() == [1, 2]


def test_a_large_event_is_a_blob_of_its_own(
    blobs: Blobs, azurite: Azurite, container: ContainerClient, through_proxy: Place
) -> None:
    """The line refers to it by URL, without key or signature."""
    collector = Collector(name="model_inputs")
    frame = pandas.DataFrame({"text": ["x" * 1000] * 5000})
    collector.collect(frame)
    assert mdc_core.flush(60.0)
    by_kind: dict[bool, list[tuple[str, Any]]] = {True: [], False: []}
    for name, content in blobs().items():
        by_kind[content.startswith(b"[")].append((name, json.loads(content)))
    ((raw_name, raw),) = by_kind[True]
    ((_, line),) = by_kind[False]
    assert raw == frame.to_dict("records")
    assert line["dataref"] == f"{through_proxy.url}/{container.container_name}/{raw_name}"


def test_counts_are_in_the_log_at_the_end(collect: Callable[[int], None], log: Log) -> None:
    """Accepted, written, delivered, dropped, retried."""
    collect(1)
    assert mdc_core.flush(60.0)
    mdc_core.shutdown()
    assert "accepted 1, written 1, synced 1, delivered 1, dropped 0" in log()[-1]
