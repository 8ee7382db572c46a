"""The store writes each event once, before it says so, and says at once when it cannot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.metrics import AgentCounts
from mdc_agent.store import Store, StoreSettings
from mdc_agent.stored_event import StoredEvent
from mdc_core.errors import SettingsError, SpoolFullError, StoreError
from mdc_core.layouts import rolled_folder
from tests.modern.agent.places import FolderPlace

DEPLOYMENT = Deployment(
    "ep",
    "blue",
    (DeployedCollection("model_inputs", True), DeployedCollection("model_outputs", True)),
)


def event(id: str, data: bytes = b'[{"a":1}]', **more: Any) -> StoredEvent:
    fields: dict[str, Any] = {
        "collection": "model_inputs",
        "time_us": 1_700_000_000_000_000,
        "content_range": f"bytes 0-{len(data) - 1}/{len(data)}",
        "correlation_id": f"c-{id}",
        "request_id": f"c-{id}",
        "attributes": {"modelversion": "default", "agent": "test"},
        **more,
    }
    return StoredEvent(id=id, data=data, **fields)


def lines_of(root: Path) -> list[dict[str, Any]]:
    files = root.glob("modelDataCollector/ep/blue/model_*/**/*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return sorted(lines, key=lambda line: str(line["id"]))


def stored(store: Store, *events: StoredEvent) -> None:
    """Offer events at once, and wait until all are stored."""

    async def main() -> None:
        await asyncio.wait_for(asyncio.gather(*map(store.accept, events)), 30)

    asyncio.run(main())


MakeStore = Callable[..., Store]


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    stores = []

    def make(**settings: Any) -> Store:
        store = Store(
            DEPLOYMENT,
            lambda name: FolderPlace(tmp_path / "out", name),
            StoreSettings(tmp_path / "spool", **settings),
            AgentCounts(),
        )
        store.open()
        stores.append(store)
        return store

    yield make
    for store in stores:
        store.close(10)


def test_done_means_written(make_store: MakeStore, tmp_path: Path) -> None:
    """When the future is done, the documented line is in the file."""
    stored(make_store(), event("1"))
    (line,) = lines_of(tmp_path / "out")
    assert line == {
        "specversion": "1.0",
        "id": "1",
        "source": "/subscriptions//resourceGroups//providers/Microsoft.MachineLearningServices"
        "/workspaces//onlineEndpoints/ep/deployments/blue",
        "type": "azureml.inference.model_inputs",
        "datacontenttype": "application/json",
        "time": "2023-11-14T22:13:20Z",
        "data": [{"a": 1}],
        "contentrange": "bytes 0-8/9",
        "correlationid": "c-1",
        "xrequestid": "c-1",
        "modelversion": "default",
        "agent": "test",
    }
    assert list((tmp_path / "out").glob("modelDataCollector/ep/blue/model_inputs/2023/11/14/22/*"))


def test_a_repeated_id_is_stored_once(make_store: MakeStore, tmp_path: Path) -> None:
    """Repeats while the first is on its way, later, and after a restart are done, and no line."""
    store = make_store()
    stored(store, *[event("1") for _ in range(20)])
    stored(store, event("1"))
    store.close(10)
    again = make_store()
    stored(again, event("1"))
    stored(again, event("2"))
    assert [line["id"] for line in lines_of(tmp_path / "out")] == ["1", "2"]


def test_the_memory_of_ids_is_bounded(make_store: MakeStore, tmp_path: Path) -> None:
    """So many of the last ids are known, before and after a restart; the oldest are forgotten."""
    store = make_store(remembered_ids=10)
    for at in range(100):
        stored(store, event(str(at)))
    assert len(store._ids) <= 20
    store.close(10)
    assert len(list((tmp_path / "spool" / "ids").iterdir())) <= 2
    again = make_store(remembered_ids=10)
    for at in range(90, 100):
        stored(again, event(str(at)))
    assert len(lines_of(tmp_path / "out")) == 100
    stored(again, event("0"))
    assert len(lines_of(tmp_path / "out")) == 101


def test_awaitable(make_store: MakeStore, tmp_path: Path) -> None:
    """Event loops await what threads wait for; one that goes away disturbs nobody."""
    store = make_store()

    async def main() -> None:
        waiting = [store.accept(event(str(at))) for at in range(50)]
        waiting[7].cancel()
        await asyncio.wait(waiting)

    asyncio.run(main())
    assert len(lines_of(tmp_path / "out")) == 50


def test_line_feeds_within_data(make_store: MakeStore, tmp_path: Path) -> None:
    """Indented JSON is one line; no attribute takes the place of a field."""
    attributes = {"id": "other", "data": "x", "path": "/score"}
    store = make_store()
    stored(store, event("1", b'{\n "a": [1,\r\n 2]}', attributes=attributes))
    (line,) = lines_of(tmp_path / "out")
    assert (line["id"], line["data"], line["path"]) == ("1", {"a": [1, 2]}, "/score")


@pytest.mark.parametrize("is_binary", [False, True])
def test_raw(make_store: MakeStore, tmp_path: Path, is_binary: bool) -> None:
    """A body that is given as raw is a file beside the line, which says where it is."""
    store = make_store()
    stored(store, event("1", b"", raw=b"\xff\x00", raw_is_binary=is_binary))
    (line,) = lines_of(tmp_path / "out")
    url = line["data"] if is_binary else line["dataref"]
    assert Path(url[len("file://") :]).read_bytes() == b"\xff\x00"
    assert line.get("datainblob") == ("true" if is_binary else None)
    assert ("data" in line) == is_binary


def test_large_data(make_store: MakeStore, tmp_path: Path) -> None:
    """Beyond 4 MB the data are a file of their own."""
    data = b"[" + b"1," * 3_000_000 + b"1]"
    stored(make_store(waiting_bytes=100), event("1", data))
    (line,) = lines_of(tmp_path / "out")
    assert Path(line["dataref"][len("file://") :]).read_bytes() == data


def test_full(make_store: MakeStore) -> None:
    """What is beyond the bound is refused at once, not later."""
    store = make_store(waiting_bytes=10_000)
    for route in store._routes._routes.values():
        route.lane._appender.store = lambda items: None  # type: ignore[method-assign]  # nothing ends

    async def main() -> None:
        store.accept(event("0"))
        with pytest.raises(SpoolFullError):
            [store.accept(event(str(at))) for at in range(1, 20)]

    asyncio.run(main())


def test_a_failure_is_no_memory(make_store: MakeStore, tmp_path: Path) -> None:
    """An event that could not be appended fails; the same id is stored when it comes again."""
    store = make_store()
    lane = store._routes._routes["model_inputs"].lane._appender
    append = lane._destination.append_lines

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    lane._destination.append_lines = fail  # type: ignore[method-assign]
    with pytest.raises(SpoolFullError):
        stored(store, event("1"))
    lane._destination.append_lines = append  # type: ignore[method-assign]
    while True:
        try:
            stored(store, event("1"))
            break
        except StoreError:
            continue
    store.close(10)
    stored(make_store(), event("1"))
    assert [line["id"] for line in lines_of(tmp_path / "out")] == ["1"]


def test_two_agents(make_store: MakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second agent on a spool does not start, and names the first; nothing is disturbed."""
    store = make_store()
    monkeypatch.setattr("mdc_agent.store.claim.CLAIM_SECONDS", 0.1)
    with pytest.raises(SettingsError, match=r"used by another agent \(process \d+"):
        make_store()
    stored(store, event("1"))


def test_another_version(make_store: MakeStore, tmp_path: Path) -> None:
    """A spool of another version is refused, with both versions, and left as it is."""
    make_store().close(10)
    (tmp_path / "spool" / "format").write_text("mdc-agent spool, version 2\n")
    with pytest.raises(SettingsError, match=r"version 2.*this agent writes.*version 1"):
        make_store()
    assert (tmp_path / "spool" / "format").read_text() == "mdc-agent spool, version 2\n"


@pytest.mark.parametrize("rate", ["minute", "hour", "day", "month", "year"])
def test_each_in_the_folder_of_its_time(rate: str, tmp_path: Path) -> None:
    """Events of several times that come by turns are in the folders of their own times."""
    deployment = Deployment("ep", "blue", DEPLOYMENT.collections, rolling_rate=rate)
    store = Store(
        deployment,
        lambda name: FolderPlace(tmp_path / "out", name),
        StoreSettings(tmp_path / "spool"),
        AgentCounts(),
    )
    store.open()
    minute_us = 60_000_000
    times = [1_700_000_000_000_000 + step * minute_us for step in (0, 1, 0, 60, 1, 60 * 24, 0)]
    stored(store, *[event(f"e{at}", time_us=time) for at, time in enumerate(times)])
    store.close(10)
    root = tmp_path / "out" / "modelDataCollector/ep/blue/model_inputs"
    found = {
        json.loads(line)["id"]: file.parent.relative_to(root).as_posix()
        for file in root.rglob("*.jsonl")
        for line in file.read_bytes().splitlines()
    }
    assert found == {f"e{at}": rolled_folder(time, rate) for at, time in enumerate(times)}
