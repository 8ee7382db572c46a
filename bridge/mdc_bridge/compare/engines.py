"""What runs the steps of a comparison: processes of this machine, or Spark's executors."""

from __future__ import annotations

import pickle
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, Optional, Union

from mdc_core.errors import StoreError

from ..collected.partitions import temporary_folder
from ..cores import usable_cores
from ..migrate.local_engine import run_locally
from ..migrate.spark_engine import spark_failed, spark_session
from ..progress import silent
from .by_id import Known
from .parts import DayTask, MatchedParts, MatchTask
from .reading import DAYS, Read, ReadTask, divided, folder_of
from .sides import Sides
from .spark_tasks import ANSWER, ERROR, IN_ORDER, SCHEMA, match, read_files

LOCAL, SPARK = "local", "spark"
ENGINES = (LOCAL, SPARK)
# In bytes: less is read before processes have started.
_WORTH_PROCESSES = 32 * 1024 * 1024
# What a file costs beside its bytes, and what is worth a task of Spark's.
_COST_OF_FILE = 64 * 1024
_COST_OF_TASK = 32 * 1024 * 1024
_DIED = (
    "a worker process of the comparison died: it was killed, perhaps because memory ran out (use "
    "fewer jobs), or the script that called `compare` does so outside `if __name__ == '__main__':`"
)


class Engine(ABC):
    """Does the steps of one comparison, as a context.

    Attributes:
        readers: into how many tasks the files are divided.
        folder: a temporary one of this machine.
    """

    readers: int
    folder: Path

    def __enter__(self) -> Engine:
        self.folder = temporary_folder()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def read(self, tasks: Sequence[ReadTask], progress: Callable[[int], None]) -> list[Read]:
        """Read the files; return what was found, in the order of the tasks."""

    @abstractmethod
    def matched(self, sides: Sides, known: Known, parts: int) -> Iterator[MatchedParts]:
        """Match what was read: yield what became of ids, then of days, in the order of parts."""


class Local(Engine):
    """Processes of this machine.

    Args:
        jobs: how many; None for one on each core, where there is enough to read.
        size: of what is read, in bytes.
    """

    def __init__(self, jobs: Optional[int], size: int) -> None:
        self.readers = jobs or (1 if size < _WORTH_PROCESSES else usable_cores())

    def read(self, tasks: Sequence[ReadTask], progress: Callable[[int], None]) -> list[Read]:
        return self._run(tasks, progress)

    def matched(self, sides: Sides, known: Known, parts: int) -> Iterator[MatchedParts]:
        ranges = divided([1] * parts, min(self.readers, parts))

        def tasks(kind: type[Union[MatchTask, DayTask]], number: int) -> list[Any]:
            return [
                kind(index, sides, self.folder, known, chosen, number)
                for index, chosen in enumerate(ranges)
            ]

        yield from self._run(tasks(MatchTask, parts), silent)
        if any(any(folder_of(self.folder, index, DAYS).iterdir()) for index in range(len(ranges))):
            yield from self._run(tasks(DayTask, len(ranges)), silent)

    def _run(self, tasks: Sequence[Any], progress: Callable[[int], None]) -> list[Any]:
        """Return the outcomes of tasks, in their order."""
        try:
            outcomes: Iterable[Any] = run_locally(tasks, self.readers, progress)
            return sorted(outcomes, key=lambda outcome: outcome.order)
        except StoreError as error:
            if isinstance(error.__cause__, BrokenProcessPool):
                raise StoreError(_DIED) from error
            raise


class Spark(Engine):
    """Executors of Spark: they reach both sides as this machine does, and have pyarrow.

    Args:
        size: of what is read, in bytes.
        files: how many are read.
    """

    def __init__(self, size: int, files: int) -> None:
        self._size = size
        self.readers = 1 + (size + files * _COST_OF_FILE) // _COST_OF_TASK
        self._kept: list[Any] = []

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        for frame in self._kept:
            with spark_failed():
                frame.unpersist()

    def read(self, tasks: Sequence[ReadTask], progress: Callable[[int], None]) -> list[Read]:
        rows = [(bytearray(pickle.dumps(task)),) for task in tasks]
        with spark_failed():
            frame = spark_session("mdc-bridge compare").createDataFrame(rows, "task binary")
        read: list[Read] = self._answers(frame.repartition(len(rows)), read_files)
        progress(self._size)
        return read

    def matched(self, sides: Sides, known: Known, parts: int) -> Iterator[MatchedParts]:
        for kind in (MatchTask, DayTask):
            # In the order in which they were written, all of a part in one place.
            with spark_failed():
                left = self._kept[-1].where(f"part > {ANSWER}").repartition(parts, "part")
                left = left.sortWithinPartitions(*IN_ORDER)
            yield from self._answers(left, partial(match, kind, sides, known, parts))

    def _answers(self, frame: Any, work: Callable[..., Any]) -> list[Any]:
        """Return what executors answer, in the order of tasks; what they leave is kept."""
        with spark_failed():
            # Or each step would do all of those before it once more.
            records = frame.mapInArrow(work, SCHEMA).persist()
            self._kept.append(records)
            answers = records.where(f"part <= {ANSWER}").select("part", "content").collect()
        for answer in answers:
            if answer.part == ERROR:
                raise StoreError(bytes(answer.content).decode())
        outcomes = [pickle.loads(bytes(answer.content)) for answer in answers]
        return sorted(outcomes, key=lambda outcome: outcome.order)
