"""The columns of a frame where pandas' manager is not the known one, in the same form."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy
import pandas


class _Placement(NamedTuple):
    """As pandas' own."""

    indexer: slice


class _Column:
    """A column in the form of pandas' blocks."""

    __slots__ = ("_mgr_locs", "values")

    def __init__(self, series: pandas.Series, position: int) -> None:
        self.values: Any = series.array
        if isinstance(series.dtype, numpy.dtype):
            self.values = series.to_numpy().reshape(1, len(series))
        self._mgr_locs = _Placement(slice(position, position + 1))


class FrameColumns:
    """A frame in the form of pandas' manager, by public means only: ten times slower.

    The manager's attributes are private.
    """

    def __init__(self, frame: pandas.DataFrame) -> None:
        self.axes = (frame.columns,)
        self.blocks = [_Column(frame.iloc[:, at], at) for at in range(frame.shape[1])]


def has_known_manager() -> bool:
    """Return whether the installed pandas has a manager with the blocks of `FrameColumns`."""
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4], "c": [5.0, 6.0]})
    try:
        manager: Any = frame._mgr  # noqa: SLF001  see `FrameColumns`
        cells = {
            int(position): list(block.values[row])
            for block in manager.blocks
            for row, position in enumerate(block._mgr_locs)  # noqa: SLF001
            if block._mgr_locs.indexer is not None  # noqa: SLF001
        }
        labels = manager.axes[0]
    except (AttributeError, TypeError, ValueError, IndexError):
        return False
    return labels is frame.columns and cells == {0: [1.0, 2.0], 1: [3, 4], 2: [5.0, 6.0]}
