"""Ids of rows that carry none say where they stand, and nothing else decides them."""

from __future__ import annotations

import re

from mdc_bridge.archive.identity import correlation_prefix, event_prefix, place_id, unit_id

PLACE = "sub/group/space/service/model/3/inputs/2019/06/01/data.csv"
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_an_id_is_that_of_its_place() -> None:
    """The same in every run and release: lines written earlier keep theirs."""
    assert place_id(PLACE, 2) == "f4dc1d93-3507-e093-3e16-000000000002"
    assert place_id(PLACE, 2).startswith(correlation_prefix(PLACE))


def test_ids_have_the_form_of_a_uuid() -> None:
    """Readers that check it are content, up to the last line of the longest file."""
    assert _FORM.fullmatch(place_id(PLACE, 1))
    assert _FORM.fullmatch(place_id(PLACE, 16**12 - 1))
    assert re.fullmatch(r"[0-9a-f]{32}", unit_id(PLACE))


def test_ids_differ_by_line_place_and_purpose() -> None:
    """No two things have the same id, names that are not UTF-8 included."""
    other = PLACE.replace("data", "d\udcff")
    ids = {place_id(PLACE, 1), place_id(PLACE, 2), place_id(other, 1), place_id(other, 2)}
    assert len(ids) == 4
    assert len({correlation_prefix(PLACE), event_prefix(PLACE), event_prefix(other)}) == 3
    assert len({unit_id(PLACE), unit_id(other)}) == 2
