"""Lines against the examples of "Collect production data from models for real-time inferencing"."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext

# The document's example, but for its id, agent and names.
DOCUMENTED = {
    "specversion": "1.0",
    "source": (
        "/subscriptions/bbbb1b1b-cc2c-dd3d-ee4e-ffffff5f5f5f/resourceGroups/mire2etesting"
        "/providers/Microsoft.MachineLearningServices/workspaces/mirmasterws"
        "/onlineEndpoints/localdev-endpoint/deployments/localdev"
    ),
    "type": "azureml.inference.inputs",
    "datacontenttype": "application/json",
    "time": "2022-12-01T08:51:30Z",
    "data": [
        {"label": "DRUG", "pattern": "aspirin"},
        {"label": "DRUG", "pattern": "trazodone"},
        {"label": "DRUG", "pattern": "citalopram"},
    ],
    "correlationid": "bbbb1111-cc22-3333-44dd-555555eeeeee",
    "xrequestid": "bbbb1111-cc22-3333-44dd-555555eeeeee",
    "modelversion": "default",
    "collectdatatype": "pandas.core.frame.DataFrame",
    "contentrange": "bytes 0-116/117",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the document's deployment."""
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path))
    monkeypatch.setenv("MDC_ENDPOINT", "localdev-endpoint")
    monkeypatch.setenv("MDC_DEPLOYMENT", "localdev")
    monkeypatch.setenv(
        "MDC_WORKSPACE", "bbbb1b1b-cc2c-dd3d-ee4e-ffffff5f5f5f/mire2etesting/mirmasterws"
    )
    return tmp_path


def _files(root: Path) -> list[Path]:
    return sorted((root / "modelDataCollector").rglob("*.jsonl"))


def _lines(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in _files(root) for line in path.read_bytes().splitlines()]


def test_the_documented_line(root: Path) -> None:
    """The same call gives the document's line: its fields, its values, its content range."""
    frame = pd.DataFrame(DOCUMENTED["data"])
    context = BasicCorrelationContext(str(DOCUMENTED["correlationid"]), 1_669_884_690)
    Collector(name="inputs").collect(frame, context)
    assert mdc_core.shutdown()

    (line,) = _lines(root)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", line.pop("id"))
    assert line.pop("agent") == f"mdc-bridge/{mdc_core.__version__}"
    assert line == DOCUMENTED


def test_the_documented_path(root: Path) -> None:
    """`{endpoint}/{deployment}/{collection}/{yyyy}/{MM}/{dd}/{HH}/{instance_id}.jsonl`."""
    Collector(name="inputs").collect(pd.DataFrame({"a": [1]}), BasicCorrelationContext("x", 1))
    assert mdc_core.shutdown()
    (path,) = _files(root)
    assert re.fullmatch(
        r"modelDataCollector/localdev-endpoint/localdev/inputs/1970/01/01/00/[0-9a-f]{38}\.jsonl",
        path.relative_to(root).as_posix(),
    )


@pytest.mark.parametrize(
    ("rate", "folder"),
    [
        ("Minute", "2022/12/01/08/51"),
        ("Hour", "2022/12/01/08"),
        ("Day", "2022/12/01"),
        ("Month", "2022/12"),
        ("Year", "2022"),
    ],
)
def test_rolling_rates(rate: str, folder: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`data_collector.rolling_rate` of the document partitions the folder."""
    monkeypatch.setenv("MDC_ROLLING_RATE", rate)
    context = BasicCorrelationContext("x", 1_669_884_690)
    Collector(name="inputs").collect(pd.DataFrame({"a": [1]}), context)
    assert mdc_core.shutdown()
    (path,) = _files(root)
    assert path.parent == root / "modelDataCollector/localdev-endpoint/localdev/inputs" / folder


def test_the_folder_is_that_of_the_contexts_time(root: Path) -> None:
    """Inputs and outputs of one context lie in one hour, and other hours in other folders."""
    frame = pd.DataFrame({"a": [1]})
    for seconds in (1_669_884_690, 1_669_884_690 + 3600):
        context = BasicCorrelationContext(None, seconds)
        Collector(name="inputs").collect(frame, context)
        Collector(name="outputs").collect(frame, context)
    assert mdc_core.shutdown()
    assert sorted("/".join(path.parts[-6:-1]) for path in _files(root)) == [
        "inputs/2022/12/01/08",
        "inputs/2022/12/01/09",
        "outputs/2022/12/01/08",
        "outputs/2022/12/01/09",
    ]


def test_a_line_has_no_line_breaks_and_only_valid_json(root: Path) -> None:
    """Line feeds in the data are escaped; NaN and infinity, which JSON has not, are null."""
    frame = pd.DataFrame({"t": ["a\nb\r\nc\u2028d", "e"], "f": [float("nan"), float("inf")]})
    Collector(name="inputs").collect(frame)
    assert mdc_core.shutdown()
    (content,) = (path.read_bytes() for path in _files(root))
    assert content.count(b"\n") == 1
    assert content.endswith(b"}\n")
    line = json.loads(content, parse_constant=pytest.fail)
    assert [row["f"] for row in line["data"]] == [None, None]
    assert [row["t"] for row in line["data"]] == ["a\nb\r\nc\u2028d", "e"]


def test_numbers_keep_their_digits_and_columns_their_type(root: Path) -> None:
    """Full precision, where the original rounded to ten digits; integers stay integers."""
    frame = pd.DataFrame({"f": [1 / 3, 1.0], "i": [2**53 + 1, 2], "b": [True, False]})
    Collector(name="inputs").collect(frame)
    assert mdc_core.shutdown()
    ((line,),) = (
        [json.loads(text) for text in path.read_text().splitlines()] for path in _files(root)
    )
    assert line["data"] == [
        {"f": 1 / 3, "i": 2**53 + 1, "b": True},
        {"f": 1.0, "i": 2, "b": False},
    ]
    assert [type(row["f"]) for row in line["data"]] == [float, float]


def test_a_payload_over_4_mb_is_a_file_of_its_own(root: Path) -> None:
    """The line has `dataref` in place of `data`, and the array is readable at its URL."""
    rows = 6_000
    frame = pd.DataFrame({"text": ["x" * 1000] * rows, "n": range(rows)})
    Collector(name="inputs").collect(frame, BasicCorrelationContext("big", 1_669_884_690))
    assert mdc_core.shutdown()

    paths = [path for path in _files(root) if "inputs" in path.parts]
    (line,) = [json.loads(text) for path in paths for text in path.read_text().splitlines()]
    assert "data" not in line
    raw = Path(unquote(urlsplit(line["dataref"]).path))
    deployment = root / "modelDataCollector/localdev-endpoint/localdev"
    assert raw.parent == deployment / "2022/12/01/08"
    content = raw.read_bytes()
    assert line["contentrange"] == f"bytes 0-{len(content) - 1}/{len(content)}"
    assert len(content) > 4 * 1024 * 1024
    data = json.loads(content)
    assert (len(data), data[-1]) == (rows, {"text": "x" * 1000, "n": rows - 1})


def test_variables_of_the_originals_transport_change_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worker count and compact format, which a deployment may set, leave the line as it is."""
    monkeypatch.setenv("AZUREML_MDC_WORKER_COUNT", "4")
    monkeypatch.setenv("AZUREML_MDC_FORMAT_COMPACT", "true")
    frame = pd.DataFrame(DOCUMENTED["data"])
    Collector(name="inputs").collect(frame)
    assert mdc_core.shutdown()
    assert [(line["datacontenttype"], line["data"]) for line in _lines(root)] == [
        ("application/json", DOCUMENTED["data"])
    ]


def test_a_disabled_worker_accepts_and_writes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`AZUREML_MDC_WORKER_DISABLED` leaves events in the queue."""
    monkeypatch.setenv("AZUREML_MDC_WORKER_DISABLED", "true")
    Collector(name="inputs").collect(pd.DataFrame({"a": [1]}))
    (counts,) = mdc_core.counts()
    assert (counts.accepted, counts.written, counts.waiting) == (1, 0, 1)
    assert not mdc_core.shutdown(0.1)
    assert _files(root) == []
