"""The 99 calls whose outcome with the original SDK is in `legacy-golden-2.json`."""

from __future__ import annotations

import sys

import pandas as pd

from tests.bridge.golden import cases_of_arguments, cases_of_arrays, cases_of_frames

CASES = (*cases_of_arrays.CASES, *cases_of_frames.CASES, *cases_of_arguments.CASES)
# The oldest pandas and Python whose text of a case is that of the golden file: 3.1 on 3.13. With
# others the original makes another, as to_csv and str do; see test_numerics.
_PANDAS, _PYTHON = tuple(int(part) for part in pd.__version__.split(".")[:2]), sys.version_info[:2]
_SINCE = {
    "gen_list_enum_path": (_PYTHON, (3, 11)),
    "gen_frame_dtypes": (_PANDAS, (1, 2)),  # which first has nullable floats
    "in_frame_two_datetimes": (_PANDAS, (1, 4)),
    "gen_frame_two_datetimes": (_PANDAS, (1, 4)),
    "in_frame_two_timedeltas": (_PANDAS, (1, 4)),
    "in_list_series_frame": (_PANDAS, (3, 0)),
    "label_frame_columns_first": (_PANDAS, (3, 0)),
    "in_frame_float32": (_PANDAS, (3, 0)),
    "ret_add_frame": (_PANDAS, (3, 0)),
    "ret_add_int_columns": (_PANDAS, (3, 0)),
}


def is_of_other_versions(name: str) -> bool:
    """Return whether the original's text for a case is another with the packages that are here."""
    here, since = _SINCE.get(name, ((), ()))
    # The csv module quotes a CR in any cell since Python 3.13.
    return here < since or (name == "in_frame_texts" and _PYTHON >= (3, 13))
