"""CSV of the old SDK against JSONL of the new one."""

from .comparing import compare
from .page import render_page
from .report import Counts, Dataset, Report, Side
from .samples import Cell, ColumnDifferences, RowPlace, Sample, WithoutOutputs

__all__ = [
    "Cell",
    "ColumnDifferences",
    "Counts",
    "Dataset",
    "RowPlace",
    "Report",
    "Sample",
    "Side",
    "WithoutOutputs",
    "compare",
    "render_page",
]
