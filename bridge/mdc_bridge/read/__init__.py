"""Collected JSONL as frames, as lines, or as a stream of either."""

from ..collected.lines import CollectedLine, read_lines
from ..collected.problems import Problem, Problems
from .frames import FRAME_ROWS, iter_frames
from .joining import join_collections, join_truth
from .reading import read

__all__ = [
    "FRAME_ROWS",
    "CollectedLine",
    "Problem",
    "Problems",
    "iter_frames",
    "join_collections",
    "join_truth",
    "read",
    "read_lines",
]
