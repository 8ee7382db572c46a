"""Raw files of large events: nobody finds a line whose data are not there, whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from mdc_core.delivery import raw_blob
from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.pacing import LONGEST_FILE_PAUSE
from mdc_core.delivery.raw_blob import BLOCK_BYTES
from mdc_core.destinations.account import AccountUploader
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import parse_storage
from tests.azure.azurite import Place
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer

FOLDER = "modelDataCollector/e/d"
Blobs = Callable[[], Dict[str, bytes]]


class Process:
    """A spool with its delivery, without threads."""

    def __init__(self, storage: str, container: str, root: Path) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.outbox = Outbox()
        self.spool = Spool(root, self.outbox, 1 << 40)
        self.spool.adopt()
        account: Any = parse_storage(storage, "MDC_STORAGE")
        self.uploader = AccountUploader(ConnectedAccount(account), container, self.spool)
        self.now = 1000.0
        self.loop = DeliveryLoop(
            self.uploader, self.outbox, lambda: None, 1.0, lambda: None, "Azurite", lambda: self.now
        )

    def step(self) -> None:
        """Do one round, and let the time pass until whatever failed is tried again."""
        self.loop.step()
        self.now += LONGEST_FILE_PAUSE

    def collect(self, data: bytes) -> str:
        """Spool data of an event and the line that refers to them; return the blob's name."""
        raw = self.spool.stage_raw(FOLDER, [data]).path
        blob = raw.partition("/")[2]
        line = json.dumps({"dataref": blob}).encode() + b"\n"
        self.spool.append(f"{FOLDER}/c", line, b"", ".jsonl", [raw])
        return blob

    def deliver(self) -> None:
        for _ in range(10):
            self.step()
            if not self.outbox.waiting_bytes():
                return
        raise AssertionError("not delivered in 10 rounds")


@pytest.fixture
def start(
    through_proxy: Place, container: ContainerClient, tmp_path: Path
) -> Callable[[], Process]:
    """Starts a process on the test's spool."""
    return lambda: Process(
        through_proxy.connection_string, container.container_name, tmp_path / "spool" / "s"
    )


def references(blobs: dict[str, bytes]) -> list[str]:
    """Return what the lines refer to."""
    lines = [
        line for name, content in blobs.items() if "/c/" in name for line in content.splitlines()
    ]
    return [json.loads(line)["dataref"] for line in lines]


def test_a_raw_file_comes_before_its_line(
    start: Callable[[], Process], blobs: Blobs, proxy: FaultProxy
) -> None:
    """Also where the segment waits since before; the container is made."""
    process = start()
    process.spool.append(f"{FOLDER}/c", b'{"dataref":"x"}\n', b"", ".jsonl")
    data = b"[" + b"1," * BLOCK_BYTES + b"1]"
    name = process.collect(data)
    process.deliver()
    assert blobs()[name] == data
    assert references(blobs()) == ["x", name]
    puts = [request.path for request, _ in proxy.seen if request.method == "PUT"]
    commit = next(at for at, path in enumerate(puts) if "comp=blocklist" in path)
    assert sum("comp=appendblock" in path for path in puts[:commit]) == 1


@pytest.mark.parametrize("fault", [DROP_RESPONSE, RESET, answer(503)], ids=["lost", "reset", "503"])
@pytest.mark.parametrize("at", range(8))
def test_no_line_refers_to_half_whatever_fails(
    start: Callable[[], Process],
    blobs: Blobs,
    proxy: FaultProxy,
    container: ContainerClient,
    fault: Fault,
    at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request fails once; after each round what lines refer to is whole."""
    monkeypatch.setattr(raw_blob, "BLOCK_BYTES", 1000)
    container.create_container()
    process = start()
    contents = {process.collect(data): data for data in (b"[1]", b"[" + b"2" * 1000 + b"]")}
    requests = iter(range(1000))
    proxy.choose = lambda request: fault if next(requests) == at else PASS
    for _ in range(6):
        process.step()
        found = blobs()
        assert all(found[name] == contents[name] for name in references(found))
    assert sorted(references(blobs())) == sorted(contents)


def test_a_process_that_dies_between_blocks_leaves_nothing_to_find(
    start: Callable[[], Process], blobs: Blobs, proxy: FaultProxy
) -> None:
    """The next one stages all blocks again, and commits them."""
    process = start()
    data = b"[" + b"3" * (2 * BLOCK_BYTES) + b"]"
    name = process.collect(data)
    staged: list[Request] = []

    def choose(request: Request) -> Fault:
        if "comp=block&" in request.path:
            staged.append(request)
        return answer(503) if len(staged) > 2 or "comp=blocklist" in request.path else PASS

    proxy.choose = choose
    process.step()
    process.spool.abandon()
    assert blobs() == {}
    proxy.choose = lambda request: PASS
    start().deliver()
    assert blobs()[name] == data
    assert references(blobs()) == [name]


def test_blocks_that_were_thrown_away_are_staged_again(
    start: Callable[[], Process], blobs: Blobs, proxy: FaultProxy
) -> None:
    """The service keeps uncommitted blocks for a week."""
    process = start()
    name = process.collect(b"[4]")
    refused = [answer(400, code="InvalidBlockList")]
    proxy.choose = lambda each: refused.pop() if refused and "comp=blocklist" in each.path else PASS
    process.deliver()
    assert blobs()[name] == b"[4]"


def test_what_is_delivered_leaves_the_spool(
    start: Callable[[], Process], service: BlobServiceClient, tmp_path: Path
) -> None:
    """File, line and notes."""
    process = start()
    process.collect(b"[5]")
    process.spool.seal_all()
    process.deliver()
    process.spool.close()
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_a_raw_file_that_was_read_does_not_come_again(
    start: Callable[[], Process], blobs: Blobs, container: ContainerClient
) -> None:
    """Its blob is taken away, and the process dies before it has removed the file."""
    process = start()
    name = process.collect(b"[6]")
    raw = next(file for file in process.outbox.unfinished() if file.path.startswith("raw/"))
    assert process.uploader.upload(raw) == raw.size
    assert blobs() == {name: b"[6]"}
    container.delete_blob(name)
    process.spool.abandon()
    start().deliver()
    assert references(blobs()) == [name]
    assert name not in blobs()
