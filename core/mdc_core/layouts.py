"""Where collected data lie: the path families of the old and of the new SDK, both ways.

Sources: "Collect data from models in production" (2020) for the CSV family, "Collect production
data from models for real-time inferencing" (2023-2026) for the JSONL family. All times are UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from .errors import SettingsError
from .names import legal_path, legal_segment, original_name

CSV_ROOT = "modeldata"
JSONL_ROOT = "modelDataCollector"

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_ROLLED = {
    "minute": "%Y/%m/%d/%H/%M",
    "hour": "%Y/%m/%d/%H",
    "day": "%Y/%m/%d",
    "month": "%Y/%m",
    "year": "%Y",
}
ROLLING_RATES = tuple(_ROLLED)

_TIME_PARTS = re.compile(r"\d{4}(/\d{2}){0,4}")
MINUTE_US = 60_000_000
_DATE = re.compile(r"\d{4}/\d{2}/\d{2}(/\d{2})?")
_INSTANCE = re.compile(r"([0-9a-f]{32})(\d{6,})")


def utc(time_us: int) -> datetime:
    """Return the zoned UTC time of integer microseconds since the epoch."""
    return EPOCH + timedelta(microseconds=time_us)


def rolled_folder(time_us: int, rolling_rate: str) -> str:
    """Return the time part of a path, such as `2026/11/21/09` for the rate `hour`.

    Args:
        time_us: integer microseconds since the epoch.
        rolling_rate: `minute`, `hour`, `day`, `month` or `year`, in any case.

    Raises:
        SettingsError: for any other rate.
    """
    return _rolled_minute(time_us // MINUTE_US, rolling_rate)


@lru_cache(maxsize=256)
def _rolled_minute(minute: int, rolling_rate: str) -> str:
    pattern = _ROLLED.get(rolling_rate.lower())
    if pattern is None:
        raise SettingsError(
            f"rolling rate {rolling_rate!r} is not known; valid: {', '.join(ROLLING_RATES)}"
        )
    moment = utc(minute * MINUTE_US)
    # strftime does not pad years before 1000 on every platform.
    return moment.strftime(pattern.replace("%Y", f"{moment.year:04d}"))


# Not a frozen dataclass, as others here: making one is 2% more of the import of a face.
class CsvFolder(NamedTuple):
    """The folder of one CSV file: `{workspace}/{service}/{model}/{version}/{designation}/{date}`.

    Attributes:
        workspace: `subscription/resource group/workspace`; its case is lost in the path.
        service: name of the web service.
        model: name of the model.
        version: version of the model.
        designation: `inputs`, `predictions`, `labels`, `signals`, `general`, or another.
        date: `yyyy/MM/dd`, with one more level `HH` under an hourly boundary.
    """

    workspace: str
    service: str
    model: str
    version: str
    designation: str
    date: str

    def format(self) -> str:
        """Return the folder's path below the container `modeldata`."""
        names = (self.service, self.model, self.version, self.designation)
        return "/".join(
            [
                legal_path(self.workspace.lower()) or legal_segment(""),
                *map(legal_segment, names),
                self.date,
            ]
        )

    @classmethod
    def parse(cls, path: str) -> CsvFolder:
        """Return what the path of a folder, or of a file in it, says.

        A leading `modeldata/` is taken for the container's name.

        Raises:
            ValueError: when the path is of another family.
        """
        parts = path.strip("/").split("/")
        if parts[0] == CSV_ROOT:
            del parts[0]
        if parts and "." in parts[-1]:
            del parts[-1]
        for hours in (1, 0):
            date = "/".join(parts[-3 - hours :])
            if len(parts) == 10 + hours and _DATE.fullmatch(date):
                workspace = "/".join(original_name(part) for part in parts[:3])
                names = [original_name(part) for part in parts[3:7]]
                service, model, version, designation = names
                return cls(workspace, service, model, version, designation, date)
        raise ValueError(
            f"{path!r} is not of the form "
            "subscription/group/workspace/service/model/version/designation/yyyy/MM/dd[/HH]"
        )


class JsonlFile(NamedTuple):
    """A JSONL file: `{endpoint}/{deployment}/{collection}/{rolled}/{instance}{sequence}.jsonl`.

    Attributes:
        endpoint: name of the online endpoint.
        deployment: name of the deployment.
        collection: such as `model_inputs`.
        rolled: the time part, such as `2026/11/21/09`.
        instance: 32 hex digits of the collector instance that wrote the file.
        sequence: number of the file within its instance.
    """

    endpoint: str
    deployment: str
    collection: str
    rolled: str
    instance: str
    sequence: int

    def format(self) -> str:
        """Return the file's path below the folder `modelDataCollector`."""
        folder = collection_folder(self.endpoint, self.deployment, self.collection)
        return f"{folder}/{self.rolled}/{segment_name(self.instance, self.sequence)}"

    @classmethod
    def parse(cls, path: str) -> JsonlFile:
        """Return what the path of a JSONL file says.

        A leading `modelDataCollector/` is taken for the root.

        Raises:
            ValueError: when the path is of another family.
        """
        parts = path.strip("/").split("/")
        if parts[0] == JSONL_ROOT:
            del parts[0]
        stem, dot, ending = parts[-1].rpartition(".")
        instance = _INSTANCE.fullmatch(stem)
        rolled = "/".join(parts[3:-1])
        if ending != "jsonl" or not dot or instance is None or not _TIME_PARTS.fullmatch(rolled):
            raise ValueError(
                f"{path!r} is not of the form "
                "endpoint/deployment/collection/yyyy[/MM[/dd[/HH[/mm]]]]/instance.jsonl"
            )
        endpoint, deployment, collection = (original_name(part) for part in parts[:3])
        return cls(
            endpoint, deployment, collection, rolled, instance.group(1), int(instance.group(2))
        )


def collection_folder(endpoint: str, deployment: str, collection: str) -> str:
    """Return the folder of a collection below `modelDataCollector`."""
    return "/".join(map(legal_segment, (endpoint, deployment, collection)))


def deployment_folder(endpoint: str, deployment: str) -> str:
    """Return the folder of a deployment, in which raw files of large events lie by rolled time."""
    return "/".join(map(legal_segment, (endpoint, deployment)))


def segment_name(instance: str, sequence: int, ending: str = ".jsonl") -> str:
    """Return a segment's file name, 32 hex digits and a six-digit sequence, as the real one's."""
    return f"{instance}{sequence:06d}{ending}"
