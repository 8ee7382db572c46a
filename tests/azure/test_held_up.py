"""What waits for one blob that takes nothing fills half of the spool at most, and is counted."""

from __future__ import annotations

from typing import Any, Callable, List

import numpy
import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.delivery import pacing
from tests.azure.fault_proxy import PASS, Fault, FaultProxy, Request, answer

Eventually = Callable[[Callable[[], object], str], None]
Log = Callable[[], List[str]]
SPOOL_BYTES = 40_000
EVENTS = 60
REFUSAL = answer(409, code="BlobImmutableDueToPolicy")


@pytest.fixture(autouse=True)
def _small_spool(to_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that wait for a file are tried again nearly without waiting."""
    monkeypatch.setenv("MDC_SPOOL_BYTES", str(SPOOL_BYTES))
    monkeypatch.setattr(pacing, "LONGEST_FILE_PAUSE", 0.1)


def counts() -> mdc_core.Counts:
    (pipeline,) = mdc_core.counts()
    return pipeline


def refuse(model: str) -> Callable[[Request], Fault]:
    def choose(request: Request) -> Fault:
        is_write = request.method == "PUT" and "comp=lease" not in request.path
        return REFUSAL if is_write and f"/{model}/" in request.path else PASS

    return choose


@pytest.mark.parametrize("mode", ["modern", "legacy"])
def test_one_blob_fills_no_more_than_half_of_the_spool(
    proxy: FaultProxy,
    container: ContainerClient,
    eventually: Eventually,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    """The rest of its events is dropped and counted; no other model loses one."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", mode)
    bad_model, good_model = (f"{each}-{container.container_name}" for each in ("bad", "good"))
    proxy.choose = refuse(bad_model)
    bad = ModelDataCollector(bad_model, designation="inputs", feature_names=["x" * 20])
    good = ModelDataCollector(good_model, designation="inputs", feature_names=["x" * 20])
    row: Any = numpy.full((20, 1), 1.0 / 3.0)
    bad.collect(row)
    eventually(lambda: any("fails" in line for line in log()), "the refusal is logged")
    for _ in range(EVENTS):
        bad.collect(row)
        good.collect(row)
        # Ten events fill this spool: more than that must not wait for a machine that is busy.
        eventually(lambda: counts().delivered == counts().accepted // 2, "the other is delivered")
    eventually(lambda: counts().waiting == 0, "written")
    dropped = counts().dropped
    assert set(dropped) == {"held_up"}
    assert counts().accepted == 1 + 2 * EVENTS
    assert SPOOL_BYTES / 2 <= counts().undelivered_bytes < SPOOL_BYTES
    assert sum("counted as held_up" in line for line in log()) == 1
    proxy.choose = lambda request: PASS
    eventually(lambda: counts().undelivered_bytes == 0, "the rest is delivered")
    bad.collect(row)
    assert mdc_core.flush(20)
    assert counts().dropped == dropped
    assert counts().delivered == 2 + 2 * EVENTS - dropped["held_up"]


def test_what_a_dead_process_left_for_such_a_blob_takes_no_room_from_others(
    proxy: FaultProxy,
    service: BlobServiceClient,
    container: ContainerClient,
    eventually: Eventually,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More than the spool may hold was left behind: new events for other blobs are delivered."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", "legacy")
    monkeypatch.setenv("MDC_SPOOL_BYTES", str(10 * SPOOL_BYTES))
    bad_model, good_model = (f"{each}-{container.container_name}" for each in ("bad", "good"))
    proxy.choose = lambda request: answer(503)
    bad = ModelDataCollector(bad_model, designation="inputs", feature_names=["x"])
    row: Any = numpy.zeros((300, 1))
    for _ in range(3):
        bad.collect(row)
    eventually(lambda: counts().undelivered_bytes > 2 * SPOOL_BYTES, "a spool too full")
    mdc_core.shutdown()
    monkeypatch.setenv("MDC_SPOOL_BYTES", str(SPOOL_BYTES))
    proxy.choose = refuse(bad_model)
    good = ModelDataCollector(good_model, designation="inputs", feature_names=["x"])
    good.collect(row[:1])
    eventually(lambda: any("other files go on" in x or "fails, events" in x for x in log()), "said")
    eventually(lambda: sum(bad_model in line for line in log()) > 0, "the refusal is logged")
    before = counts().accepted
    lost = sum(counts().dropped.values())
    for _ in range(50):
        good.collect(row[:1])
    eventually(lambda: counts().delivered == before + 50 - lost, "delivered")
    assert sum(counts().dropped.values()) == lost
