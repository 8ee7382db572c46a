"""Correlation ids that have inputs and no outputs, on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional, Union

from .naming import Naming, Stream
from .report import LISTED, WithoutOutputs
from .rows import CsvRow, JsonLine, Numbered

_Keys = tuple[int, str]
_Records = Union[Mapping[_Keys, Sequence[CsvRow]], Mapping[_Keys, Sequence[JsonLine]]]


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
        rows: Mapping[_Keys, Sequence[CsvRow]],
        lines: Mapping[_Keys, Sequence[JsonLine]],
    ) -> None:
        """Take everything that was collected under some ids, on both sides."""
        self._left.add({key: found for key, found in rows.items() if found[0].has_id})
        self._right.add(lines)

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

    def add(self, records: _Records) -> None:
        inputs: dict[tuple[tuple[str, str], str], tuple[int, str]] = {}
        outputs: set[tuple[tuple[str, str], str]] = set()
        for (number, identifier), found in records.items():
            stream: Stream = self._streams[number]
            deployment = (stream.endpoint, stream.deployment)
            if stream.collection in self._inputs:
                inputs[deployment, identifier] = (number, found[0].hour)
                self.inputs.add(number)
            elif stream.collection in self._outputs:
                outputs.add((deployment, identifier))
                self._with_outputs.add(deployment)
        for key in inputs.keys() - outputs:
            number, hour = inputs[key]
            self._counts[number] = self._counts.get(number, 0) + 1
            hours = self._hours.setdefault(number, {})
            if len(hours) < LISTED:
                hours[key[1]] = hour

    def count(self, stream: int) -> Optional[int]:
        """Return how many ids lack outputs; None where nothing can lack them."""
        return self._counts.get(stream, 0) if self._can_tell(stream) else None

    def found(self, stream: int) -> dict[str, str]:
        """Return the hours of the first ids that lack outputs."""
        return self._hours.get(stream, {}) if self._can_tell(stream) else {}

    def _can_tell(self, number: int) -> bool:
        stream: Stream = self._streams[number]
        return number in self.inputs and (stream.endpoint, stream.deployment) in self._with_outputs
