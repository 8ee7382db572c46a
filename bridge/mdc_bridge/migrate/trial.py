"""A few units of a dataset, converted to see what all of them become; nothing is published."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mdc_core.errors import StoreError

from ..collected.period import HOUR_US
from ..files import Files
from .existing import Existing
from .unit_files import UnreadableUnitError, make_files
from .units import Unit, bounds_of

_MOST_BYTES = 8 * 1024 * 1024
_MOST_UNITS = 32
_LONGEST = 16 * 1024 * 1024


@dataclass
class Trial:
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


def tried(units: Sequence[Unit], source: Files, trees: Sequence[Files] = ()) -> Trial:
    """Convert some units of a dataset, all where they are few and small.

    Args:
        units: of the dataset, of a plan that is complete.
        source: the archive.
        trees: in which collected files of units are, see `Unit.existing`.

    Raises:
        StoreError: when it cannot be read, or there is no place for temporary files.
    """
    trial = Trial()
    chosen = min(len(units), _MOST_UNITS)
    left = _MOST_BYTES
    for at in range(chosen):
        if left <= 0:
            break
        left -= _try(trial, units[at * len(units) // chosen], source, trees, left)
    trial.is_whole &= trial.units == len(units)
    return trial


def _try(trial: Trial, unit: Unit, source: Files, trees: Sequence[Files], most: int) -> int:
    """Add a unit to a trial, and return the bytes that were read of its files."""
    read = 0

    def count(done: int) -> None:
        nonlocal read
        read += done

    try:
        with tempfile.TemporaryDirectory(prefix="mdc-bridge-") as folder:
            existing = partial(Existing, unit, trees) if unit.existing else None
            made = make_files(
                unit, source, source, Path(folder), _LONGEST, existing, count=count, most=most
            )
            sizes = [file.mark.size for file in made.files]
    except UnreadableUnitError:  # the survey has told it
        return read
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"no temporary file can be written: {error}") from error
    trial.units += 1
    trial.source_bytes += unit.size
    trial.rejects += made.rejects.local is not None
    trial.reasons.update(made.counts.reasons)
    trial.read_twice += made.is_read_twice
    if read >= unit.size or not (read and sizes):
        trial.sizes += sizes
        return read
    trial.is_whole = False
    share = unit.size / read
    # Rows without an id have the time of their folder, and become one file however many they are.
    fixed = 1 if made.counts.without_correlation == made.counts.rows else 0
    number = fixed + round((len(sizes) - fixed) * share)
    number = max(len(sizes), min(most_files(unit), number))
    trial.sizes += [sum(sizes) * share / number] * number
    return read


def most_files(unit: Unit) -> int:
    """Return how many files a unit becomes when rows have their folder's day: one each hour."""
    begin, end = bounds_of(unit.files[0], None)
    return max(1, (end - begin) // HOUR_US)
