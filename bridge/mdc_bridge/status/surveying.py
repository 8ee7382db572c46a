"""`status(place)`: where each of many services stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from mdc_core.errors import MdcError, MissingFileError

from ..arguments import AnyPath
from ..moments import utc_now, utc_text
from ..progress import Progress, silent
from .archive_step import archive_step
from .comparison_step import comparison_step
from .data_steps import dual_step, legacy_step
from .endpoint_step import endpoint_step
from .folders import services_below
from .holdings import Holdings, Listings
from .script_steps import script_steps
from .services import WebService, services_in
from .steps import ServiceStatus, State, StatusReport, Step


def status(
    place: AnyPath, *, now: Optional[datetime] = None, progress: Progress = silent
) -> StatusReport:
    """Say of each of many services at which step of the migration it is, and what is left.

    Data are listed and not read; of a migration its notes are.

    Args:
        place: a folder, each of whose subfolders is a service with what belongs to it: scripts,
            files of conda, pip and Docker, `modeldata`, `modelDataCollector`, what `compare
            --json` printed, YAML of the endpoint, plan. Or a YAML file with `services`, a list of
            mappings that name these.
        now: the present moment, for what is too old; None for the clock's.
        progress: called with the number of services done, and of all.

    Returns:
        all of them; what cannot be read of one hides nothing of the others.

    Raises:
        MissingFileError: there is no such folder or file, or it has no subfolder.
        SettingsError: the file is not a list of services.
        StoreError: the folder or file cannot be read.
    """
    moment = (now or utc_now()).astimezone(timezone.utc)
    path = Path(os.fspath(place))
    if not path.exists():
        raise MissingFileError(f"{path} does not exist; valid: a folder of services, or a list")
    services = services_below(path) if path.is_dir() else services_in(path)
    listings = Listings()
    statuses = []
    for done, service in enumerate(services, 1):
        statuses.append(_status(service, listings, moment))
        progress(done, len(services))
    return StatusReport(utc_text(moment), tuple(statuses))


def _status(service: WebService, listings: Listings, now: datetime) -> ServiceStatus:
    if service.problem:
        return ServiceStatus(service.name, problem=service.problem)
    held = Holdings()
    unlisted = ""
    try:
        held = listings.of(service)
    except (MdcError, OSError) as error:
        unlisted = str(error)

    steps = [
        *_judged((1, 2, 8), lambda: script_steps(service.scripts), ""),
        *_judged((3,), lambda: [legacy_step(service, held, now)], unlisted),
        *_judged((4,), lambda: [dual_step(service, held)], unlisted),
        *_judged((5,), lambda: [comparison_step(service, held)], unlisted),
        *_judged((6,), lambda: [endpoint_step(service)], ""),
        *_judged((7,), lambda: [archive_step(service, held)], unlisted),
    ]
    return ServiceStatus(service.name, tuple(sorted(steps, key=lambda step: step.number)))


def _judged(numbers: Iterable[int], judge: Callable[[], list[Step]], problem: str) -> list[Step]:
    """Return steps, or why they cannot be judged."""
    if not problem:
        try:
            return judge()
        except (MdcError, OSError) as error:
            problem = str(error)
    return [Step(number, State.UNREADABLE, problem) for number in numbers]
