"""What the store asks of a place that the lines of a collection go to."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from mdc_core.destinations import Destination


class Place(Protocol):
    """Where the lines of one collection go.

    Attributes:
        key: equal for what is one destination, reached in one way; without secrets.
        folder: of the collection's lines, from the root of the destination down, made of legal
            segments; folders of time follow.
        raw_folder: likewise, of the files of large and binary bodies.
    """

    @property
    def key(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def raw_folder(self) -> str: ...

    def files(self, spool: Path) -> Path:
        """Return the folder in which the destination's segments lie.

        Args:
            spool: for what can fail; a folder as destination has them in itself.
        """
        ...

    def make(self, spool: Path, max_bytes: int, interval: float) -> Destination:
        """Return the destination, new.

        Args:
            spool: see `files`.
            max_bytes: bound of what waits there.
            interval: seconds between two rounds of delivery.
        """
        ...
