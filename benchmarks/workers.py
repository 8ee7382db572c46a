"""The processes that measure: each has the packages and the settings of one setup."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from tests.azure.azurite import Azurite

# Of the shell's settings, such as proxies, only these reach what is measured.
_KEPT = ("PATH", "HOME")
# Setups whose questions have a process each: what was collected before must not be there.
_ALONE = ("alone", "waiting")
# Those whose times are measured by the clock, request by request.
_AHEAD = ("plain", "folder", "gevent", "official")
# What the official SDK accepts while it still posts: by default 1,500, fewer than a run collects.
_OFFICIAL_EVENTS = "20000"


class Places:
    """What all rounds share: interpreters, the servers that are delivered to, a folder.

    Args:
        folder: for files.
        official: the Python that has `azureml-ai-monitoring`.
        migration: the Python that has duckdb and polars.
        port: of the collector.
    """

    def __init__(self, folder: Path, official: str, migration: str, port: int) -> None:
        self.folder = folder
        self.official = official
        self.migration = migration
        self.port = port
        self._azurite: Optional[Azurite] = None

    def python_of(self, setup: str) -> str:
        """Return the interpreter of a setup."""
        return {"official": self.official, "migration": self.migration}.get(setup, sys.executable)

    def settings_of(self, setup: str, folder: Path) -> dict[str, str]:
        """Return the environment variables of a setup.

        Args:
            setup: `plain` collects nothing; `folder`, `azurite` and `collector` are ours, by
                destination; `alone` and `gevent` are as `folder`; `waiting` is ours, and writes
                nothing; `official` is the peer.
            folder: for what is collected, and for the spool.
        """
        sends = {"AZUREML_MDC_ENABLED": "true", "AZUREML_MDC_PORT": str(self.port)}
        spool = {"MDC_SPOOL_DIR": str(folder / "spool")}
        in_folder = {"MDC_STORAGE": str(folder / "collected"), "MDC_BRIDGE_MODE": "dual"}
        if setup == "azurite":
            return {"MDC_STORAGE": self._account(), "MDC_BRIDGE_MODE": "dual", **spool}
        return {
            "plain": {},
            "migration": {},
            "folder": in_folder,
            "alone": in_folder,
            "gevent": in_folder,
            "waiting": {**in_folder, "AZUREML_MDC_WORKER_DISABLED": "true"},
            "collector": {**sends, **spool},
            "official": {**sends, "AZUREML_MDC_QUEUE_CAPACITY": _OFFICIAL_EVENTS},
        }[setup]

    def close(self) -> None:
        """End the servers."""
        if self._azurite is not None:
            self._azurite.stop()

    def _account(self) -> str:
        if self._azurite is None:
            self._azurite = Azurite(self.folder)
        return self._azurite.place.connection_string


class Workers:
    """The processes of one round, each started when it is first asked.

    Args:
        places: what the rounds share.
        folder: of this round.
    """

    def __init__(self, places: Places, folder: Path) -> None:
        self._places = places
        self._folder = folder
        self._workers: dict[str, _Worker] = {}
        self._started = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for worker in self._workers.values():
            worker.close()

    def ask(self, setup: str, subject: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
        """Return what a subject has measured in a setup."""
        if setup in _ALONE:
            worker = self._start(setup)
            answer = worker.ask(subject, arguments)
            worker.close()
            return answer
        if setup not in self._workers:
            self._workers[setup] = self._start(setup)
        return self._workers[setup].ask(subject, arguments)

    def _start(self, setup: str) -> _Worker:
        self._started += 1
        folder = self._folder / f"{self._started}-{setup}"
        folder.mkdir()
        python = self._places.python_of(setup)
        return _Worker(setup, python, folder, self._places.settings_of(setup, folder))


class _Worker:
    """One process; see `benchmarks.worker`."""

    def __init__(self, setup: str, python: str, folder: Path, settings: Mapping[str, str]) -> None:
        self._setup = setup
        self._log = folder / "log"
        environ = {key: os.environ[key] for key in _KEPT if key in os.environ}
        if setup != "official" and "PYTHONPATH" in os.environ:
            environ["PYTHONPATH"] = os.environ["PYTHONPATH"]  # of sources that are not installed
        run = ["-m", "benchmarks.worker"]
        if setup == "gevent":
            run = ["-m", "gevent.monkey", "--module", "benchmarks.worker"]
        self._process = subprocess.Popen(
            [python, *run, str(folder), *(["ahead"] if setup in _AHEAD else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("w"),
            env={**environ, **settings},
            text=True,
        )

    def ask(self, subject: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([subject, *arguments]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(
                f"{self._setup}, {subject}{arguments}: the worker ended\n{self._log.read_text()}"
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, after what it still has to write."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextlib.contextmanager
def open_places(folder: Path, official: str, migration: str) -> Iterator[Places]:
    """Run the collector that events are sent to, and yield the places."""
    command = [sys.executable, "-m", "benchmarks.fake_collector"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            places = Places(folder, official, migration, int(process.stdout.readline()))
            try:
                yield places
            finally:
                places.close()
        finally:
            process.terminate()
