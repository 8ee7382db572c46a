"""Lines with their places among all that are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from ..collected.lines import CollectedLine
from .matching import NONE

# Before all times.
NO_TIME = -(2**63)
# Endpoint, deployment and id, by which lines are joined.
Group = tuple[str, str, str]


class Placed(NamedTuple):
    """A line and its place among all.

    Attributes:
        order_us: its time for sorting; lines without one come first.
        file: number of its file, by path.
        number: of the line in the file.
        time_us: its time; None without.
        place: number of its endpoint, deployment, collection and model version in `LineOrigins`.
        id, request: its ids.
        rows: its rows.
    """

    order_us: int
    file: int
    number: int
    time_us: Optional[int]
    place: int
    id: str
    request: str
    rows: list[dict[str, Any]]


class KnownLine(Placed):
    """A line of a table, whose columns the survey knows."""

    __slots__ = ()


class LineOrigins:
    """Endpoint, deployment, collection and model version of lines, each once.

    Attributes:
        names: by number.
    """

    def __init__(self) -> None:
        self.names: list[tuple[str, str, str, str]] = []
        self._numbers: dict[tuple[str, str, str, str], int] = {}

    def number_of(self, place: tuple[str, str, str, str]) -> int:
        """Return the number of a place."""
        number = self._numbers.setdefault(place, len(self.names))
        if number == len(self.names):
            self.names.append(place)
        return number


def placed(line: CollectedLine, file: int, places: LineOrigins) -> Placed:
    """Return a line of the file of that number, by path, with its place."""
    place = (line.endpoint, line.deployment, line.collection, line.model_version)
    return Placed(
        NO_TIME if line.time_us is None else line.time_us,
        file,
        line.number,
        line.time_us,
        places.number_of(place),
        line.correlation_id,
        line.request_id,
        line.rows,
    )


def group_of(line: Placed, places: LineOrigins) -> Group:
    """Return what a line is joined by."""
    return (*places.names[line.place][:2], line.id)


def joined_place(found: Sequence[int], places: LineOrigins) -> int:
    """Return the place of a joined row, of those of its parts; `NONE` is no part."""
    found = [place for place in found if place != NONE]
    if len(found) == 1:
        return found[0]
    endpoint, deployment, _, version = places.names[found[0]]
    collection = "+".join(places.names[place][2] for place in found)
    return places.number_of((endpoint, deployment, collection, version))
