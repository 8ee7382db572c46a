"""The service: its parts put together, started, told to follow other files, and stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from dataclasses import replace
from pathlib import Path

from mdc_core.errors import MdcError, SettingsError

from . import process
from .deployment import PAYLOAD_COLLECTIONS, Deployment
from .destinations import AgentSettings, DeploymentPlaces, read_settings
from .metrics import AgentCounts
from .payload import PayloadServer
from .reading import Reading, read_deployment
from .receive import Receiver
from .sdk_config_file import check_beside, variables, write_sdk_config
from .store import Store

logger = logging.getLogger("mdc_agent")

# Together less than the thirty seconds that Kubernetes gives a container to end.
ANSWER_SECONDS = 5.0
EXCHANGE_SECONDS = 8.0
DELIVER_SECONDS = 12.0
# Settings that a reload changes; all others change at the next start.
_FOLLOWED = ("datastores", "sdk_config", "token_file", "source", "given")


def run(deployment_path: Path, settings: AgentSettings) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        deployment_path: the deployment file.
        settings: of the agent; their file is read again at SIGHUP.

    Returns:
        0: it was told to stop, and has written all that it had accepted.

    Raises:
        SettingsError: a file, the spool or an address cannot be used.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    logger.setLevel(logging.INFO)
    process.take_large_blocks_alone()
    return process.run(Service(Path(deployment_path), settings).serve())


class Service:
    """The parts of one agent.

    Args:
        deployment_path: see `run`.
        settings: see `run`.
    """

    def __init__(self, deployment_path: Path, settings: AgentSettings) -> None:
        self._path = deployment_path
        self._settings = settings
        self._counts = AgentCounts()
        places = DeploymentPlaces(_read(deployment_path), settings)
        deployment = self._deployment = places.deployment
        self._store = Store(deployment, places, settings, self._counts)
        self._receiver = Receiver(deployment, settings, settings.token(), self._store, self._counts)
        self._payloads: PayloadServer | None = None

    async def serve(self) -> int:
        """Start, and go on until a signal says to stop; see `run`."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        reload = asyncio.Event()
        loop.add_signal_handler(signal.SIGHUP, reload.set)
        try:
            await self._start()
            follower = asyncio.create_task(self._follow(reload))
            await stopped.wait()
            logger.info("mdc-agent: stopping after accepted events are written")
            follower.cancel()
        finally:
            await self._stop()
        return 0

    async def _start(self) -> None:
        check_beside(self._settings.sdk_config)
        await asyncio.to_thread(self._store.open)
        await self._receiver.start()
        if self._settings.payload is not None:
            self._payloads = PayloadServer(
                self._deployment,
                self._settings.payload_settings(),
                self._store,
                self._counts,
                self._store.is_pressed,
            )
            try:
                await self._payloads.start()
            except OSError as error:
                raise SettingsError(
                    f"{self._settings.source}: payload.listen (--listen) cannot be used: "
                    f"{error.strerror}; valid: an address of this machine with a free port"
                ) from error
        self._configure_scoring(self._deployment, self._settings)
        address = replace(self._settings.listen, port=self._receiver.port)
        logger.info("mdc-agent: events at http://%s", address)
        if self._payloads is not None:
            logger.info("mdc-agent: payloads at %s:%d", *self._payloads.address)

    async def _stop(self) -> None:
        await self._receiver.stop(ANSWER_SECONDS)
        if self._payloads is not None:
            await self._payloads.close(EXCHANGE_SECONDS)
        await asyncio.to_thread(self._store.close, DELIVER_SECONDS)

    async def _follow(self, reload: asyncio.Event) -> None:
        """Read the files again at each request to reload."""
        while True:
            await reload.wait()
            reload.clear()
            try:
                token = await process.in_thread(self._read_again)
            except Exception as error:  # noqa: BLE001  the next change of the files may mend it
                reason = error if isinstance(error, MdcError) else repr(error)
                logger.error("mdc-agent: reload failed, continuing as before: %s", reason)
                continue
            self._receiver.follow(self._deployment, token)
            if self._payloads is not None:
                self._payloads.follow(self._deployment)
            logger.info("mdc-agent: reloaded %s", self._path)

    def _read_again(self) -> str:
        """Read both files and follow them; if one makes no sense, nothing changes.

        Returns:
            The token that clients need from now on.
        """
        settings = read_settings(self._settings.source, given=self._settings.given)
        reading = _read(self._path)
        token = settings.token()
        check_beside(settings.sdk_config)
        places = DeploymentPlaces(reading, settings)
        self._configure_scoring(places.deployment, settings)
        try:
            self._store.reconfigure(places.deployment, places)
        except BaseException:
            self._configure_scoring(self._deployment, self._settings)
            raise
        changed = [
            name
            for name in AgentSettings.__dataclass_fields__
            if name not in _FOLLOWED and getattr(settings, name) != getattr(self._settings, name)
        ]
        if changed:
            logger.warning(
                "mdc-agent: %s of %s takes effect at the next start",
                ", ".join(changed),
                settings.source,
            )
        self._settings, self._deployment = settings, places.deployment
        return token

    def _configure_scoring(self, deployment: Deployment, settings: AgentSettings) -> None:
        """Write the SDK's file; log the scoring container's variables, and payloads not logged."""
        path = settings.sdk_config
        if path is not None and write_sdk_config(deployment, path):
            logger.info("mdc-agent: the SDK's config file is %s", path)
        environ = variables(deployment, self._settings.listen.host, self._receiver.port, path)
        logger.info(
            "mdc-agent: variables of the scoring container: %s",
            " ".join(f"{name}={value}" for name, value in environ.items()),
        )
        names = [
            each.name
            for each in deployment.collections
            if each.enabled and each.name.lower() in PAYLOAD_COLLECTIONS
        ]
        if names and settings.payload is None:
            logger.warning(
                "mdc-agent: %s: no payload passes here to be logged; valid: payload.listen in %s, "
                "--listen, or the middleware in the scoring server",
                ", ".join(names),
                settings.source,
            )


def _read(path: Path) -> Reading:
    """Return the deployment file as it is read, and log the remarks about it.

    Raises:
        SettingsError: nothing can be collected by it.
    """
    reading = read_deployment(path)
    reading.accepted()
    for remark in reading.remarks:
        logger.warning("mdc-agent: %s", remark.at(reading.source))
    return reading
