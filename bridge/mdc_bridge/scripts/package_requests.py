"""The packages that conda and pip files ask for."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ..needs import PYTHONS
from ..requirements import Requirement, leave_a_version, minor_version
from .markers import holds
from .place import Place


class PackageRequest(NamedTuple):
    """A package that a conda or pip file asks for.

    Attributes:
        requirement: what it says.
        place: where.
        is_pip: pip installs it, not conda.
        is_constraint: it is one, which installs nothing by itself.
        is_refused: pip does not take it as it is written.
    """

    requirement: Requirement
    place: Place
    is_pip: bool = False
    is_constraint: bool = False
    is_refused: bool = False


class Missing(NamedTuple):
    """A file or folder that a conda or pip file names, and that cannot be read.

    Attributes:
        name: as it is written.
        place: where.
        reason: why not.
    """

    name: str
    place: Place
    reason: str


class Environment(NamedTuple):
    """The packages that a conda or pip file asks for, or `CondaDependencies` in code.

    Attributes:
        requests: in the order of the file; constraints are among them.
        chooses_python: it is a conda file, which takes the newest Python where it names none.
        missing: files that it names.
    """

    requests: tuple[PackageRequest, ...]
    chooses_python: bool
    missing: tuple[Missing, ...] = ()

    @property
    def first(self) -> Place:
        """Where something is asked for first."""
        return (self.requests or self.missing)[0].place

    @property
    def pythons(self) -> list[tuple[int, int]]:
        """The Pythons, by minor version, that it leaves."""
        pins = [each.requirement for each in self.requests if each.requirement.name == "python"]
        pins = [each for each in pins if not each.is_conditional]
        return [each for each in PYTHONS if leave_a_version([*pins, minor_version(each)])]

    @property
    def settled(self) -> list[PackageRequest]:
        """What holds for certain, on the Pythons that it leaves."""
        pythons = self.pythons or PYTHONS
        return [each for each in self.requests if holds(each.requirement.marker, pythons)]

    def named(self, name: str) -> Optional[PackageRequest]:
        """Return what says most of a package that is asked for, None where it is not."""
        found = [each for each in self.settled if each.requirement.name == name]
        if all(each.is_constraint for each in found):
            return None
        return next((each for each in found if each.requirement.is_pinned), found[0])
