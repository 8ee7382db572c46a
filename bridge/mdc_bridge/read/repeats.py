"""Which ids come more than once, of any number of them: `mdc_line` counts these only."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import numpy

from ..collected.partitions import no_room

# In memory at once, of 8 bytes each.
_HELD = 500_000
# By the first bits of the hash.
_FILES_BITS = 6
_SHIFT = 64 - _FILES_BITS


class Repeats:
    """Counts the lines of each id, by hashes in temporary files.

    Args:
        folder: a temporary one; the caller removes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = array("q")
        self._hashes = numpy.empty(0, numpy.int64)
        self._totals = numpy.empty(0, numpy.int64)
        # Ids that have more lines to come.
        self._counts: dict[Hashable, int] = {}

    def add(self, hashes: Iterable[int]) -> None:
        """Take the hashes of the ids of lines into account.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        self._held.extend(hashes)
        if len(self._held) >= _HELD:
            self._write()

    def add_all(self, hashes: Any) -> None:
        """Take hashes, as numpy's, into account; see `add`."""
        self._held.frombytes(hashes.tobytes())
        self.add(())

    def finish(self) -> None:
        """Find which ids came more than once, after the last was added."""
        if not any(self._folder.glob("ids-*")):
            parts = [numpy.array(self._held, numpy.int64)]
        else:
            self._write()
            parts = [
                numpy.fromfile(self._folder / f"ids-{part}", numpy.int64)
                for part in range(2**_FILES_BITS)
                if (self._folder / f"ids-{part}").exists()
            ]
        found = [numpy.unique(part, return_counts=True) for part in parts]
        hashes = numpy.concatenate([each[counts > 1] for each, counts in found])
        totals = numpy.concatenate([counts[counts > 1] for _, counts in found])
        order = numpy.argsort(hashes)
        self._hashes, self._totals = hashes[order], totals[order]

    def restart(self) -> None:
        """Number lines from the first one on."""
        self._counts = {}

    @property
    def has_any(self) -> bool:
        """Whether any id came more than once."""
        return len(self._hashes) > 0

    def number(self, id: Hashable, hashed: int) -> int:
        """Return how many lines of an id were numbered before, and number one more."""
        number = self._counts.pop(id, 0)
        at = int(numpy.searchsorted(self._hashes, hashed))
        if at < len(self._hashes) and self._hashes[at] == hashed and number + 1 < self._totals[at]:
            self._counts[id] = number + 1
        return number

    def repeated(self, hashes: Any) -> Any:
        """Return which of some hashes, as numpy's, came more than once."""
        return numpy.isin(hashes, self._hashes)

    def _write(self) -> None:
        hashes = numpy.array(self._held, numpy.int64)
        files = (hashes.view(numpy.uint64) >> numpy.uint64(_SHIFT)).astype(numpy.uint8)
        ordered = hashes[numpy.argsort(files, kind="stable")]
        bounds = [0, *numpy.cumsum(numpy.bincount(files, minlength=2**_FILES_BITS)).tolist()]
        try:
            for part, (start, end) in enumerate(zip(bounds, bounds[1:])):
                if start < end:
                    with (self._folder / f"ids-{part}").open("ab") as stream:
                        ordered[start:end].tofile(stream)
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._held = array("q")
