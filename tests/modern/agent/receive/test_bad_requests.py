"""Bad requests have the right status, and do no harm; the soak sends 20,000 of them."""

from __future__ import annotations

from tests.modern.agent.receive.bad_requests import files_outside, send_bad_requests
from tests.modern.agent.running import Running


def test_bad_requests(agent: Running) -> None:
    """Whatever comes over a socket: a right status, no file elsewhere, good ones are stored."""
    assert send_bad_requests(agent, 400) == []
    assert files_outside(agent.out.parent) == []
    assert agent.receiver._room.taken == 0
