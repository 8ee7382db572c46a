"""Collected JSONL as frames, as lines, or as a stream of either."""

from ..collected.lines import CollectedLine, read_lines
from ..collected.problems import Problem, Problems
from .joining import join_collections
from .reading import FRAME_ROWS, iter_frames, read
from .spark_rows import to_spark
from .truth_beside import join_truth

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
    "to_spark",
]
