"""A blob server of our own for a while: Azurite, in memory, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import azure.storage.blob

from tests.ports import free_port

# Azurite's documented account; its key is public and opens nothing else.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

_PROGRAM = Path(".venv/azurite/node_modules/.bin/azurite-blob")
_STARTUP_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """Where an account of Azurite's is reached.

    Attributes:
        url: of the account.
    """

    url: str

    @property
    def connection_string(self) -> str:
        """The account by its key."""
        return self.with_key(KEY)

    def with_key(self, key: str) -> str:
        """Return the connection string with another key."""
        protocol = self.url.partition(":")[0]
        return (
            f"DefaultEndpointsProtocol={protocol};AccountName={ACCOUNT};AccountKey={key};"
            f"BlobEndpoint={self.url};"
        )


class Azurite:
    """Starts Azurite, and ends it.

    Args:
        folder: for its log; it stores nothing else.
        certificate, key: files for HTTPS; it then also checks the claims of bearer tokens.
    """

    def __init__(
        self, folder: Path, certificate: Optional[Path] = None, key: Optional[Path] = None
    ) -> None:
        self.port = free_port()
        scheme = "https" if certificate else "http"
        self.place = Place(f"{scheme}://127.0.0.1:{self.port}/{ACCOUNT}")
        self._log = folder / "azurite.txt"
        # The oldest SDK sends a header without effect that Azurite otherwise refuses.
        is_oldest_sdk = azure.storage.blob.__version__.startswith("12.8.")
        options: list[object] = ["--loose"] if is_oldest_sdk else []
        if certificate:
            options += ["--oauth", "basic", "--cert", certificate, "--key", key]
        self._start(folder, *options)

    def __enter__(self) -> Azurite:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; what it held is gone."""
        self._process.terminate()
        self._process.wait()

    def _start(self, folder: Path, *options: object) -> None:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(_find_program()),
                    *("--blobHost", "127.0.0.1", "--blobPort", str(self.port)),
                    *("--inMemoryPersistence", "--silent"),
                    *("--skipApiVersionCheck", "--disableTelemetry"),
                    *map(str, options),
                ],
                stdin=subprocess.DEVNULL,
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        end = time.monotonic() + _STARTUP_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"Azurite did not start: {self._log.read_text()}")


def _find_program() -> Path:
    root = Path(__file__).resolve().parents[2]
    program = Path(os.environ.get("AZURITE_BLOB") or root / _PROGRAM)
    if not program.exists():
        raise RuntimeError(f"{program} is missing; `make .venv/azurite/.done` installs it")
    return program
