"""What is collected: a request of 23 features, in numbers only and in a mixture."""

from __future__ import annotations

from typing import Any, Callable

import numpy
import pandas

_FEATURES = 23
_NAMES = [f"feature_{at:02d}" for at in range(_FEATURES)]
_LABELS = pandas.Index(_NAMES)
_generator = numpy.random.default_rng(20240131)


def numbers(rows: int, names: Any = _NAMES) -> pandas.DataFrame:
    """Return 23 columns of floats."""
    return pandas.DataFrame(_generator.random((rows, _FEATURES)), columns=names)


def mixture(rows: int) -> pandas.DataFrame:
    """Return 8 columns of floats, 8 of integers, 2 of booleans, 4 of texts and 1 of times."""
    columns: dict[str, object] = {}
    for at in range(8):
        columns[f"float_{at}"] = _generator.random(rows)
        columns[f"integer_{at}"] = _generator.integers(0, 1_000_000, rows)
    for at in range(2):
        columns[f"boolean_{at}"] = _generator.random(rows) < 0.5
    for at in range(4):
        columns[f"text_{at}"] = [f"category {at}" for _ in range(rows)]
    columns["time"] = pandas.Timestamp("2024-01-31T08:51:30.123") + pandas.to_timedelta(
        numpy.arange(rows), unit="s"
    )
    return pandas.DataFrame(columns)


MAKERS: dict[str, Callable[[], Any]] = {
    "num 1x23": lambda: numbers(1),
    "num 100x23": lambda: numbers(100),
    "mix 1x23": lambda: mixture(1),
    # As of a script that makes its labels once; the others make them for each frame.
    "shared labels 1x23": lambda: numbers(1, _LABELS),
    "array 1x23": lambda: numbers(1).to_numpy(),
    "array 100x23": lambda: numbers(100).to_numpy(),
}
FRAMES = ("num 1x23", "num 100x23", "mix 1x23")
