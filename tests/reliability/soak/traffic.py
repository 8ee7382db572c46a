"""Requests of which everything is known, and the judge of what was collected for them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination

INPUTS = ("collected", "refused", "missing")
OUTPUTS = ("together", "row by row", "missing", "failing")


class PredictionError(Exception):
    """Raised by a request that fails after its inputs were collected."""


@dataclass(frozen=True)
class Request:
    """One request, or one row of a request that handles its rows apart.

    Attributes:
        number: no other has it.
        rows: of its inputs, and of its outputs.
        inputs: one of INPUTS.
        outputs: one of OUTPUTS.
        model: one of two versions of the model.
    """

    number: int
    rows: int
    inputs: str
    outputs: str
    model: int


def some_requests(chance: random.Random, first: int, count: int) -> list[Request]:
    """Return requests of all kinds, most of them in order."""
    return [
        Request(
            number,
            chance.randint(1, 4),
            chance.choices(INPUTS, (6, 2, 2))[0],
            chance.choices(OUTPUTS, (6, 2, 1, 1))[0],
            chance.choices((1, 2), (4, 1))[0],
        )
        for number in range(first, first + count)
    ]


class Model:
    """The collectors of two versions of one model, and what a scoring script does with them."""

    def __init__(self) -> None:
        self.inputs = {v: ModelDataCollector("m", "inputs", model_version=v) for v in (1, 2)}
        self.outputs = {v: ModelDataCollector("m", "predictions", model_version=v) for v in (1, 2)}

    def input_calls(self, request: Request) -> list[tuple[Any, Any]]:
        """Return the calls for inputs, as functions and what they are called with."""
        if request.inputs == "missing":
            return []
        data = np.array([[value] for value in _values(request)])
        refused = request.inputs == "refused"
        return [(self.inputs[request.model].collect, {"x": 1} if refused else data)]

    def output_calls(self, request: Request) -> list[tuple[Any, Any]]:
        """Return the calls for outputs in the same way."""
        collect = self.outputs[request.model].collect
        if request.outputs == "together":
            return [(collect, np.array(_values(request)))]
        if request.outputs == "row by row":
            return [(collect, np.array([value])) for value in _values(request)]
        return []


@dataclass
class Judgement:
    """What became of outputs.

    Attributes:
        outputs: how many lines.
        linkable: those whose request has collected inputs.
        linked: those that have the id of these.
        wrong_ids: those that share an id with anything of another request.
        wrong_rows: those whose rows are not what the inputs that they are linked to make of them.
    """

    outputs: int = 0
    linkable: int = 0
    linked: int = 0
    wrong_ids: int = 0
    wrong_rows: int = 0
    by_family: Counter[str] = field(default_factory=Counter)

    def add(self, collected: MemoryDestination, requests: Iterable[Request], family: str) -> None:
        """Judge what was collected for some requests."""
        known = {request.number: request for request in requests}
        owners = {
            line["correlationid"]: int(line["data"][0]["column_0"])
            for line in collected.lines("model_inputs")
        }
        for line in collected.lines("model_outputs"):
            request = known[int(line["data"][0]["column_0"])]
            linked = owners.get(line["correlationid"]) == request.number
            self.outputs += 1
            self.linkable += request.inputs == "collected"
            self.linked += linked and request.inputs == "collected"
            wrong = owners.setdefault(line["correlationid"], request.number) != request.number
            self.wrong_ids += wrong
            rows = request.rows if linked and request.outputs == "together" else 1
            self.wrong_rows += len(line["data"]) != rows
            self.by_family[f"{family} outputs"] += 1
            self.by_family[f"{family} linked"] += linked
            self.by_family[f"{family} wrong"] += wrong or len(line["data"]) != rows

    @property
    def share(self) -> float:
        """Percent of the linkable outputs that are linked."""
        return 100 * self.linked / max(1, self.linkable)


def _values(request: Request) -> list[float]:
    return [request.number + row / 8 for row in range(request.rows)]
