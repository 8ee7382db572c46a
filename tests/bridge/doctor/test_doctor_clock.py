"""A wrong clock is recognized."""

from __future__ import annotations

import pytest

from mdc_bridge.doctor.clock import check_clock, check_offset


@pytest.mark.parametrize(("seconds", "status"), [(0.0, "fail"), (1.8e9, "ok"), (5e9, "fail")])
def test_year(seconds: float, status: str) -> None:
    assert check_clock(seconds).status.value == status


@pytest.mark.parametrize(
    ("offset", "status", "text"),
    [
        (0.4, "ok", "agrees with that of the account within 1 s"),
        (-59.0, "ok", "within 60 s"),
        (90.0, "warn", "90 s ahead of that of the account"),
        (-3600.0, "fail", "3600 s behind that of the account; requests signed with a key"),
    ],
)
def test_offset(offset: float, status: str, text: str) -> None:
    check = check_offset("the account", offset)
    assert check.status.value == status
    assert text in check.found
