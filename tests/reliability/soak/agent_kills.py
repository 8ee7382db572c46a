"""The collector service killed at random points, while senders repeat what is unanswered."""

from __future__ import annotations

import contextlib
import http.client
import json
import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from azure.storage.blob import BlobServiceClient

from tests.azure.azurite import Azurite
from tests.modern.agent.deployment_text import deployment_text
from tests.ports import free_port

from .row import Row

SENDERS = 8
LONGEST_LIFE = 0.6
# Of the events: sent again after they were answered, and larger than a line may be.
_AGAIN = 0.1
_LARGE = 0.002
_LARGE_DATA = json.dumps([{"text": "x" * 4_300_000}]).encode()
_CONTAINER = "agent"
_DEPLOYMENT = (
    deployment_text("model_inputs", "model_outputs")
    + """\
      data: {name: outputs, path: azureml://datastores/here/paths/modelDataCollector/outputs}
"""
)


def serve(folder: str) -> None:
    """Run an agent in this process."""
    from mdc_agent.destinations import read_settings
    from mdc_agent.service import run as serve_agent

    with open(Path(folder, "log"), "a") as log:
        os.dup2(log.fileno(), 2)
    serve_agent(Path(folder, "deployment.yaml"), read_settings(Path(folder, "agent.yaml")))


class _Agent:
    """One agent after the other, on one port and one spool."""

    def __init__(self, folder: Path, port: int) -> None:
        # Whose processes are there at once: they begin with all that is to be imported.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["mdc_agent.service"])
        self._folder = folder
        self._port = port

    def start(self) -> None:
        self._process = self._context.Process(target=serve, args=(str(self._folder),))
        self._process.start()

    def is_there(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while not self.is_there():
            if time.monotonic() > deadline:
                raise TimeoutError(Path(self._folder, "log").read_text()[-2000:])
            time.sleep(0.01)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def end(self) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGTERM)
        self._process.join(60)
        if self._process.exitcode != 0:
            raise RuntimeError(f"it has ended with {self._process.exitcode}")


class _Sender(threading.Thread):
    """Sends events until it is stopped, each until it is answered."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__()
        self._number = number
        self._port = port
        self._chance = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None
        self.stopping = threading.Event()
        self.answered: list[str] = []
        self.repeats = 0
        self.others: Counter[int] = Counter()

    def run(self) -> None:
        while not self.stopping.is_set():
            identity = f"{self._number}-{len(self.answered)}"
            while not self._send(identity):
                self.repeats += 1
                time.sleep(0.03)
            self.answered.append(identity)
            if self._chance.random() < _AGAIN:
                self.repeats += 1
                self._send(self._chance.choice(self.answered[-200:]))
        if self._connection is not None:
            self._connection.close()

    def _send(self, identity: str) -> bool:
        number = int(identity.partition("-")[2])
        collection = ("model_inputs", "model_outputs")[number % 2]
        is_large = random.Random(identity).random() < _LARGE
        body = _LARGE_DATA if is_large else b'[{"n":%d}]' % number
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"trace-id": identity, "ce-type": f"azureml.inference.{collection}"}
        try:
            self._connection.request("POST", "/modeldata/log", body, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return False
        if answer.status != 200:
            self.others[answer.status] += 1
        return answer.status == 200


def run(short: bool) -> Row:
    """Kill agents, then compare what was answered with what is stored."""
    kills = 8 if short else 200
    chance = random.Random(12)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        azurite = stack.enter_context(Azurite(folder))
        port = free_port()
        _write_files(folder, port, azurite.place.connection_string)
        agent = _Agent(folder, port)
        senders = [_Sender(number, port) for number in range(SENDERS)]
        agent.start()
        agent.wait()
        for sender in senders:
            sender.start()
        for _ in range(kills):
            if chance.random() < 0.9:
                agent.wait()
            time.sleep(chance.random() * LONGEST_LIFE)
            agent.kill()
            agent.start()
        agent.wait()
        for sender in senders:
            sender.stopping.set()
        for sender in senders:
            sender.join()
        agent.end()
        agent.start()  # it delivers what the one before has left
        agent.wait()
        _wait_for_delivery(port)
        agent.end()
        stored = _stored(folder, azurite.place.connection_string)
    answered = {identity for sender in senders for identity in sender.answered}
    lost = len(answered - stored.keys())
    doubled = sum(count - 1 for count in stored.values())
    unknown = len(stored.keys() - answered)
    others = sum((sender.others for sender in senders), Counter())
    return Row(
        f"{kills} SIGKILLs of the agent, {len(answered)} events answered, "
        f"{sum(sender.repeats for sender in senders)} sent again",
        "0 answered events lost, 0 doubled, 0 torn lines stored",
        f"{lost} lost, {doubled} doubled, {unknown} unknown"
        + (f", other answers: {dict(others)}" if others else ""),
        (lost, doubled, unknown) == (0, 0, 0) and set(others) <= {503},
    )


def _write_files(folder: Path, port: int, connection: str) -> None:
    (folder / "deployment.yaml").write_text(_DEPLOYMENT)
    settings = {
        "listen": f"127.0.0.1:{port}",
        "spool": "spool",
        "spool_bytes": 64 * 1024 * 1024,
        "delivery_interval": 0.05,
        "datastores": {
            "workspaceblobstore": {"account": connection, "container": _CONTAINER},
            "here": {"folder": "out"},
        },
    }
    (folder / "agent.yaml").write_text(json.dumps(settings))


def _wait_for_delivery(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        values = [line.split(" ")[-1] for line in text.splitlines() if "_spool_bytes{" in line]
        if set(values) == {"0.0"}:
            return
        time.sleep(0.1)
    raise TimeoutError("it is not delivered")


def _stored(folder: Path, connection: str) -> Counter[str]:
    """Return how often each id stands in the container and in the folder; each line is whole."""
    with BlobServiceClient.from_connection_string(connection) as service:
        container = service.get_container_client(_CONTAINER)
        names = [blob.name for blob in container.list_blobs() if "/model_inputs/" in blob.name]
        contents = [container.download_blob(name).readall() for name in names]
    contents += [file.read_bytes() for file in (folder / "out").rglob("outputs/2*/**/*.jsonl")]
    lines = [json.loads(line) for content in contents for line in content.splitlines()]
    return Counter(line["id"] for line in lines)
