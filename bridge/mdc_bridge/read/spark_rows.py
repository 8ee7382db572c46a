"""Collected rows as a Spark frame: files are read by the executors, in one schema for all."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, Optional

from mdc_core.data.column_names import unique_names
from mdc_core.errors import SettingsError, StoreError
from mdc_core.layouts import CSV_ROOT

from ..arguments import AnyPath, place_text
from ..collected.copies import chosen_files
from ..collected.period import Moment
from ..collected.places import Choice, CollectionFile
from ..collected.problems import Problems, StrictProblems
from ..files import open_files
from .columns import BOOLEANS, FLOATS, INTEGERS, OBJECTS, TEXTS
from .origin import COLLECTION, DEPLOYMENT, ENDPOINT, ID, LINE, ORIGIN, ROW, TIME
from .spark_tasks import FILE, NUMBER, ORDER, FileTask, SparkFiles, look, rows_of
from .survey import Survey

_TYPES = {
    INTEGERS: "bigint",
    FLOATS: "double",
    BOOLEANS: "boolean",
    TEXTS: "string",
    OBJECTS: "string",
}
# In bytes: what a file costs beside its bytes, and what is worth a task of Spark's.
_COST_OF_FILE = 64 * 1024
_COST_OF_TASK = 32 * 1024 * 1024
_RAISED = re.compile(r"^[\w.]*(?:Error|Exception): .+", re.M)


def to_spark(
    spark: Any,
    root: AnyPath,
    *,
    collections: Optional[Iterable[str]] = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    since: Moment = None,
    until: Moment = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
) -> Any:
    """Return the rows of `read` as a Spark frame, in no order.

    The executors read all files once for the columns and their types, now, and once more when the
    frame is used; lines that come in between are left out.

    Args:
        spark: a session; its executors reach `root` as it is reached from here, and have
            mdc-bridge and pyarrow installed.
        root: see `read`.
        collections: see `read`.
        endpoint: see `read`.
        deployment: see `read`.
        since: see `read`.
        until: see `read`.
        container: see `read`.
        problems: see `read`.

    Returns:
        the columns of `read`. Integers are `bigint`, numbers `double`, times `timestamp`. Columns
        of lists, objects or mixtures are texts: the JSON of what is none, as in CSV.

    Raises:
        SettingsError: see `read`.
        StoreError: see `read`; or Spark fails.
    """
    choice = Choice.of(collections, endpoint, deployment, since, until)
    problems = StrictProblems() if problems is None else problems
    source = SparkFiles(place_text(root), container, choice.period)
    with open_files(root, "ROOT", container) as files:
        tasks = _tasks(chosen_files(files, choice, problems))
    tasks, survey = _look(spark, source, tasks, problems)
    coded_names = survey.names()
    names = unique_names([*ORIGIN, *(name for _, name in coded_names)])[len(ORIGIN) :]
    fields = [f"`{name}` {_origin_type(name)}" for name in (*ORIGIN, ORDER, FILE, NUMBER)]
    columns = [(coded, survey.kinds[coded].name) for coded in coded_names]
    for (_, kind), name in zip(columns, names):
        fields.append("`{}` {}".format(name.replace("`", "``"), _TYPES[kind]))
    frame = _frame_of(spark, tasks)
    return _numbered(frame.mapInArrow(partial(rows_of, source, columns), ", ".join(fields)))


def _numbered(rows: Any) -> Any:
    """Return rows with the number of their line among those of its id."""
    from pyspark.sql import Window
    from pyspark.sql.functions import dense_rank

    lines = Window.partitionBy(ENDPOINT, DEPLOYMENT, COLLECTION, ID).orderBy(ORDER, FILE, NUMBER)
    numbered = rows.withColumn(LINE, (dense_rank().over(lines) - 1).cast("bigint"))
    # Lines without rows count, too.
    return numbered.where(numbered[ROW] >= 0).drop(ORDER, FILE, NUMBER)


def _look(
    spark: Any, source: SparkFiles, tasks: list[list[FileTask]], problems: Problems
) -> tuple[list[list[FileTask]], Survey]:
    """Return tasks that end with the last lines there are now, and the columns of all files."""
    survey = Survey()
    last: dict[int, int] = {}
    is_strict = isinstance(problems, StrictProblems)
    seen = _frame_of(spark, tasks).mapInArrow(partial(look, source, is_strict), "found binary")
    try:
        answers = seen.collect() if tasks else []
    except Exception as error:  # Spark's, py4j's, those of Spark Connect
        raise StoreError(f"Spark: {_cause(str(error))}") from error
    for answer in answers:
        more, ends, task_problems = pickle.loads(bytes(answer.found))
        survey.merge(more)
        last.update(ends)
        problems.merge(task_problems)
    survey.finish()
    bounded = [[task._replace(last=last[task.number]) for task in batch] for batch in tasks]
    return bounded, survey


def _frame_of(spark: Any, tasks: list[list[FileTask]]) -> Any:
    batches = [(bytearray(pickle.dumps(batch)),) for batch in tasks]
    try:
        return spark.createDataFrame(batches, "tasks binary").repartition(max(1, len(batches)))
    except AttributeError as error:
        raise SettingsError(f"spark is {spark!r}; valid: a SparkSession") from error


def _tasks(files: Iterable[CollectionFile]) -> list[list[FileTask]]:
    """Return files in batches that are worth the time it takes Spark to start each."""
    tasks: list[list[FileTask]] = []
    room = 0
    for number, file in enumerate(files):
        cost = file.info.size + _COST_OF_FILE
        if cost > room:
            tasks.append([])
            room = _COST_OF_TASK
        tasks[-1].append(FileTask(number, file, None))
        room -= cost
    return tasks


def _origin_type(name: str) -> str:
    if name == TIME:
        return "timestamp"
    return "bigint" if name in (LINE, ROW, ORDER, FILE, NUMBER) else "string"


def _cause(text: str) -> str:
    """Return the line that matters of an error of Spark, which holds two stacks or three."""
    found = _RAISED.findall(text)
    return found[-1] if found else text.strip().partition("\n")[0]
