"""What is read and compared: inputs and outputs by the hour or day, from a fixed seed."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

from mdc_core.data.correlation_columns import HEADERS

_DAY = datetime(2026, 11, 1, tzinfo=timezone.utc)
_LINES_OF_HOUR = 2000
_ROWS_OF_DAY = 5000
_ARCHIVE = "modeldata/11111111-2222-3333-4444-555555555555/g/w/credit/risk/1"
_HEAD = {
    "specversion": "1.0",
    "source": "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices"
    "/workspaces/w/onlineEndpoints/credit/deployments/blue",
    "datacontenttype": "application/json",
    "collectdatatype": "pandas.core.frame.DataFrame",
    "agent": "benchmark",
}


def make_tree(folder: Path, rows: int, columns: int) -> Path:
    """Make lines of one row each, half of them inputs, half outputs.

    Args:
        folder: for the tree.
        rows: in all.
        columns: of the inputs, beside a text.

    Returns:
        the folder to read.
    """
    chance = random.Random(f"{rows} {columns}")
    for hour, start in enumerate(range(0, rows // 2, _LINES_OF_HOUR)):
        moment = _DAY + timedelta(hours=hour)
        lines: dict[str, list[str]] = {"model_inputs": [], "model_outputs": []}
        for at in range(min(_LINES_OF_HOUR, rows // 2 - start)):
            time = moment + timedelta(microseconds=1_700_000 * at + chance.randrange(10**6))
            row: dict[str, object] = {f"c{n}": chance.random() * 1e5 for n in range(columns)}
            row.update(age=chance.randrange(100), city=f"city {at % 97}")
            for collection, data in (("model_inputs", row), ("model_outputs", {"p": 0.5})):
                line = {**_HEAD, "time": f"{time:%Y-%m-%dT%H:%M:%S.%f}Z", "data": [data]}
                ids = dict.fromkeys(("correlationid", "xrequestid"), str(UUID(int=start + at)))
                lines[collection].append(json.dumps({**line, **ids, "modelversion": "1"}))
        for collection, made in lines.items():
            below = f"modelDataCollector/credit/blue/{collection}/{moment:%Y/%m/%d/%H}"
            (folder / below).mkdir(parents=True)
            (folder / below / "a.jsonl").write_text("\n".join([*made, ""]))
    return folder


def make_archive(folder: Path, rows: int) -> Path:
    """Make CSV of the old SDK of so many rows, half of them inputs, half predictions.

    Returns:
        the folder to migrate and to compare.
    """
    chance = random.Random(rows)
    for day, start in enumerate(range(0, rows // 2, _ROWS_OF_DAY)):
        moment = _DAY - timedelta(days=day)
        texts = {"inputs": ["age,income,city"], "predictions": ["p"]}
        for text in texts.values():
            text[0] += "," + ",".join(HEADERS)
        for at in range(min(_ROWS_OF_DAY, rows // 2 - start)):
            time = moment + timedelta(microseconds=17_000_000 * at + chance.randrange(10**6))
            tail = f"{UUID(int=start + at)},{time:%Y-%m-%dT%H:%M:%S.%f},1440,w,credit,risk,1,"
            tail += str(UUID(int=0))
            cells = f"{chance.randrange(100)},{chance.random() * 1e5!r},city {at % 97}"
            texts["inputs"].append(f"{cells},{tail}")
            texts["predictions"].append(f"{chance.random()!r},{tail}")
        for designation, lines in texts.items():
            below = folder / _ARCHIVE / designation / f"{moment:%Y/%m/%d}"
            below.mkdir(parents=True)
            (below / "data.csv").write_text("\n".join([*lines, ""]))
    return folder
