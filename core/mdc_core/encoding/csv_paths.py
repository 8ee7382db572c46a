"""The CSV file that a row of a legacy call belongs to."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Optional

from ..data.correlation_columns import Correlation
from ..data.events import CsvTarget, Event
from ..layouts import CSV_ROOT, CsvFolder, rolled_folder
from ..names import legal_segment
from ..throttle import Throttle

logger = logging.getLogger("mdc_core")

_warnings = Throttle()


def path_of(event: Event, target: CsvTarget, carried: Optional[Correlation]) -> str:
    """Return the path of rows, from the root down.

    Args:
        event: whose rows they are.
        target: of the event.
        carried: what the rows themselves say of their folder.
    """
    time_us, hourly = event.time_us, target.hourly
    workspace, service = target.workspace, target.service
    model, version = target.model, target.version
    if carried is not None:
        if carried.time_us is not None:
            time_us, hourly = carried.time_us, carried.hourly
        # With another depth a folder could lie where another model's file belongs.
        if _levels(carried.workspace or workspace) == _levels(workspace):
            workspace = carried.workspace or workspace
        elif _warnings.due("workspace") is not None:
            logger.warning(
                "mdc-bridge: a row names a workspace that is not subscription/resource group/"
                "workspace; it is collected in its collector's own"
            )
        service = carried.service or service
        model, version = carried.model or model, carried.version or version
    date = rolled_folder(time_us, "hour" if hourly else "day")
    base = target.folders.get((model, version))
    if base:
        # Part by part: a row's name of a service is one folder, whatever is in it.
        parts = [part.replace("{webservice_name}", service) for part in _parts(_below_root(base))]
        base = "/".join(map(legal_segment, parts))
        folder = f"{base}/{legal_segment(target.designation)}/{date}"
    else:
        folder = _folder(CsvFolder(workspace, service, model, version, target.designation, date))
    return f"{CSV_ROOT}/{folder}/{legal_segment(target.file_name)}"


@lru_cache(maxsize=64)  # 12 us each time
def _folder(folder: CsvFolder) -> str:
    return folder.format()


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _levels(workspace: str) -> int:
    return max(1, len(_parts(workspace)))


def _below_root(path: str) -> str:
    return path[len(CSV_ROOT) :] if path.startswith(f"{CSV_ROOT}/") else path
