"""What a migration would do, before it does it: files, bytes, requests, time and cost.

The figures are those of a first run that finds nothing at its destination. Requests are counted as
if source and destination were storage accounts, listings apart: they are one of each 5,000 blobs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..files.account import BLOCK_BYTES, READ_BYTES, WHOLE_BYTES
from .plan import DatasetPlan
from .trial import Trial, most_files
from .units import Unit

# Dollars for 10,000 requests: about what writing to hot storage costs; reading costs a tenth.
DEFAULT_PRICE = 0.065
# Of one process on a plain machine; a folder's disk is asked to keep each file.
_BYTES_PER_SECOND = 50_000_000
_SECONDS_PER_UNIT = 0.02
_SECONDS_PER_REQUEST = 0.02
# Before and after a unit's files are published.
_NOTES = 2


def forecast(
    dataset: DatasetPlan, units: Sequence[Unit], trial: Trial, price: float
) -> dict[str, Any]:
    """Return what a dataset becomes, as a plan's `found` has it.

    Args:
        dataset: its plan.
        units: of the dataset.
        trial: of some of them.
        price: of 10,000 requests.
    """
    size = sum(unit.size for unit in units)
    of_units = len(units) / trial.units if trial.units else 0.0
    of_bytes = size / trial.source_bytes if trial.source_bytes else 0.0
    files = round(len(trial.sizes) * of_units)
    reads = sum(_ranges(file.info.size) for unit in units for file in unit.files)
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
            "most_files": max(files, sum(map(most_files, units))),
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


def _ranges(size: float) -> int:
    return max(1, math.ceil(size / READ_BYTES))


def blocks(size: float) -> int:
    """Return how many requests write a file of so many bytes, its commit apart."""
    return 1 if size <= WHOLE_BYTES else math.ceil(size / BLOCK_BYTES)
