"""Requests in all kinds of servers: outputs have id and rows of their own inputs, or none."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_core.testing import collecting
from tests.examples_of import examples
from tests.reliability.soak.families import FAMILIES
from tests.reliability.soak.traffic import INPUTS, OUTPUTS, Judgement, Model, Request

# Who hands both calls to others, collects the inputs of several requests first, or has rounds of a
# loop without inputs.
UNLINKED = {
    "one_loop_with_gaps",
    "two_at_once",
    "batch_of_inputs_first",
    "calls_in_a_pool",
    "calls_in_a_multiprocessing_pool",
    "calls_in_a_queue",
    "kinds_in_a_queue",
    "calls_in_an_executor",
    "flask_with_a_background_pool",
}
# Whose requests share a context, as far as they follow each other.
PARTLY = {"generators", "tasks_of_a_task", "mapped"}


@pytest.fixture(autouse=True)
def _refused_inputs_are_warned_of() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _judge(family: str, requests: list[Request], chance: random.Random) -> Judgement:
    judgement = Judgement()
    with collecting("modern") as collected:
        FAMILIES[family](Model(), requests, chance)
    judgement.add(collected, requests, family)
    return judgement


REQUESTS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(INPUTS),
        st.sampled_from(OUTPUTS),
        st.sampled_from([1, 2]),
    ),
    min_size=2,
    max_size=12,
).map(lambda kinds: [Request(number, *kind) for number, kind in enumerate(kinds, 1)])


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=examples(40))
@given(requests=REQUESTS, seed=st.integers(0, 9))
def test_no_output_has_anything_of_another_request(
    family: str, requests: list[Request], seed: int
) -> None:
    """Whatever is missing, refused or failing, neither an id nor a number of rows is another's."""
    judgement = _judge(family, requests, random.Random(seed))
    assert (judgement.wrong_ids, judgement.wrong_rows) == (0, 0)


@pytest.mark.parametrize("outputs", ["together", "row by row"])
@pytest.mark.parametrize("family", FAMILIES)
def test_outputs_of_orderly_requests_are_linked(family: str, outputs: str) -> None:
    """Where a request is one run of a function, or marked, all of its outputs have its id."""
    requests = [
        Request(number, 1 + number % 4, "collected", outputs, 1 + number % 2)
        for number in range(1, 25)
    ]
    judgement = _judge(family, requests, random.Random(1))
    assert judgement.outputs >= len(requests) // 2
    if family in UNLINKED:
        assert judgement.linked == 0
    elif family in PARTLY:
        assert 0 < judgement.linked <= judgement.linkable
    else:
        assert judgement.linked == judgement.linkable == judgement.outputs
