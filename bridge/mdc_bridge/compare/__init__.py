"""CSV of the old SDK against JSONL of the new one."""

from .comparing import compare
from .page import render_page
from .report import ColumnDifferences, Counts, Dataset, Report, Side, WithoutOutputs
from .samples import Cell, RowPlace, Sample

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
