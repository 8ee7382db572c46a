"""Trees of collected JSONL, written by the real collectors or line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mdc_core

INSTANCE = "ef484bd292bc4cd4ad462efc33ddbbbe000005"

Write = Callable[..., Path]


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that collectors made in the test write to, in both formats."""
    root = tmp_path / "collected"
    monkeypatch.setenv("MDC_STORAGE", str(root))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    return root


@pytest.fixture
def finish() -> Callable[[], None]:
    """Ends collecting, so that everything is in its files."""

    def end() -> None:
        assert mdc_core.shutdown()

    return end


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes events, or raw lines, to the file of an hour; returns the file."""

    def put(
        *lines: Any,
        collection: str = "model_inputs",
        hour: str = "2026/11/21/09",
        deployment: str = "blue",
        name: str = f"{INSTANCE}.jsonl",
    ) -> Path:
        folder = tmp_path / "collected/modelDataCollector/credit" / deployment / collection / hour
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("ab") as stream:
            for line in lines:
                raw = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
                stream.write(raw)
        return folder / name

    return put


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """Makes an event as Azure's collector stores it."""

    def make(data: Any, id: str = "test", **fields: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": "dddddddd-3333-4444-5555-eeeeeeeeeeee",
            "source": "/subscriptions/s/resourceGroups/r/providers",
            "type": "azureml.inference.model_inputs",
            "datacontenttype": "application/json",
            "time": "2026-11-21T09:16:25Z",
            "data": data,
            "contentrange": "bytes 0-6794/6795",
            "correlationid": id,
            "xrequestid": id,
            "modelversion": "default",
            "collectdatatype": "pandas.core.frame.DataFrame",
            "agent": "azureml-ai-monitoring/0.1.0b4",
            **fields,
        }

    return make
