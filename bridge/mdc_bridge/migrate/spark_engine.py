"""Tasks run by the executors of a Spark cluster, with the code of the local engine.

A plain Python function over a frame of tasks: it needs neither pandas nor pyarrow on the executors,
and works with a classic session and with Spark Connect.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mdc_core.errors import MdcError, SettingsError, StoreError

from ..archive.places import LeftOut
from .ledger import UnitReport
from .tasks import Outcome, UnitTask

_MISSING = "--engine spark needs the package pyspark, 3.5 or later: pip install pyspark"

# With one of them, Spark is one that was set up elsewhere.
_CHOOSES_PYTHON = frozenset(
    {"PYSPARK_GATEWAY_PORT", "PYSPARK_PYTHON", "SPARK_HOME", "SPARK_REMOTE"}
)
_RAISED = re.compile(r"^\w+(?:Error|Exception): .+", re.M)

# In bytes of source: what a unit costs beside its bytes, and what is worth a task of Spark's.
_COST_OF_UNIT = 1024 * 1024
_COST_OF_BATCH = 32 * 1024 * 1024


def run_on_spark(tasks: Sequence[UnitTask], progress: Callable[[int], None]) -> Iterator[Outcome]:
    """Yield the outcomes of tasks as Spark's executors have done them.

    Args:
        tasks: source and destination are reached from the executors as from here, and mdc-bridge
            is installed there.
        progress: called with the bytes of source read so far.

    Raises:
        SettingsError: when pyspark is missing.
        StoreError: when a source cannot be read or a destination not written, or Spark fails.
    """
    check_spark()
    if not tasks:
        return
    batches = [(bytearray(pickle.dumps(batch)),) for batch in _batches(tasks)]
    with spark_failed():
        from pyspark.sql.functions import udf

        spark = spark_session("mdc-bridge migrate")
        frame = spark.createDataFrame(batches, "batch binary").repartition(len(batches))
        # Spark may run a function twice that it takes for deterministic.
        convert = udf(_convert, "string", useArrow=False).asNondeterministic()
        # Not `toLocalIterator`: that runs the batches one after the other.
        rows = frame.select(convert("batch").alias("answer")).collect()
    total = 0
    for row in rows:
        for outcome in _outcomes(row.answer):
            total += outcome.size if isinstance(outcome, UnitReport) else 0
            progress(total)
            yield outcome


def check_spark() -> None:
    """Look for Spark.

    Raises:
        SettingsError: pyspark is missing.
    """
    try:
        import pyspark.sql  # noqa: F401
    except ImportError as error:
        raise SettingsError(_MISSING) from error


def spark_session(name: str) -> Any:
    """Return the session that is there, or a new one of this name."""
    from pyspark.sql import SparkSession

    with _with_this_python():
        return SparkSession.builder.appName(name).getOrCreate()


@contextlib.contextmanager
def spark_failed() -> Iterator[None]:
    """Raise `StoreError` for what Spark raises."""
    try:
        yield
    except Exception as error:  # Spark's, py4j's, those of Spark Connect
        raise StoreError(f"Spark: {_cause(str(error))}") from error


@contextlib.contextmanager
def _with_this_python() -> Iterator[None]:
    """Let a Spark that is started here run this Python, not the first one on the path."""
    if not _CHOOSES_PYTHON.isdisjoint(os.environ):
        yield
        return
    os.environ["PYSPARK_PYTHON"] = sys.executable
    try:
        yield
    finally:
        del os.environ["PYSPARK_PYTHON"]


def _cause(text: str) -> str:
    """Return the line that matters of an error of Spark, which holds two stacks or three."""
    found = _RAISED.search(text)
    return found[0] if found else text.strip().partition("\n")[0]


def _batches(tasks: Sequence[UnitTask]) -> list[list[UnitTask]]:
    """Return tasks in batches that are worth the time it takes Spark to start each."""
    batches: list[list[UnitTask]] = []
    room = 0
    for task in tasks:
        cost = task.unit.size + _COST_OF_UNIT
        if cost > room:
            batches.append([])
            room = _COST_OF_BATCH
        batches[-1].append(task)
        room -= cost
    return batches


def _convert(batch: Any) -> str:
    """Return the outcomes of a batch, or why it could not be done, as JSON."""
    tasks: list[UnitTask] = pickle.loads(bytes(batch))
    try:
        return json.dumps([asdict(task.run()) for task in tasks])
    except MdcError as error:
        return json.dumps(str(error))


def _outcomes(answer: str) -> Iterator[Outcome]:
    values = json.loads(answer)
    if isinstance(values, str):
        raise StoreError(values)
    for value in values:
        yield UnitReport.of_mapping(value) if "unit" in value else LeftOut(**value)
