"""The bridge's CSV is the original's for data of every kind, not only for the golden cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.bridge.golden.any_data import arrays, deep_arrays, frames, lists, print_options
from tests.bridge.golden.original_model import original_csv
from tests.examples_of import examples

KINDS = {
    "arrays": (arrays, ["inputs", "general"]),
    "deep arrays": (deep_arrays, ["general"]),
    "frames": (frames, ["inputs", "general"]),
    "lists": (lists, ["inputs", "general"]),
}


def _collected(data: Any, names: Any, designation: str, options: Any) -> Any:
    """Return the file that the bridge leaves, and the correlations it returns."""
    with collecting("legacy") as collected:
        collector = ModelDataCollector("m", designation, names)
        with np.printoptions(**options):
            correlations = collector.collect(data)
    (content,) = collected.files.values()
    return content.decode(), correlations


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")  # pandas warns of what it will do otherwise one day
def test_any_call(kind: str) -> None:
    """Header and rows are, byte for byte, what the model of the original makes of the call."""
    data, designations = KINDS[kind]

    @settings(
        max_examples=examples(150),
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        data=data,
        names=st.none() | st.lists(st.sampled_from(["a", "b,c", "é"]), max_size=3),
        designation=st.sampled_from(designations),
        options=st.just({}) | print_options,
    )
    def check(data: Any, names: Any, designation: str, options: Any) -> None:
        written, correlations = _collected(data, names, designation, options)
        with np.printoptions(**options):
            assert written == original_csv(data, names, correlations)

    check()


def test_the_model_is_that_of_the_golden_cases() -> None:
    """A frame of two kinds of columns, in the form that the original left."""
    frame = pd.DataFrame({"a": [1, 2], "b": [0.1, None], "c": ['q"t', "l\nf"]})
    assert original_csv(frame, None, None) == 'a,b,c\r\n1,0.1,"q""t"\n2,,"l\nf"\n'
