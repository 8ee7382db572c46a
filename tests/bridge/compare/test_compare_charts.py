"""Counts by hour, gathered into as many slots as a chart can show."""

from __future__ import annotations

import re

import pytest

from mdc_bridge.compare import Counts, Dataset, Report, Side, render_page
from mdc_bridge.compare.time_slots import MOST_SLOTS, slots_of


def _hours(*names: str) -> dict[str, Counts]:
    return {name: Counts(1, 1) for name in names}


@pytest.mark.parametrize(
    ("first", "last", "unit", "slots", "name"),
    [
        ("2026-11-20T22", "2026-11-21T03", "hour", 6, "20 Nov 2026 22:00 UTC"),
        ("2026-11-20T00", "2026-11-30T00", "day", 11, "20 Nov 2026"),
        ("2024-11-20T00", "2026-02-28T00", "month", 16, "Nov 2024"),
        ("1970-01-01T00", "2026-02-28T00", "year", 2, "1970"),
    ],
)
def test_units(first: str, last: str, unit: str, slots: int, name: str) -> None:
    """The finest unit that fits, with the gaps between, and nothing lost."""
    found_unit, found = slots_of(_hours(first, last))
    assert (found_unit, len(found), found[0].name) == (unit, slots, name)
    assert sum(slot.counts.left for slot in found) == 2
    assert len(found) <= MOST_SLOTS


def test_days_whose_hours_are_not_known() -> None:
    """They stand before the hours of their day."""
    _, found = slots_of(_hours("2026-11-20T23", "2026-11-21", "2026-11-21T01"))
    assert [slot.name for slot in found] == [
        "20 Nov 2026 23:00 UTC",
        "21 Nov 2026, hour unknown",
        "21 Nov 2026 00:00 UTC",
        "21 Nov 2026 01:00 UTC",
    ]
    assert slots_of({}) == ("hour", [])


def test_a_page_needs_no_lone_surrogate_or_control_character() -> None:
    """Whatever JSON can hold, the page is UTF-8 that every browser takes."""
    dataset = Dataset("e\ud800", "d\x00", "c\x1b[31m", "v", hours=_hours("2026-11-20T05"))
    page = render_page(Report(Side("l"), Side("r"), datasets=[dataset]))
    assert page.encode()
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", page)
    assert "e\\ud800 / d␀ / c␛[31m" in page
