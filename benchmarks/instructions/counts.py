"""Instructions for each call, from what the counted processes and valgrind print."""

from __future__ import annotations

import json
import re
from typing import Dict, List, NamedTuple, Optional

# A call may take so many times the baseline's instructions. Two runs differ by a thousandth.
MOST = 1.1
# What collects with the least that can be done: a shallow copy, an id, a queue.
REFERENCE = "reference"

_TOTAL = re.compile(r"==(\d+)== I +refs: +([\d,]+)")


class Counts(NamedTuple):
    """What was counted with one Python.

    Attributes:
        packages: versions of what the counts depend on.
        calls: instructions for each call, by case.
    """

    packages: Dict[str, str]
    calls: Dict[str, float]

    def of_reference(self, case: str) -> float:
        """Return a case's instructions as a multiple of the reference's.

        How a Python was built changes both.
        """
        return self.calls[case] / self.calls[REFERENCE]


class Change(NamedTuple):
    """A case beside the baseline's.

    Attributes:
        case: its name.
        calls: instructions for each call.
        ratio: to the baseline, both as multiples of the reference; None for a new case.
    """

    case: str
    calls: float
    ratio: Optional[float]


def parse_calls(children: str, valgrind: str) -> Dict[str, float]:
    """Return instructions for each call, by case.

    Args:
        children: lines of JSON, `[case, how many times, process id]`, two for each case.
        valgrind: what it printed.

    Raises:
        ValueError: when the instructions of a child are missing.
    """
    totals = {int(child): int(text.replace(",", "")) for child, text in _TOTAL.findall(valgrind)}
    runs: Dict[str, List[List[int]]] = {}
    for line in children.splitlines():
        case, times, child = json.loads(line)
        if child not in totals:
            raise ValueError(f"{case}: valgrind has not counted process {child}:\n{valgrind}")
        runs.setdefault(case, []).append([times, totals[child]])
    calls = {}
    for case, ((few, begun), (many, done)) in runs.items():
        calls[case] = (done - begun) / (many - few)
    return calls


def changes(counts: Counts, baseline: Counts) -> List[Change]:
    """Return all cases but the reference beside the baseline's."""
    return [
        Change(
            case,
            calls,
            counts.of_reference(case) / baseline.of_reference(case)
            if case in baseline.calls
            else None,
        )
        for case, calls in counts.calls.items()
        if case != REFERENCE
    ]
