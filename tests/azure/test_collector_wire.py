"""Beside the official package: the same frames and contexts make the same requests."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Callable, List, Tuple

import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from tests.azure.collector_settings import SCRIPTS, on_endpoint, start_script
from tests.azure.recorder import Recorder, Request, recording

sys.path.insert(0, str(SCRIPTS))
from collect_frames import FRAMES, PLAIN, collect_frames

# The name of the client, and what it could decode, are the HTTP library's own.
LIBRARY_HEADERS = {"user-agent", "accept-encoding"}
RequestsOfBoth = Callable[..., Tuple[List[Request], List[Request]]]
CONFIG = {
    "collections": {
        "model_inputs": {"enabled": True, "sampleRatePercentage": 100},
        "model_outputs": {"enabled": True},
        "request": {"enabled": False},
    },
    "captureHeaders": ["x-tenant"],
}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A collector that is there."""
    with recording() as recorder:
        yield recorder
        mdc_core.shutdown(1)


@pytest.fixture
def requests_of_both(
    official: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> RequestsOfBoth:
    """Collects frames with both packages: `requests_of_both(places, VARIABLE=value)`."""

    def collect(places: Sequence[int], **more: str) -> tuple[list[Request], list[Request]]:
        with recording() as theirs, recording() as ours:
            on_endpoint(monkeypatch, ours.port, tmp_path / "spool", **more)
            collect_frames(places)
            with start_script(
                "collect_frames.py",
                *map(str, places),
                environ={"AZUREML_MDC_PORT": str(theirs.port)},
                python=official,
            ) as script:
                assert mdc_core.flush(20)
                theirs.wait_for(len(places))
                _, stderr = script.communicate("go\n", timeout=20)
            assert script.returncode == 0, stderr
            mdc_core.shutdown(1)
        assert len(ours.requests) == len(theirs.requests) == len(places)
        return theirs.requests, ours.requests

    return collect


def _headers(request: Request) -> dict[str, str]:
    """Return what has to be equal: names are compared in lower case, as HTTP has it."""
    assert len({name.lower() for name, _ in request.headers}) == len(request.headers)
    headers = {name.lower(): value for name, value in request.headers}
    assert len(headers.pop("trace-id")) == 36
    headers["host"] = headers["host"].partition(":")[0]
    return headers


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in LIBRARY_HEADERS}


@pytest.mark.newest_only
@pytest.mark.parametrize("asked_by", ["variable", "file"])
def test_requests_are_those_of_the_official_package(
    requests_of_both: RequestsOfBoth, tmp_path: Path, asked_by: str
) -> None:
    """Method, path, headers, bodies and order are equal, whether a variable or a file asks."""
    environ: dict[str, str] = {}
    if asked_by == "file":
        config = tmp_path / "mdc.json"
        config.write_text(json.dumps(CONFIG))
        # The file decides alone: it overrules the format.
        environ = {"AZUREML_MDC_CONFIG_PATH": str(config), "AZUREML_MDC_FORMAT_COMPACT": "true"}
    theirs, ours = requests_of_both(range(len(FRAMES)), **environ)
    for their, our in zip(theirs, ours):
        assert (our.method, our.path) == (their.method, their.path)
        assert _headers(our).keys() == _headers(their).keys()
        length = "content-length"  # pandas escapes what is not ASCII
        assert {**_own(_headers(our)), length: ""} == {**_own(_headers(their)), length: ""}
        assert our.data() == their.data()
    assert len({our.connection for our in ours}) == 1


@pytest.mark.newest_only
def test_compact_bodies_are_those_of_the_official_package(
    requests_of_both: RequestsOfBoth,
) -> None:
    """In the compact format headers and the text of plain frames are equal to the byte."""
    theirs, ours = requests_of_both(PLAIN, AZUREML_MDC_FORMAT_COMPACT="true")
    for at, their, our in zip(PLAIN, theirs, ours):
        assert our.body == their.body == FRAMES[at].to_string().encode()
        assert _own(_headers(our)) == _own(_headers(their))


def test_the_old_collector_posts_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recorder: Recorder
) -> None:
    """An unchanged script for AKS, on an online endpoint: its calls are events of the new SDK."""
    on_endpoint(monkeypatch, recorder.port, tmp_path)
    inputs = ModelDataCollector("credit", designation="inputs", feature_names=["age", "income"])
    outputs = ModelDataCollector("credit", designation="predictions", feature_names=["score"])
    inputs.collect([[31, 1234.5], [58, 0.25]])
    outputs.collect([0.25, 0.75])
    first, second = recorder.wait_for(2)
    assert first.data() == [{"age": 31, "income": 1234.5}, {"age": 58, "income": 0.25}]
    assert second.data() == [{"score": 0.25}, {"score": 0.75}]
    assert first.header("ce-type") == "azureml.inference.model_inputs"
    assert second.header("ce-type") == "azureml.inference.model_outputs"
    assert first.header("ce-x-request-id") == second.header("ce-x-request-id")
    assert first.header("ce-agent") == "azureml-ai-monitoring/1.0.0"
