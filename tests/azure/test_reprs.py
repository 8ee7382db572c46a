"""No `repr` of anything shows a key or a signature."""

from __future__ import annotations

import functools
import gc
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_bridge.deployment.options import DeploymentOptions
from mdc_bridge.files import open_files
from mdc_bridge.files.location import Location
from mdc_core.runtime import pipeline_for
from mdc_core.settings import Settings

KEY = "c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5cw=="
SIGNATURE = "c2VjcmV0c2lnbmF0dXJl"
NOWHERE = "http://127.0.0.1:9/acc"
PLACES = {
    "key": f"AccountName=acc;AccountKey={KEY};BlobEndpoint={NOWHERE}",
    "signature": f"BlobEndpoint={NOWHERE};SharedAccessSignature=sv=2024-01-01&sig={SIGNATURE}",
    "URL": f"{NOWHERE}?sv=2024-01-01&sig={SIGNATURE}",
}


def _shown(thing: Any) -> str:
    try:
        return f"{thing!r} {thing}"
    except Exception as error:  # noqa: BLE001  not ours to show
        return repr(type(error))


def _ours() -> list[Any]:
    """Return all objects of ours, and what Python made of them, that are in memory."""
    return [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, functools.partial)
        or str(type(thing).__module__).startswith(("mdc_core", "mdc_bridge", "azureml"))
    ]


@pytest.mark.parametrize("kind", PLACES)
def test_nothing_in_memory_shows_a_secret(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Collectors, their pipelines, what delivers, and the tools' places."""
    place = PLACES[kind]
    monkeypatch.setenv("MDC_STORAGE", place)
    monkeypatch.setenv("AML_MODEL_DC_STORAGE", place)
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    monkeypatch.setenv("MDC_SPOOL_DIR", str(tmp_path / "spool"))
    collectors = [ModelDataCollector("m", "inputs"), Collector(name="c")]
    collectors[0].collect([1])
    collectors[1].collect(pd.DataFrame({"a": [1]}))
    mdc_core.flush(0.5)
    settings = Settings.from_environ()
    tree = Location.of(place, "source", "modeldata")
    held = [
        *(settings, settings.describe(), pipeline_for(settings), tree, (tree, 1)),
        *(DeploymentOptions(storage=place), open_files(place, "source", "modeldata"), collectors),
    ]
    shown = [_shown(thing) for thing in (*held, *_ours())]
    mdc_core.shutdown(0.1)
    assert len(shown) > 20
    assert [text for text in shown if KEY in text or SIGNATURE in text] == []
