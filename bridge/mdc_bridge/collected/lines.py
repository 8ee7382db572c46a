"""JSONL lines one by one: ours, Azure's collector's, and those of payload logging.

Source of the fields: "Collect production data from models for real-time inferencing", sections
"Store collected data in Blob Storage", "Store large payloads" and "Store binary data".
"""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Optional

from mdc_core.errors import MdcError
from mdc_core.layouts import CSV_ROOT
from mdc_core.payload_rows.json_texts import parse_json

from ..arguments import AnyPath
from ..files import Files, open_files
from ..files.packed import plain
from ..progress import Progress
from .copies import chosen_files
from .line_data import Parse, data_of, rows_of
from .meter import Meter
from .period import ALWAYS, Moment, Period, time_of
from .places import SUFFIX, Choice, CollectionFile
from .problems import Problems, StrictProblems

# Size of a part of a file; a longer last line is read to its end.
CHUNK_BYTES = 4 * 1024 * 1024

_KNOWN = frozenset({"data", "dataref", "time", "correlationid", "xrequestid", "modelversion"})


class CollectedLine(NamedTuple):
    """One line: what one call of `collect`, or one request of payload logging, left.

    Attributes:
        endpoint, deployment, collection: names of its folders.
        path: of its file, below the root that was read.
        number: of the line in its file, from 1.
        time_us: integer microseconds since the epoch; None when the line has no time.
        correlation_id: ties inputs to outputs; the request id where there is none.
        request_id: `xrequestid`.
        model_version: `modelversion`.
        rows: the row objects. Of data that are not an array of objects, those that a logged request
            or response holds, see `payloads`; else one row with the one column `payload`.
        event: the line as a whole.
        size: of the line and of the file it refers to, in bytes.
    """

    endpoint: str
    deployment: str
    collection: str
    path: str
    number: int
    time_us: Optional[int]
    correlation_id: str
    request_id: str
    model_version: str
    rows: list[dict[str, Any]]
    event: dict[str, Any]
    size: int = 0

    @property
    def attributes(self) -> dict[str, Any]:
        """All other fields of the line, such as `path` and `method`."""
        return {name: value for name, value in self.event.items() if name not in _KNOWN}


def read_lines(
    root: AnyPath,
    *,
    collections: Optional[Iterable[str]] = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    since: Moment = None,
    until: Moment = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
    progress: Optional[Progress] = None,
) -> Iterator[CollectedLine]:
    """Yield collected lines in the order of their files; memory holds one line at a time.

    Args:
        root: the folder above `modelDataCollector`, that folder itself, or a storage account.
        collections: names such as `model_inputs`; None for all.
        endpoint: its name; None for all.
        deployment: its name; None for all.
        since: first moment, UTC unless it names a zone; folders outside are not opened.
        until: moment before which the period ends.
        container: in a storage account.
        problems: counts what cannot be read; None raises at the first.
        progress: called with the bytes read and the bytes to read (None while files are being
            listed); for that, all files are listed before the first is read.

    Raises:
        SettingsError: an argument makes no sense, or names what the tree never held.
        StoreError: the tree cannot be read; without `problems`, also a line that cannot.
    """
    choice = Choice.of(collections, endpoint, deployment, since, until)
    problems = StrictProblems() if problems is None else problems
    with open_files(root, "ROOT", container) as files:
        chosen: Iterable[CollectionFile] = chosen_files(files, choice, problems)
        meter = None
        if progress is not None:
            meter = Meter(progress)
            chosen = meter.listed(chosen)
        for file in chosen:
            yield from lines_of_file(files, file, choice.period, problems, parse_json, meter)
            if meter is not None:
                meter.end(file)


def lines_of_file(
    files: Files,
    file: CollectionFile,
    period: Period,
    problems: Problems,
    parse: Parse,
    meter: Optional[Meter] = None,
    part: Optional[tuple[int, bytes]] = None,
) -> Iterator[CollectedLine]:
    """Yield the lines of one file that lie in a period; those without a time do.

    Args:
        files: the tree.
        file: of the tree.
        period: of the lines.
        problems: gets what cannot be read.
        parse: reads JSON.
        meter: counts each line.
        part: one of `chunks_of_file`, for its lines; None for those of the file.
    """
    path = file.info.path
    raws: Iterator[tuple[int, bytes]] = (
        raw_lines(files, path, problems)
        if part is None
        else enumerate(io.BytesIO(part[1]), part[0])
    )
    for number, raw in raws:
        if meter is not None:
            meter.count(file, raw)
        raw = _without_mark(raw)
        if not raw.strip():
            continue
        try:
            line = _line(files, file, number, raw, period, parse)
        except (ValueError, RecursionError, MdcError) as error:
            if raw.endswith(b"\n") or isinstance(error, MdcError):
                problems.add(path, number, str(error))
            else:
                problems.add_torn(path)
            continue
        if line is not None:
            yield line


def chunks_of_file(
    files: Files, file: CollectionFile, problems: Problems
) -> Iterator[tuple[int, bytes]]:
    """Yield a file in parts of some MB that end with lines, each with its first line's number.

    What cannot be read ends them.
    """
    path = file.info.path
    number = 0
    try:
        with files.open(path) as stored:
            stream = plain(path, stored, SUFFIX)
            # Room for more than there is costs time, whenever it is taken and given back.
            most = min(CHUNK_BYTES, file.info.size + 1) if stream is stored else CHUNK_BYTES
            while True:
                content = stream.read(most)
                if not content:
                    break
                is_last = len(content) < most
                if not is_last:
                    content += stream.readline()
                if not number:
                    content = _without_mark(content)
                yield number + 1, content
                if is_last:
                    break
                number += content.count(b"\n")
    except OSError as error:
        problems.add(path, number + 1 if number else None, str(error))


def raw_lines(files: Files, path: str, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; what cannot be read ends them."""
    number = 0
    try:
        with files.open(path) as stream:
            for number, raw in enumerate(plain(path, stream, SUFFIX), 1):
                yield number, raw
    except OSError as error:
        problems.add(path, number + 1 if number else None, str(error))


def _without_mark(raw: bytes) -> bytes:
    """Return bytes without the byte order mark that editors put there; no other writer does."""
    return raw[len(BOM_UTF8) :] if raw.startswith(BOM_UTF8) else raw


def _line(
    files: Files, file: CollectionFile, number: int, raw: bytes, period: Period, parse: Parse
) -> Optional[CollectedLine]:
    event = parse(raw)
    if not isinstance(event, dict):
        raise ValueError("it is not a JSON object")
    time_us = time_of(str(event.get("time")))
    if time_us is not None and period is not ALWAYS and not period.holds(time_us):
        return None
    request_id = _text(event.get("xrequestid"))
    data, size = data_of(files, event, parse)
    return CollectedLine(
        file.endpoint,
        file.deployment,
        file.collection,
        file.info.path,
        number,
        time_us,
        _text(event.get("correlationid")) or request_id,
        request_id,
        _text(event.get("modelversion")),
        rows_of(data, file.collection, event),
        event,
        len(raw) + size,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
