"""`to_spark` on a real local Spark: the rows of `read`, in one schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.read import Problems, read, to_spark
from mdc_core.errors import SettingsError, StoreError
from tests.bridge.migrate.spark_session import spark_session

Event = Callable[..., dict[str, Any]]

pytestmark = [
    pytest.mark.newest_only,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark leaves sockets open
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with spark_session() as spark:
        yield spark


def _rows(frame: Any) -> list[tuple[str, ...]]:
    """Return rows in one order, gaps of all kinds alike."""
    return sorted(tuple(str(None if cell != cell else cell) for cell in row) for row in frame)


@pytest.fixture
def root(write: Any, event: Event, tmp_path: Path) -> str:
    """Lines of several files with ids that repeat, gaps, lines without rows, and a `dataref`."""
    for number in range(6):
        time = f"2026-11-21T09:16:2{number % 4}.5Z"
        rows = [{"i": number, "f": 1, "t": "ü"}, {"i": None, "f": 0.5, "b": True}]
        write(event(rows, id=f"id-{number % 2}", time=time), name=f"{number % 3}.jsonl")
        write(event([], id=f"id-{number % 2}", time=time), name=f"{number % 3}.jsonl")
    below = "modelDataCollector/credit/blue/2026/11/21/09/" + "a" * 32 + "000001.jsonl"
    raw = tmp_path / "collected" / below
    raw.parent.mkdir(parents=True)
    raw.write_text('[{"o":{"x":[1,2]},"mdc_id":7,"g`t":"s"},{"o":12345678901234567890123}]')
    line = event(None, dataref=f"https://a.blob.core.windows.net/modeldata/{below}?sig=x")
    del line["data"], line["time"]
    write(line, collection="model_outputs", deployment="green")
    return str(tmp_path / "collected")


def test_the_rows_of_read(spark: Any, root: str) -> None:
    """Ids, lines, row numbers, times and cells are the same; columns stand in its order."""
    frame = to_spark(spark, root)
    expected = read(root)
    assert frame.columns == list(expected.columns)
    types = dict(frame.dtypes)
    assert [types[name] for name in ("mdc_time", "mdc_line", "i", "f", "t", "b", "o")] == [
        *("timestamp", "bigint", "bigint", "double", "string", "boolean", "string")
    ]
    cells = frame.withColumn("mdc_time", frame.mdc_time.cast("double")).collect()
    known = expected.astype(object).where(expected.notna(), None)
    known["mdc_time"] = [time and time.timestamp() for time in known.mdc_time]
    known["o"] = [
        json.dumps(cell, separators=(",", ":")) if cell is not None else None for cell in known.o
    ]
    assert _rows(cells) == _rows(known.itertuples(index=False))
    assert frame.count() == len(expected) == 14
    chosen = to_spark(spark, root, deployment="green", since="2026-11-21")
    assert chosen.count() == 2


def test_what_cannot_be_read(spark: Any, root: str, write: Any) -> None:
    """It is counted, or raised with file and line, before a frame is there."""
    path = write(b"nonsense\n", b'{"torn', name="0.jsonl")
    problems = Problems()
    assert to_spark(spark, root, problems=problems).count() == 14
    assert (problems.unreadable, problems.torn) == (1, 1)
    with pytest.raises(StoreError, match=f"{path.name}, line .*not valid JSON"):
        to_spark(spark, root)
    with pytest.raises(SettingsError, match="no JSONL of collection 'nix'"):
        to_spark(spark, root, collections=["nix"])


def test_lines_that_come_later_are_left_out(
    spark: Any, root: str, write: Any, event: Event
) -> None:
    """What the schema does not know is of no row."""
    frame = to_spark(spark, root)
    write(event([{"new": 1}]), name="0.jsonl")
    assert frame.count() == 14
    assert to_spark(spark, root).count() == 15
