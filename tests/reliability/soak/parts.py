"""What the commands share: a server behind a proxy, and a scoring script that collects to it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from azure.storage.blob import BlobServiceClient, ContainerClient

import mdc_core
from tests.azure.azurite import ACCOUNT, Azurite, Place
from tests.azure.fault_proxy import FaultProxy

CONTAINER = "soak"


class Server:
    """Azurite behind a proxy.

    Attributes:
        proxy: what fails.
        place: the account as reached through it.
        container: looked at directly.
        folder: for spools.
    """

    def __init__(self, proxy: FaultProxy, container: ContainerClient, folder: Path) -> None:
        self.proxy = proxy
        self.place = Place(f"{proxy.url}/{ACCOUNT}")
        self.container = container
        self.folder = folder

    def blobs(self) -> dict[str, bytes]:
        """Return what all blobs hold, by name."""
        names = [blob.name for blob in self.container.list_blobs()]
        return {name: self.container.download_blob(name).readall() for name in sorted(names)}

    def settings(self, **more: str) -> dict[str, str]:
        """Return the variables with which a scoring script collects to it."""
        return {
            "MDC_STORAGE": self.place.connection_string,
            "MDC_CONTAINER": CONTAINER,
            "MDC_SPOOL_DIR": str(self.folder / "spool"),
            **more,
        }

    def values(self) -> list[int]:
        """Return column `n` of all rows."""
        lines = [line for content in self.blobs().values() for line in content.splitlines()]
        return [row["n"] for line in lines for row in json.loads(line)["data"]]


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Yield a server with nothing in it."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        azurite = stack.enter_context(Azurite(folder))
        proxy = stack.enter_context(FaultProxy(azurite.port))
        client = stack.enter_context(
            BlobServiceClient.from_connection_string(azurite.place.connection_string)
        )
        yield Server(proxy, client.get_container_client(CONTAINER), folder)


@contextlib.contextmanager
def scoring(variables: dict[str, str]) -> Iterator[Callable[[int], None]]:
    """Yield what collects the number it is called with, as a scoring script would.

    At the end of the block everything is delivered and closed.
    """
    import pandas

    from azureml.ai.monitoring import Collector

    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        collector = Collector(name="model_inputs")
        yield lambda number: collector.collect(pandas.DataFrame({"n": [number]}))
    finally:
        mdc_core.shutdown(30.0)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def send_at(rate: float, seconds: float, collect: Callable[[int], None], first: int = 0) -> int:
    """Collect numbers at a steady rate for a time; return the number after the last."""
    start = time.monotonic()
    number = first
    while True:
        due = first + int((time.monotonic() - start) * rate)
        while number < min(due, first + int(rate * seconds)):
            collect(number)
            number += 1
        if number >= first + int(rate * seconds):
            return number
        time.sleep(0.005)


def missing_and_doubled(values: list[int], sent: int) -> tuple[int, int]:
    """Return how many of the first `sent` numbers are missing, and how many are there again."""
    return sent - len(set(values)), len(values) - len(set(values))
