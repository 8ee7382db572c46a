"""Runs in an image: the golden cases, without pytest; prints JSON.

Prints `{"equal": [...], "unequal": [...], "other": [...]}`, names of cases; the last are those of
which the original, too, makes another text with the packages of the image.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.bridge.golden import cases, cases_2, cases_of_arguments
from tests.bridge.golden.outcomes import (
    GOLDEN,
    GOLDEN_2,
    collected_to,
    golden_outcome,
    outcome_of,
)

import mdc_legacy.model_data_collector
from mdc_core.model_config import read_model_config


def main() -> None:
    """Run all the cases but those of which the original's text is another here."""
    names: Dict[str, List[str]] = {"equal": [], "unequal": [], "other": []}
    warnings.simplefilter("ignore")
    for case in cases.CASES:
        names[_verdict(case, GOLDEN)].append(case.__name__)
    for case in cases_2.CASES:
        is_other = cases_2.is_of_other_versions(case.__name__)
        names["other" if is_other else _verdict(case, GOLDEN_2)].append(case.__name__)
    json.dump(names, sys.stdout)


def _verdict(case: Callable[[], Any], golden: Dict[str, Any]) -> str:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        archive = Path(folder) / "archive"
        settings = cases_of_arguments.SETTINGS.get(case.__name__, {})
        stack.enter_context(mock.patch.dict(os.environ, {**collected_to(archive), **settings}))
        if case.__name__.startswith("map_"):
            path = Path(folder) / "model_config_map.json"
            path.write_text(json.dumps(cases_of_arguments.MODEL_CONFIG_MAP))
            read = partial(read_model_config, path=path)
            module = mdc_legacy.model_data_collector
            stack.enter_context(mock.patch.object(module, "read_model_config", read))
        printed = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        try:
            outcome = outcome_of(case(), printed.getvalue(), archive)
        except Exception:  # noqa: BLE001  a case that raises is not equal
            return "unequal"
    return "equal" if outcome == golden_outcome(golden[case.__name__]) else "unequal"


if __name__ == "__main__":
    main()
