"""Tasks run by the executors of a Spark cluster, with the code of the local engine.

A plain Python function over a frame of tasks: it needs neither pandas nor pyarrow on the executors,
and works with a classic session and with Spark Connect.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mdc_core.errors import SettingsError

from .ledger import UnitReport
from .tasks import Task

_MISSING = "--engine spark needs the package pyspark, 3.5 or later: pip install pyspark"


def run_on_spark(tasks: Sequence[Task], advance: Callable[[int], None]) -> Iterator[UnitReport]:
    """Yield the reports of tasks as Spark's executors have done them.

    Args:
        tasks: source and destination are reached from the executors as from here, and mdc-bridge
            is installed there.
        advance: called with the bytes of source read so far.

    Raises:
        SettingsError: when pyspark is missing.
        StoreError: when a source cannot be read or a destination not written.
    """
    try:
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import udf
    except ImportError as error:
        raise SettingsError(_MISSING) from error
    if not tasks:
        return
    spark = SparkSession.builder.appName("mdc-bridge migrate").getOrCreate()
    frame = spark.createDataFrame(
        [(bytearray(pickle.dumps(task)),) for task in tasks], "task binary"
    )
    # Spark may run a function twice that it takes for deterministic.
    convert = udf(_convert, "string").asNondeterministic()
    reports = frame.repartition(len(tasks)).select(convert("task").alias("report"))
    total = 0
    # Not `toLocalIterator`: that runs the tasks one after the other.
    for row in reports.collect():
        report = _report(row.report)
        total += report.size
        advance(total)
        yield report


def _convert(task: Any) -> str:
    loaded: Task = pickle.loads(bytes(task))
    return json.dumps(asdict(loaded.run()))


def _report(text: str) -> UnitReport:
    value = json.loads(text)
    return UnitReport(**{**value, "paths": tuple(value["paths"])})
