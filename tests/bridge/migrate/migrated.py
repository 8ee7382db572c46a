"""What a migration left at its destination, read strictly."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

import orjson

from mdc_core.layouts import JsonlFile
from tests.bridge.migrate.oracle import Digits

_KEYS = {
    "specversion",
    "id",
    "source",
    "type",
    "datacontenttype",
    "collectdatatype",
    "agent",
    "time",
    "contentrange",
    "correlationid",
    "xrequestid",
    "modelversion",
}


def files_of(root: Path) -> dict[str, bytes]:
    """Return every file below a folder, our own notes included."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def data_files(root: Path) -> dict[str, bytes]:
    """Return the files that are for readers, and the rejects."""
    return {
        path: content
        for path, content in files_of(root).items()
        if not path.startswith(".mdc-bridge/") or "/rejects/" in path
    }


def lines_of(root: Path) -> list[dict[str, Any]]:
    """Return all lines, numbers as `Digits`, after all that holds for any line is checked."""
    found, ids = [], set()
    for path in sorted((root / "modelDataCollector").rglob("*.jsonl")):
        relative = path.relative_to(root).as_posix()
        file = JsonlFile.parse(relative)
        assert f"modelDataCollector/{file.format()}" == relative
        content = path.read_bytes()
        assert content.endswith(b"\n")
        assert b"\r" not in content
        for raw in content[:-1].split(b"\n"):
            line = _checked(raw, file)
            assert line["id"] not in ids
            ids.add(line["id"])
            found.append(line)
    return found


def rejects_of(root: Path) -> list[dict[str, Any]]:
    """Return the rejected rows."""
    return [
        orjson.loads(line)
        for path in sorted((root / ".mdc-bridge/rejects").glob("*"))
        for line in path.read_bytes().splitlines()
    ]


def parse(text: bytes | str) -> Any:
    """Return JSON with its numbers as `Digits`; what is not JSON, such as NaN, fails."""
    return json.loads(text, parse_float=Digits, parse_int=Digits, parse_constant=_no_constant)


def _checked(raw: bytes, file: JsonlFile) -> dict[str, Any]:
    orjson.loads(raw)
    line: dict[str, Any] = parse(raw)
    assert set(line) == _KEYS | ({"data"} if "data" in line else {"dataref"})
    assert line["type"] == f"azureml.inference.{file.collection}"
    assert line["source"].endswith(f"onlineEndpoints/{file.endpoint}/deployments/{file.deployment}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", line["time"])
    assert line["time"][:13].replace("-", "/").replace("T", "/") == file.rolled
    if "data" in line:
        start = raw.index(b'"data":[') + len(b'"data":')
        size = raw.rindex(b',"contentrange"') - start
        assert line["contentrange"] == f"bytes 0-{size - 1}/{size}"
    return line


def _no_constant(text: str) -> NoReturn:
    raise AssertionError(f"{text} is not JSON")
