"""Events: one accepted call of `collect`, with where its lines and rows belong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Dict, NamedTuple, Optional

from ..layouts import (
    JSONL_ROOT,
    MINUTE_US,
    collection_folder,
    deployment_folder,
    rolled_folder,
)
from ..version import __version__
from .isolation import size_of
from .snapshot import Snapshot

AGENT = f"mdc-bridge/{__version__}"
MAX_DATA_BYTES = 4 * 1024 * 1024
# A stream remembers so many folders.
_MOST_FOLDERS = 256
# Texts up to this length are counted with the event itself.
_SHORT = 64
DATA_TYPE = "pandas.core.frame.DataFrame"


@dataclass(frozen=True)
class Stream:
    """One collection of one deployment, and what is equal in all lines of it.

    Attributes:
        endpoint, deployment, collection: names of its folder.
        workspace: `subscription/resource group/workspace`.
        rolling_rate: how time divides its folder.
        head: of a line, to the beginning of its id.
    """

    endpoint: str
    deployment: str
    collection: str
    workspace: str
    rolling_rate: str = "hour"
    head: bytes = field(init=False, repr=False, compare=False)
    # Cached by minute, the shortest time that divides folders: 0.1 us instead of 0.3.
    _folders: Dict[int, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        subscription, group, workspace = (self.workspace.split("/", 2) + ["", ""])[:3]
        source = (
            f"/subscriptions/{subscription}/resourceGroups/{group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{workspace}"
            f"/onlineEndpoints/{self.endpoint}/deployments/{self.deployment}"
        )
        constant = {
            "specversion": "1.0",
            "source": source,
            "type": f"azureml.inference.{self.collection}",
            "datacontenttype": "application/json",
            "collectdatatype": DATA_TYPE,
            "agent": AGENT,
        }
        # Lone surrogates become visible escapes: strict parsers refuse those of JSON.
        texts = {key: _visible(text) for key, text in constant.items()}
        object.__setattr__(self, "head", json.dumps(texts)[:-1].encode() + b',"id":"')
        object.__setattr__(self, "_folders", {})

    def folder(self, time_us: int) -> str:
        """Return the folder, from the root down, of events of this time."""
        minute = time_us // MINUTE_US
        folder = self._folders.get(minute)
        if folder is None:
            names = collection_folder(self.endpoint, self.deployment, self.collection)
            folder = f"{JSONL_ROOT}/{names}/{rolled_folder(time_us, self.rolling_rate)}"
            if len(self._folders) >= _MOST_FOLDERS:
                self._folders.clear()
            self._folders[minute] = folder
        return folder

    def raw_folder(self, time_us: int) -> str:
        """Return the folder of raw files of events that are too large for a line."""
        deployment = deployment_folder(self.endpoint, self.deployment)
        return f"{JSONL_ROOT}/{deployment}/{rolled_folder(time_us, self.rolling_rate)}"


class CsvTarget(NamedTuple):
    """Where the CSV rows of a legacy call belong.

    Attributes:
        workspace, service, model, version, designation: names of the folder.
        file_name: name of the file in it.
        hourly: the folder has one more level, the hour.
        correlation: the eight cells appended to each row of inputs; empty for the others.
        follows_rows: rows that carry `$aml_*` cells choose their folder by them.
        names: header of lists and arrays; None for no header.
        folders: by model and version, paths in place of workspace, service, model and version;
            `{webservice_name}` in them stands for the service.
        printed: in place of the event's snapshot, where texts had to be taken when it was made.
    """

    workspace: str
    service: str
    model: str
    version: str
    designation: str
    file_name: str
    hourly: bool
    correlation: Sequence[Any]
    follows_rows: bool
    names: Optional[Sequence[Any]] = None
    folders: Mapping[tuple[str, str], str] = MappingProxyType({})
    printed: Optional[Snapshot] = None


class Event(NamedTuple):
    """One accepted call.

    Attributes:
        snapshot: the isolated value.
        size: its size in bytes, for the bound of the queue.
        time_us: integer microseconds since the epoch.
        correlation_id: shared by the inputs and outputs of a request.
        model_version: version of the model.
        stream: where its JSONL line belongs; None for CSV only.
        csv: where its CSV rows belong; None for JSONL only.
        request_id: id of the HTTP request where it is known.
        headers: more attributes for the line.
        feature_names: names for columns of arrays and lists.
        input_rows: number of rows of the same request's inputs.
        carries_correlations: rows may carry `$aml_*` columns, which leave the data.
        percentage: how much of the JSONL is kept, by request id, else by correlation id.
    """

    snapshot: Snapshot
    size: int
    time_us: int
    correlation_id: str
    model_version: str
    stream: Optional[Stream]
    csv: Optional[CsvTarget] = None
    request_id: Optional[str] = None
    headers: Optional[Mapping[Any, Any]] = None
    feature_names: tuple[str, ...] = ()
    input_rows: Optional[int] = None
    carries_correlations: bool = False
    percentage: float = 100.0


def size_beside(event: Event) -> int:
    """Return the size in bytes of long texts that an event holds beside its data."""
    csv, headers = event.csv, event.headers
    if csv is None and not headers and len(event.correlation_id) <= _SHORT:
        return 0  # as nearly all events of `Collector`, in a quarter of the time
    texts = [event.correlation_id, *(csv.correlation if csv else ())]
    texts = [each for each in texts if isinstance(each, str) and len(each) > _SHORT]
    if headers:
        texts += [*headers.keys(), *headers.values()]
    return size_of(texts)


class RawFile(NamedTuple):
    """A raw JSON file that holds the data of one large event.

    Attributes:
        url: where readers find it.
        size: in bytes.
        path: where the destination that stored it finds it.
    """

    url: str
    size: int
    path: str = ""


def _visible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
