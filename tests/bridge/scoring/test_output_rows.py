"""Outputs that carry the id of other inputs are known by it, in each form of `add_correlations`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.scoring.output_rows import carries_another_id
from mdc_core.data.snapshot import snapshot_array, snapshot_list
from mdc_core.testing import collecting

FORMS = {
    "list": [0.5],
    "1-D numbers": np.array([0.5]),
    "1-D texts": np.array(["yes"]),
    "1-D objects": np.array([0.5], dtype=object),
    "2-D numbers": np.array([[0.5, 1.5]]),
}


@pytest.mark.parametrize("form", FORMS)
def test_ids_that_outputs_carry(form: str) -> None:
    """Theirs is not another; without one there is none."""
    plain: Any = FORMS[form]
    with collecting():
        correlations = ModelDataCollector("m", "inputs", ["x"]).collect([1])
        carried = ModelDataCollector("m", "predictions", ["p"]).add_correlations(
            plain, correlations
        )
    own = str(correlations["$aml_dc_correlation_id"])
    take = snapshot_list if isinstance(carried, list) else snapshot_array
    assert not carries_another_id(take(carried)[0], own)
    assert carries_another_id(take(carried)[0], "another")
    assert not carries_another_id(take(plain)[0], "another")
