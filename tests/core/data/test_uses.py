"""Uses of a correlation id: the collections of a request agree on one, and each request has one."""

from __future__ import annotations

import threading
from contextvars import Context, copy_context
from typing import Any, Optional

from mdc_core.data.uses import Uses
from mdc_modern.contexts import BasicCorrelationContext

ID = "customer-17"


def _next(uses: Uses, collection: str, context: Any = None, identifier: str = ID) -> int:
    return uses.next(context, identifier, collection, False)


def _requests(uses: Uses, count: int, context: Optional[BasicCorrelationContext]) -> list[Any]:
    """Return the numbers of inputs and outputs of requests one after the other."""
    return [(_next(uses, "inputs", context), _next(uses, "outputs", context)) for _ in range(count)]


def test_one_object_for_each_request() -> None:
    """The object ties them, wherever the outputs are collected, and whatever comes between."""
    uses = Uses()
    contexts = [BasicCorrelationContext(ID) for _ in range(5)]
    inputs = [_next(uses, "inputs", context) for context in contexts]
    outputs = [Context().run(_next, uses, "outputs", context) for context in reversed(contexts)]
    assert inputs == [0, 1, 2, 3, 4]
    assert outputs == [4, 3, 2, 1, 0]


def test_one_object_for_all_requests() -> None:
    """It ties nothing any more; the thread does."""
    uses = Uses()
    constant = BasicCorrelationContext(ID)
    assert _requests(uses, 3, constant) == [(0, 0), (1, 1), (2, 2)]
    together = threading.Barrier(4, timeout=30)
    pairs: list[tuple[int, int]] = []

    def request() -> None:
        inputs = _next(uses, "inputs", constant)
        together.wait()
        pairs.append((inputs, _next(uses, "outputs", constant)))

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(inputs == outputs for inputs, outputs in pairs)
    assert {inputs for inputs, _ in pairs} == {3, 4, 5, 6}


def test_objects_made_anew_for_each_call() -> None:
    """Of the same id in the same thread, they are one request."""
    uses = Uses()
    assert _requests(uses, 3, None) == [(0, 0), (1, 1), (2, 2)]


def test_a_request_that_failed_is_no_drift() -> None:
    """Inputs without outputs, and outputs without inputs, do not part the requests after them."""
    uses = Uses()
    _next(uses, "inputs")
    _next(uses, "inputs")
    assert _requests(uses, 2, None) == [(2, 2), (3, 3)]
    _next(uses, "outputs")
    assert _requests(uses, 2, None) == [(4, 4), (5, 5)]


def test_collections_that_see_nothing_of_each_other_count_alike() -> None:
    """In processes, or contexts, of their own, the nth use is the same for both."""
    one, other = Uses(), Uses()
    assert [Context().run(_next, one, "inputs") for _ in range(5)] == [0, 1, 2, 3, 4]
    assert [Context().run(_next, other, "outputs") for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_copy_of_the_context_is_of_the_same_request() -> None:
    """Outputs in a task or thread that has the request's context have its use."""
    uses = Uses()
    for number in range(3):
        assert _next(uses, "inputs") == number
        assert copy_context().run(_next, uses, "outputs") == number


def test_ids_made_for_a_call_are_not_counted() -> None:
    """They are as many as there are requests; only an object that is used again counts on."""
    uses = Uses()
    for number in range(100):
        assert uses.next(BasicCorrelationContext(), str(number), "inputs", True) == 0
    constant = BasicCorrelationContext()
    assert uses.next(constant, constant.id, "inputs", True) == 0
    assert [_next(uses, "inputs", constant, constant.id) for _ in range(3)] == [1, 2, 3]


def test_what_is_kept_of_ids_is_bounded() -> None:
    """An id among a hundred thousand others is forgotten, one that comes back is not."""
    uses = Uses()
    for number in range(100_000):
        if number % 10_000 == 0:
            _next(uses, "inputs")
        _next(uses, "inputs", None, f"once-{number}")
    assert _next(uses, "inputs") == 10
    assert len(uses._young) + len(uses._old) <= 2 * 16_384
    assert _next(uses, "inputs", None, "once-1") == 0
