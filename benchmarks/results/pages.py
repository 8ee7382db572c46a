"""Puts the tables of a run into the documents.

`python -m benchmarks.results.pages speed.json`: all of it into docs/speed.md, a few rows into
README.md, each between its two marks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Sequence

from .markdown import markdown, short_table
from .run_file import Run

_ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- speed -->\n", "<!-- /speed -->\n"
# What the first page shows.
SHORT = (
    "request-paced-modern",
    "request-flat-modern",
    "collect-paced-p50-num-1x23",
    "collect-paced-p50-mix-1x23",
    "cpu-num-1x23",
    "cpu-num-100x23",
    "legacy-cpu-array-1x23",
    "burst-folder",
    "import-azureml.ai.monitoring",
    "convert-duckdb",
)


def with_table(page: str, table: str) -> str:
    """Return a page with another table between its marks.

    Raises:
        ValueError: when the page has no such marks, or several.
    """
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in after:
        raise ValueError(f"the page does not have {BEGIN.strip()} and {END.strip()} once")
    return f"{before}{begin}\n{table}\n{end}{after}"


def main(arguments: Sequence[str]) -> None:
    """Write both pages."""
    (path,) = arguments
    run = Run.loads(Path(path).read_text(encoding="utf-8"))
    tables = {"docs/speed.md": markdown(run), "README.md": short_table(run, SHORT)}
    for name, table in tables.items():
        page = _ROOT / name
        page.write_text(with_table(page.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
