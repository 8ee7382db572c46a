"""Local capture: events as log lines, for local runs where no collector listens.

The logger and the form of a line are those of `azureml-ai-monitoring` 1.0.0.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence

from ..data.events import RawFile
from .base import Destination

_FORM = "%(asctime)s | %(name)s | %(levelname)s | %(message)s"


class LocalCaptureDestination(Destination):
    """Logs each line as `time | collection | correlation id | rows` on the logger `local.capture`.

    The user asked to see the lines, so the logger gets a handler to stdout unless the
    application configured one that would receive them.
    """

    def __init__(self) -> None:
        self._logger = logging.getLogger("local.capture")
        if not self._logger.hasHandlers():
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(logging.Formatter(_FORM))
            self._logger.addHandler(handler)
            self._logger.propagate = False
        if not self._logger.isEnabledFor(logging.INFO):
            self._logger.setLevel(logging.INFO)

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        for line in lines.splitlines():
            event = json.loads(line)
            rows = event.get("data", event.get("dataref"))
            self._logger.info(
                "%s | %s | %s | %s",
                event["time"].replace("T", " ").rstrip("Z"),
                event["type"].rpartition("azureml.inference.")[2],
                event["correlationid"],
                json.dumps(rows, ensure_ascii=False, separators=(",", ":")),
            )

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        raise OSError("local capture takes no CSV")

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        size = sum(map(len, chunks))
        return RawFile(f"not kept: {size} bytes of data", size)
