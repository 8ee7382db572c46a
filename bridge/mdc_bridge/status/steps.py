"""Where a service stands: the eight steps of the migration, and what is known of each."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

STEPS = {
    1: "scripts",
    2: "environment",
    3: "legacy mode",
    4: "dual mode",
    5: "comparison",
    6: "endpoint",
    7: "archive",
    8: "rewrite",
}


class State(enum.Enum):
    """How far a step is."""

    DONE = "done"
    LEFT = "left"
    UNKNOWN = "unknown"  # nothing is there that would tell
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Step:
    """One step of one service.

    Attributes:
        number: of the section of MIGRATION.md.
        state: how far it is.
        text: what was found, or what is left to do.
        found: the same as values, by name.
    """

    number: int
    state: State
    text: str
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the step is about."""
        return STEPS[self.number]

    def to_json(self) -> dict[str, Any]:
        """Return the step as `--json` prints it."""
        return {
            "step": self.number,
            "name": self.name,
            "state": self.state.value,
            "text": self.text,
            "found": dict(self.found),
        }


@dataclass(frozen=True)
class ServiceStatus:
    """Where one service stands.

    Attributes:
        name: of the service.
        steps: in their order; empty where nothing of the service could be read.
        problem: why nothing could be read, else empty.
    """

    name: str
    steps: tuple[Step, ...] = ()
    problem: str = ""

    @property
    def at(self) -> Optional[Step]:
        """The first step that is not done; None when all are."""
        return next(iter(self.left), None)

    @property
    def left(self) -> list[Step]:
        """The steps that are not done."""
        return [step for step in self.steps if step.state is not State.DONE]

    @property
    def is_done(self) -> bool:
        """Whether every step is done."""
        return bool(self.steps) and not self.left

    @property
    def is_unreadable(self) -> bool:
        """Whether something of the service could not be read."""
        return bool(self.problem) or any(step.state is State.UNREADABLE for step in self.steps)

    @property
    def comparison(self) -> Mapping[str, Any]:
        """What is known of the last comparison; empty without one."""
        return next((step.found for step in self.steps if step.number == 5), {})

    def to_json(self) -> dict[str, Any]:
        """Return the service as `--json` prints it."""
        return {
            "name": self.name,
            "at": self.at.number if self.at else None,
            "is_done": self.is_done,
            "last_comparison": dict(self.comparison) or None,
            "left": [f"{step.number} {step.name}: {step.text}" for step in self.left],
            "steps": [step.to_json() for step in self.steps],
            "problem": self.problem or None,
        }


@dataclass(frozen=True)
class StatusReport:
    """Where all services stand.

    Attributes:
        made: when, in UTC, such as `2026-11-21T09:30:00Z`.
        services: in the order of their names, or of the list.
    """

    made: str
    services: tuple[ServiceStatus, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return all(service.is_done for service in self.services)

    @property
    def is_unreadable(self) -> bool:
        """Whether something could not be read."""
        return any(service.is_unreadable for service in self.services)

    def to_json(self) -> dict[str, Any]:
        """Return the report as `--json` prints it."""
        return {
            "made": self.made,
            "services": [service.to_json() for service in self.services],
            "summary": {
                "services": len(self.services),
                "done": sum(service.is_done for service in self.services),
                "unreadable": sum(service.is_unreadable for service in self.services),
            },
        }
