"""What the doctor found: one line for each check."""

from __future__ import annotations

import enum
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any, Callable

from mdc_core.redaction import redact

from ..texts import printable

# Returns whether a check may change something now; the doctor then waits until it is undone.
MayChange = Callable[[], bool]

_INDENT = 6


class Status(str, enum.Enum):
    """How one check ended; `fail`: something is not collected, or could not be reached."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; secrets in it are masked, and what cannot be shown escaped.

    Attributes:
        status: how it ended.
        name: what was looked at.
        found: the state, and its reason.
        todo: what to do about it; empty when there is nothing to do.
    """

    status: Status
    name: str
    found: str
    todo: str = ""

    def __post_init__(self) -> None:
        for field in ("name", "found", "todo"):
            object.__setattr__(self, field, printable(redact(getattr(self, field))))


@dataclass(frozen=True)
class Report:
    """All checks, in the order in which a user would ask for them."""

    checks: tuple[Check, ...]

    @property
    def status(self) -> Status:
        """The worst status of all checks."""
        found = {check.status for check in self.checks}
        return next(each for each in reversed(Status) if each in found or each is Status.OK)

    @property
    def exit_code(self) -> int:
        """0 when all is well, 1 after warnings, 2 after failures."""
        return list(Status).index(self.status)

    def summary(self) -> str:
        """Return how many checks ended how, on one line."""
        counts = Counter(check.status for check in self.checks)
        return ", ".join(f"{counts[status]} {status.value}" for status in Status)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "status": self.status.value,
            "checks": [
                {
                    "check": check.name,
                    "status": check.status.value,
                    "found": check.found,
                    "todo": check.todo,
                }
                for check in self.checks
            ],
        }

    def as_text(self, width: int = 80) -> str:
        """Return the report as plain text.

        Args:
            width: of a line, in characters; a longer word is not broken.
        """
        lines: list[str] = []
        for check in self.checks:
            lines += _wrapped(f"{check.status.value:<4}  {check.name}: {check.found}", width)
            if check.todo:
                lines += _wrapped(f"{'':<{_INDENT}}-> {check.todo}", width)
        return "\n".join([*lines, self.summary()]) + "\n"


def ok(name: str, found: str) -> Check:
    """Return a check that ended well."""
    return Check(Status.OK, name, found)


def warn(name: str, found: str, todo: str) -> Check:
    """Return a check that ended in a warning."""
    return Check(Status.WARN, name, found, todo)


def ok_unless(todo: str, name: str, found: str) -> Check:
    """Return a check that ended well, or in a warning where there is something to do."""
    return Check(Status.WARN if todo else Status.OK, name, found, todo)


def fail(name: str, found: str, todo: str) -> Check:
    """Return a check that failed."""
    return Check(Status.FAIL, name, found, todo)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 2 * _INDENT),
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
