"""Correlation ids that have inputs and no outputs, on either side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Optional

from mdc_core.designations import INPUTS

from .naming import DeploymentKey, Naming
from .rows import Numbered
from .samples import LISTED, WithoutOutputs

_OUTPUTS = "predictions"
Packed = tuple[Any, ...]
# Number of the stream, and id.
StreamId = tuple[int, str]


class OutputsCheck:
    """Looks, id by id, for the outputs of inputs.

    Args:
        streams: by number.
        naming: names the two collections.

    Attributes:
        left, right: one for each side.
    """

    def __init__(self, streams: Numbered, naming: Naming) -> None:
        self.left = SideCheck(streams, naming)
        self.right = SideCheck(streams, naming)

    def merge(self, other: OutputsCheck) -> None:
        """Take the ids of another, which are others."""
        self.left.merge(other.left)
        self.right.merge(other.right)

    def found(self) -> dict[int, WithoutOutputs]:
        """Return the ids by the stream of their inputs."""
        result = {}
        for stream in self.left.inputs | self.right.inputs:
            left, right = self.left.found(stream), self.right.found(stream)
            hours = {**right, **left}
            listed = sorted(hours.items(), key=lambda item: (item[1], item[0]))[:LISTED]
            result[stream] = WithoutOutputs(
                self.left.count(stream),
                self.right.count(stream),
                [(each, _side(each in left, each in right), hour) for each, hour in listed],
            )
        return result


def _side(on_left: bool, on_right: bool) -> str:
    if on_left and on_right:
        return "both"
    return "left" if on_left else "right"


class SideCheck:
    """The ids of one side; for arguments see `OutputsCheck`.

    Attributes:
        inputs: streams of inputs.
    """

    def __init__(self, streams: Numbered, naming: Naming) -> None:
        self._streams = streams
        self._inputs = naming.collections_of(INPUTS)
        self._outputs = naming.collections_of(_OUTPUTS)
        self.inputs: set[int] = set()
        # Deployments with outputs that carry ids.
        self._with_outputs: set[DeploymentKey] = set()
        self._counts: Counter[int] = Counter()
        self._hours: defaultdict[int, dict[str, str]] = defaultdict(dict)

    def add(
        self, records: Iterable[tuple[StreamId, Packed]], hour: Callable[[Packed], str]
    ) -> None:
        """Take everything that was collected under some ids.

        Args:
            records: the first record of each stream and id.
            hour: of a record.
        """
        inputs: dict[tuple[DeploymentKey, str], tuple[int, Packed]] = {}
        outputs: set[tuple[DeploymentKey, str]] = set()
        for (stream, identifier), record in records:
            endpoint, deployment, collection, _ = self._streams[stream]
            key = (endpoint, deployment), identifier
            if collection in self._inputs:
                inputs[key] = (stream, record)
                self.inputs.add(stream)
            elif collection in self._outputs:
                outputs.add(key)
        self._with_outputs.update(deployment for deployment, _ in outputs)
        for key, (stream, record) in inputs.items():
            if key not in outputs:
                self._counts[stream] += 1
                if len(self._hours[stream]) < LISTED:
                    self._hours[stream][key[1]] = hour(record)

    def merge(self, other: SideCheck) -> None:
        """Take the ids of another, which are others."""
        self.inputs |= other.inputs
        self._with_outputs |= other._with_outputs
        self._counts.update(other._counts)
        for stream, hours in other._hours.items():
            for identifier, hour in hours.items():
                if len(self._hours[stream]) < LISTED:
                    self._hours[stream][identifier] = hour

    def count(self, stream: int) -> Optional[int]:
        """Return how many ids lack outputs; None where nothing can lack them."""
        return self._counts[stream] if self._is_known(stream) else None

    def found(self, stream: int) -> dict[str, str]:
        """Return the hours of the first ids that lack outputs."""
        return self._hours[stream] if self._is_known(stream) else {}

    def _is_known(self, stream: int) -> bool:
        return stream in self.inputs and self._streams[stream][:2] in self._with_outputs
