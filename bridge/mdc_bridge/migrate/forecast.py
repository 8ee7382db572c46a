"""What a migration would do, before it does it: files, bytes, requests, time and cost.

A few units of each dataset are converted to see what all of them become; nothing is published. The
figures are those of a first run that finds nothing at its destination. Requests are counted as if
source and destination were storage accounts, listings apart: they are one of each 5,000 blobs.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mdc_core.errors import StoreError

from ..archive.places import LeftOut
from ..collected.period import HOUR_US
from ..files.account import BLOCK_BYTES, READ_BYTES, WHOLE_BYTES
from ..texts import counted
from .plan import DatasetPlan
from .unit_files import make_files
from .units import Trees, Unit, bounds_of, by_dataset

# Dollars for 10,000 requests: about what writing to hot storage costs; reading costs a tenth.
DEFAULT_PRICE = 0.065
# Speed of one process on a plain machine; in a folder each file is synced.
_BYTES_PER_SECOND = 50_000_000
_SECONDS_PER_UNIT = 0.02
_SECONDS_PER_REQUEST = 0.02
# Before and after a unit's files are published.
_NOTES = 2
# Bounds of the trial.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_UNITS = 32
_LONGEST = 16 * 1024 * 1024


@dataclass
class _Trial:
    """What units became, added up.

    Attributes:
        units: number of units that were tried.
        source_bytes: of their files.
        sizes: of each file of lines or raw data that they become, in bytes.
        rejects: number of files of rejected rows.
        reasons: why rows were rejected, with the number of them.
        read_twice: number of units that are, because their ids do not stand together.
        is_whole: each unit of the dataset was tried, and read to its end; else `sizes` has, of
            what was not read, as much as of what was.
    """

    units: int = 0
    source_bytes: int = 0
    sizes: list[float] = field(default_factory=list)
    rejects: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    read_twice: int = 0
    is_whole: bool = True

    def add(self, unit: Unit, trees: Trees, most: int) -> int:
        """Convert a unit, and return the bytes that were read of its files."""
        read = 0

        def count(done: int) -> None:
            nonlocal read
            read += done

        try:
            with tempfile.TemporaryDirectory(prefix="mdc-bridge-") as folder:
                files = make_files(unit, trees, Path(folder), _LONGEST, count, most)
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(f"no temporary file can be written: {error}") from error
        if isinstance(files, LeftOut):  # the survey has reported it
            return read
        sizes = [file.mark.size for file in files.lines]
        self.units += 1
        self.source_bytes += unit.size
        self.rejects += files.rejects.local is not None
        self.reasons.update(files.counts.reasons)
        self.read_twice += files.is_read_twice
        if read >= unit.size or not (read and sizes):
            self.sizes += sizes
            return read
        self.is_whole = False
        share = unit.size / read
        # Rows without an id have the time of their folder: one file, however many they are.
        fixed = 1 if files.counts.without_correlation == files.counts.rows else 0
        number = fixed + round((len(sizes) - fixed) * share)
        number = max(len(sizes), min(_most_files(unit), number))
        self.sizes += [sum(sizes) * share / number] * number
        return read


def with_forecasts(
    datasets: Iterable[DatasetPlan], units: Iterable[Unit], trees: Trees, price: float
) -> Iterator[DatasetPlan]:
    """Yield datasets that say in `found` what the migration will make of them.

    Args:
        datasets: of a plan that is complete.
        units: of the plan.
        trees: the archive and the destination.
        price: of 10,000 requests.

    Raises:
        StoreError: when the archive cannot be read, or there is no place for temporary files.
    """
    known = by_dataset(units)
    for dataset in datasets:
        of_dataset = known.get(dataset.source, [])
        trial = _try_units(of_dataset, trees)
        rejected = (
            f"{counted(rows, 'row')} of those that were tried would be rejected: {reason}"
            for reason, rows in trial.reasons.items()
            if not any(reason in decision for decision in dataset.decide)
        )
        yield replace(
            dataset,
            decide=(*dataset.decide, *rejected),
            found={**dataset.found, **_forecast(dataset, of_dataset, trial, price)},
        )


def _try_units(units: Sequence[Unit], trees: Trees) -> _Trial:
    """Convert some units of a dataset, all where they are few and small."""
    trial = _Trial()
    chosen = min(len(units), _MOST_UNITS)
    left = _MOST_BYTES
    for at in range(chosen):
        if left <= 0:
            break
        left -= trial.add(units[at * len(units) // chosen], trees, left)
    trial.is_whole &= trial.units == len(units)
    return trial


def _most_files(unit: Unit) -> int:
    """Return how many files a unit becomes when rows have their folder's day: one each hour."""
    begin, end = bounds_of(unit.files[0], None)
    return max(1, (end - begin) // HOUR_US)


def _forecast(
    dataset: DatasetPlan, units: Sequence[Unit], trial: _Trial, price: float
) -> dict[str, Any]:
    size = sum(unit.size for unit in units)
    of_units = len(units) / trial.units if trial.units else 0.0
    of_bytes = size / trial.source_bytes if trial.source_bytes else 0.0
    files = round(len(trial.sizes) * of_units)
    sources = (file.info.size for unit in units for file in unit.files)
    reads = sum(max(1, math.ceil(each / READ_BYTES)) for each in sources)
    twice = trial.read_twice / trial.units if trial.units else 0.0
    writes = sum(blocks(each) for each in trial.sizes) * of_units
    commits = sum(each > WHOLE_BYTES for each in trial.sizes) * of_units
    transactions = {
        # Whether a unit is noted, and a file there, is asked as well.
        "reads": round(reads * (1 + twice)) + len(units) + files,
        "writes": round(writes + trial.rejects * of_units) + _NOTES * len(units),
        "commits": round(commits),
    }
    requests = sum(transactions.values())
    process = size / _BYTES_PER_SECOND + len(units) * _SECONDS_PER_UNIT
    return {
        "names": _names(dataset),
        "becomes": {
            "files": files,
            "most_files": max(files, sum(map(_most_files, units))),
            "bytes": round(sum(trial.sizes) * of_bytes),
            "files_are": "counted" if trial.is_whole else "estimated",
        },
        "transactions": {**transactions, "all": requests},
        "seconds": {
            "process": round(process, 2),
            "waiting": round(requests * _SECONDS_PER_REQUEST, 2),
        },
        "cost": round(requests / 10_000 * price, 6),
        "price": price,
    }


def _names(dataset: DatasetPlan) -> dict[str, list[str]]:
    """Return old and new name of whatever has another one."""
    source = dataset.source
    pairs = {
        "endpoint": [source.service, dataset.endpoint],
        "deployment": [source.model, dataset.deployment],
        "collection": [source.collection_name or source.designation, dataset.collection],
    }
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def blocks(size: float) -> int:
    """Return how many requests write a file of so many bytes, its commit apart."""
    return 1 if size <= WHOLE_BYTES else math.ceil(size / BLOCK_BYTES)
