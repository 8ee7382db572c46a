"""Batches: in groups of any size, and with pauses anywhere, the same bytes in the same order."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import Event
from mdc_core.data.receipts import Receipts
from mdc_core.data.snapshot import ListSnapshot
from mdc_core.transport import batches
from mdc_core.transport.batches import BatchEncoder, Portion

MakeEvent = Callable[..., Event]
_ID = re.compile(rb'"id":"[^"]*"')


class _Hostile(Dict[str, int]):
    """A cell that cannot be formatted."""

    def values(self) -> Any:
        raise ZeroDivisionError


def _encoded(
    encoder: BatchEncoder, events: List[Event]
) -> Tuple[List[Tuple[Any, ...]], int, List[str]]:
    """Return what is appended where, how many events need nothing, and which failed."""
    receipts = Receipts(lambda events: None, lambda reason, events: None)
    failed: List[str] = []
    batch = encoder.encode(list(events), lambda event, error: failed.append(event.correlation_id))
    portions, without = batch.portions(receipts)
    return [_seen(portion) for portion in portions], without, failed


def _seen(portion: Portion) -> Tuple[Any, ...]:
    content = _ID.sub(b"", portion.content)  # new for each line
    return portion.place, content, portion.header, portion.events


@given(
    kinds=st.lists(st.sampled_from(["line", "both", "rows", "hostile"]), max_size=20),
    size=st.sampled_from([1, 2, 3, 16]),
)
def test_groups_change_nothing(
    make_parts: Any, event: MakeEvent, kinds: List[str], size: int
) -> None:
    """Contents, order, headers and counts are those of one group, also around events that fail."""
    events = []
    for number, kind in enumerate(kinds):
        made = event(number, csv=kind in ("both", "rows"))
        if kind == "rows":
            made = made._replace(stream=None)
        if kind == "hostile":
            made = made._replace(snapshot=ListSnapshot((_Hostile(a=1),)))
        events.append(made)
    _, place = make_parts()
    breaths: List[None] = []
    encoder = BatchEncoder(place, place, lambda: breaths.append(None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "GROUP_EVENTS", size)
        found = _encoded(encoder, events)
        patch.setattr(batches, "GROUP_EVENTS", 1000)
        assert found == _encoded(BatchEncoder(place, place), events)
    assert found[2] == [str(number) for number, kind in enumerate(kinds) if kind == "hostile"]
    assert len(breaths) >= len(events)


def test_the_list_is_emptied_while_it_is_encoded(place: Any, event: MakeEvent) -> None:
    """Memory is released group by group, not at once at the end."""
    count = 2 * batches.GROUP_EVENTS + 8
    events = [event(number) for number in range(count)]
    left: List[int] = []
    encoder = BatchEncoder(place, None, lambda: left.append(len(events)))
    encoder.encode(events, lambda event, error: None)
    assert not events
    assert {count - batches.GROUP_EVENTS, 0} <= set(left)
