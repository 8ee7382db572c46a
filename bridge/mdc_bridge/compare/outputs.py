"""Correlation ids that have inputs and no outputs, on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from .naming import Naming
from .packed import HAS_ID
from .report import LISTED, WithoutOutputs
from .rows import Numbered

_Keys = tuple[int, str]
Record = tuple[Any, ...]
Hour = Callable[[Record], str]


class OutputsCheck:
    """Looks, id by id, for the outputs of inputs.

    Args:
        streams: by number.
        naming: names the two collections.
    """

    def __init__(self, streams: Numbered, naming: Naming) -> None:
        self._left = _SideCheck(streams, naming)
        self._right = _SideCheck(streams, naming)

    def add(
        self,
        rows: Mapping[_Keys, Sequence[Record]],
        lines: Mapping[_Keys, Sequence[Record]],
        hours: tuple[Hour, Hour],
    ) -> None:
        """Take everything that was collected under some ids, on both sides.

        Args:
            rows: by stream and id; those without an id do not count.
            lines: likewise.
            hours: of a row, and of a line.
        """
        self._left.add(rows, hours[0], needs_id=True)
        self._right.add(lines, hours[1], needs_id=False)

    def merge(self, other: OutputsCheck) -> None:
        """Take the ids of another, which are others."""
        self._left.merge(other._left)
        self._right.merge(other._right)

    def found(self) -> dict[int, WithoutOutputs]:
        """Return the ids by the stream of their inputs."""
        result = {}
        for stream in self._left.inputs | self._right.inputs:
            left, right = self._left.found(stream), self._right.found(stream)
            hours = {**right, **left}
            listed = sorted(hours.items(), key=lambda item: (item[1], item[0]))[:LISTED]
            result[stream] = WithoutOutputs(
                self._left.count(stream),
                self._right.count(stream),
                [(each, _side(each in left, each in right), hour) for each, hour in listed],
            )
        return result


def _side(on_left: bool, on_right: bool) -> str:
    if on_left and on_right:
        return "both"
    return "left" if on_left else "right"


class _Role(NamedTuple):
    """What a stream is."""

    deployment: tuple[str, str]
    is_input: bool
    is_output: bool


class _SideCheck:
    """One side."""

    def __init__(self, streams: Numbered, naming: Naming) -> None:
        self._streams = streams
        self._inputs, self._outputs = naming.inputs, naming.outputs
        self.inputs: set[int] = set()
        # Deployments with outputs that carry ids.
        self._with_outputs: set[tuple[str, str]] = set()
        self._counts: dict[int, int] = {}
        self._hours: dict[int, dict[str, str]] = {}

    def add(self, records: Mapping[_Keys, Sequence[Record]], hour: Hour, needs_id: bool) -> None:
        # By deployment: ids with inputs, with their first record, and ids with outputs.
        inputs: dict[tuple[str, str], dict[str, tuple[int, Record]]] = {}
        outputs: dict[tuple[str, str], set[str]] = {}
        roles: dict[int, _Role] = {}
        for (number, identifier), of_id in records.items():
            role = roles.get(number)
            if role is None:
                role = roles[number] = self._role(number)
            if not (role.is_input or role.is_output) or (needs_id and not of_id[0][HAS_ID]):
                continue
            if role.is_input:
                inputs.setdefault(role.deployment, {})[identifier] = (number, of_id[0])
                self.inputs.add(number)
            else:
                outputs.setdefault(role.deployment, set()).add(identifier)
        self._with_outputs.update(outputs)
        for deployment, found in inputs.items():
            with_outputs = outputs.get(deployment, set())
            for identifier, (number, record) in found.items():
                if identifier in with_outputs:
                    continue
                self._counts[number] = self._counts.get(number, 0) + 1
                hours = self._hours.setdefault(number, {})
                if len(hours) < LISTED:
                    hours[identifier] = hour(record)

    def _role(self, number: int) -> _Role:
        endpoint, deployment, collection, _ = self._streams[number]
        return _Role(
            (endpoint, deployment), collection in self._inputs, collection in self._outputs
        )

    def merge(self, other: _SideCheck) -> None:
        self.inputs |= other.inputs
        self._with_outputs |= other._with_outputs
        for number, count in other._counts.items():
            self._counts[number] = self._counts.get(number, 0) + count
            hours = self._hours.setdefault(number, {})
            for identifier, hour in other._hours[number].items():
                if len(hours) < LISTED:
                    hours[identifier] = hour

    def count(self, stream: int) -> Optional[int]:
        """Return how many ids lack outputs; None where nothing can lack them."""
        return self._counts.get(stream, 0) if self._can_tell(stream) else None

    def found(self, stream: int) -> dict[str, str]:
        """Return the hours of the first ids that lack outputs."""
        return self._hours.get(stream, {}) if self._can_tell(stream) else {}

    def _can_tell(self, number: int) -> bool:
        return number in self.inputs and self._streams[number][:2] in self._with_outputs
