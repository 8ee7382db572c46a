"""Runs in an image: the golden cases, without pytest; prints JSON.

Prints `{"equal": [...], "unequal": [...]}`, names of cases.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, List

sys.path.insert(0, str(Path(__file__).parents[2] / "bridge" / "golden"))

from cases import CASES
from outcomes import GOLDEN, collected_to, golden_outcome, outcome_of


def main() -> None:
    """Run all the cases."""
    names: Dict[str, List[str]] = {"equal": [], "unequal": []}
    for case in CASES:
        names["equal" if _is_equal(case) else "unequal"].append(case.__name__)
    json.dump(names, sys.stdout)


def _is_equal(case: Callable[[], Any]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(collected_to(folder))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            returned = case()
        outcome = outcome_of(returned, printed.getvalue(), Path(folder))
    return bool(outcome == golden_outcome(GOLDEN[case.__name__]))


if __name__ == "__main__":
    main()
