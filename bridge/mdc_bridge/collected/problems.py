"""What could not be read, so that nothing is left out in silence."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, fields
from typing import NamedTuple, Optional, TypeVar

from mdc_core.errors import StoreError

from ..texts import without_path

KEPT = 100
_T = TypeVar("_T")


class Problem(NamedTuple):
    """A file, a line, or the data a line refers to, that could not be read.

    Attributes:
        path: of the file, below the root.
        line: number of the line from 1; None for the whole file.
        reason: in words, without the path.
    """

    path: str
    line: Optional[int]
    reason: str

    @classmethod
    def of(cls, path: str, line: Optional[int], message: str) -> Problem:
        """Return what an error says of a file or line; the error may name the file itself."""
        return cls(path, line, without_path(message, path))

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.reason}"


@dataclass
class Problems:
    """Counts what could not be read.

    Attributes:
        unreadable: number of files and lines that could not be read.
        torn: number of last lines without an end, of files that are still being written or
            whose writer died; they are skipped.
        samples: the first problems.
        torn_paths: the first files with a torn line.
        copies: number of files that hold only lines of another one, and are not read.
        copy_samples: the first copies.
        left_out: number of files that look like data and are of no form that is read.
        left_out_samples: the first of them.
    """

    unreadable: int = 0
    torn: int = 0
    samples: list[Problem] = field(default_factory=list)
    torn_paths: list[str] = field(default_factory=list)
    copies: int = 0
    copy_samples: list[Problem] = field(default_factory=list)
    left_out: int = 0
    left_out_samples: list[Problem] = field(default_factory=list)

    def add(self, path: str, line: Optional[int], reason: str) -> None:
        """Count a file or line that could not be read."""
        self.unreadable += 1
        _keep(self.samples, [Problem.of(path, line, reason)])

    def add_copy(self, path: str, reason: str) -> None:
        """Count a file that is not read, because another one has its lines."""
        self.copies += 1
        _keep(self.copy_samples, [Problem(path, None, reason)])

    def add_left_out(self, path: str, reason: str) -> None:
        """Count a file that looks like data and is of no form that is read."""
        self.left_out += 1
        _keep(self.left_out_samples, [Problem(path, None, reason)])

    def add_torn(self, path: str) -> None:
        """Count a last line without an end."""
        self.torn += 1
        _keep(self.torn_paths, [path])

    def merge(self, other: Problems) -> None:
        """Count what another counted."""
        for each in fields(Problems):
            mine, others = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, list):
                _keep(mine, others)
            else:
                setattr(self, each.name, mine + others)


def _keep(samples: list[_T], more: list[_T]) -> None:
    samples += more[: KEPT - len(samples)]


class StrictProblems(Problems):
    """Raises at the first thing that cannot be read; warns of all else that is not read."""

    def add(self, path: str, line: Optional[int], reason: str) -> None:
        raise StoreError(
            f"{Problem.of(path, line, reason)}; pass problems=Problems() to read the rest and get "
            "a list of what could not be read"
        )

    def add_torn(self, path: str) -> None:
        warnings.warn(
            f"{path}: the last line is truncated and was skipped", UserWarning, stacklevel=2
        )

    def add_copy(self, path: str, reason: str) -> None:
        warnings.warn(f"{Problem(path, None, reason)}; it is not read", UserWarning, stacklevel=2)

    def add_left_out(self, path: str, reason: str) -> None:
        warnings.warn(f"{Problem(path, None, reason)}; it is left out", UserWarning, stacklevel=2)
