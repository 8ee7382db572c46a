"""Collects frames with whoever's SDK is installed, then waits: `collect_frames.py PLACE...`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pandas

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext

FRAMES = (
    pandas.DataFrame({"age": [31, 58], "income": [1234.5, -0.25], "owner": [True, False]}),
    pandas.DataFrame({"city": ["Zürich", 'a "quoted"\nline', "日本"], "n": [1, 2, 3]}),
    pandas.DataFrame({"n": [1.5, None, float("inf")], "text": ["x", None, ""]}),
    pandas.DataFrame({"small": [2**53, -1], "mixed": [1, "one"]}, index=[7, 9]),
    pandas.DataFrame({0: [1], "wide": ["x" * 100]}),
    pandas.DataFrame({f"feature_{at}": [at / 8, at] for at in range(40)}),
    pandas.DataFrame({"none": []}),
)
# The text of a frame without rows, or with an index or an infinity of its own, is not ours.
PLAIN = (0, 1, 4, 5)

HEADERS = {
    "x-tenant": "contoso",
    "X-Model": 7,
    "X-Request-Id": "the id counts, not this",
    "time": "nor this",
    "city": "Zürich",
    "empty": "",
}


def context(at: int) -> BasicCorrelationContext:
    """Return the context of one frame."""
    headers = HEADERS if at % 2 == 0 else None
    return BasicCorrelationContext(id=f"request-{at}", timestamp=1700000000 + at, headers=headers)


def collect_frames(places: Sequence[int]) -> None:
    """Collect some of the frames, inputs and outputs by turns."""
    collectors = [Collector(name=name) for name in ("model_inputs", "model_outputs")]
    for turn, at in enumerate(places):
        collectors[turn % 2].collect(FRAMES[at], context(turn))


if __name__ == "__main__":
    collect_frames([int(at) for at in sys.argv[1:]])
    sys.stdin.readline()
