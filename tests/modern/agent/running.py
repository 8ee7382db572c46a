"""A receiver and its store, running in a thread of the test's process."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.destinations import Address, AgentSettings
from mdc_agent.metrics import AgentCounts
from mdc_agent.receive import Receiver
from mdc_agent.store import LinePlace, Store, StoreSettings
from tests.modern.agent.places import FolderPlace

DEPLOYMENT = Deployment(
    "ep",
    "blue",
    (
        DeployedCollection("model_inputs", True),
        DeployedCollection("model_outputs", True),
        DeployedCollection("off", False),
    ),
)


class Running:
    """A receiver that listens until `close`.

    Args:
        root: for its spool and, by default, what it writes.
        place_of: where lines go.
        store: settings of the store.
        token: that the receiver asks for.
        body_seconds: see `Receiver`.
        settings: of the receiver.
    """

    def __init__(
        self,
        root: Path,
        place_of: Callable[[str], LinePlace] | None = None,
        store: dict[str, Any] | None = None,
        token: str = "",
        body_seconds: float = 30.0,
        **settings: Any,
    ) -> None:
        self.out = root / "out"
        self.counts = AgentCounts()
        self.store = Store(
            DEPLOYMENT,
            place_of or (lambda name: FolderPlace(self.out, name)),
            StoreSettings(root / "spool", **(store or {})),
            self.counts,
        )
        self.store.open()
        self._settings = AgentSettings(listen=Address("127.0.0.1", 0), **settings)
        self._token, self._body_seconds = token, body_seconds
        self.port = 0
        self.receiver: Receiver
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,))
        self._thread.start()
        started.wait(10)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)

        async def start() -> None:
            self.receiver = Receiver(
                DEPLOYMENT,
                self._settings,
                self._token,
                self.store,
                self.counts,
                self._body_seconds,
            )
            await self.receiver.start()
            self.port = self.receiver.port
            started.set()

        self.loop.run_until_complete(start())
        self.loop.run_forever()
        self.loop.run_until_complete(self.receiver.stop(2))
        self.loop.run_until_complete(self._cancel_rest())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    async def _cancel_rest(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def close(self) -> None:
        """End it."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(20)
        self.store.close(10)

    def post(
        self, body: bytes = b'[{"a":1}]', collection: str = "model_inputs", **headers: str
    ) -> tuple[int, str]:
        """Send one event; return status and text."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        fields = {
            "Content-Type": "application/json",
            "ce-type": f"azureml.inference.{collection}",
            **given,
        }
        return self.request("POST", "/modeldata/log", body, fields)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """Send a request; return status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def raw(self, content: bytes, timeout: float = 20.0) -> bytes:
        """Send bytes; return all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as client:
            client.sendall(content)
            parts = []
            while part := client.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def lines(self) -> list[dict[str, Any]]:
        """Return what was written, sorted by id."""
        files = self.out.glob("modelDataCollector/ep/blue/model_*/**/*.jsonl")
        lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
        return sorted(lines, key=lambda line: str(line["id"]))

    def lost(self) -> dict[tuple[str, str], int]:
        """Return the events that were refused, by type and reason."""
        return self.counts.read().lost
