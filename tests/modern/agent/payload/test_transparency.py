"""What passes is what would pass without the agent, byte for byte and end for end."""

from __future__ import annotations

import pytest

from tests.modern.agent.payload.odd_exchanges import ALL_EXCHANGES
from tests.modern.agent.payload.payload_peers import run_exchange

pytestmark = pytest.mark.newest_only


def test_there_are_enough_exchanges() -> None:
    """The matrix is not emptied by accident."""
    assert len(ALL_EXCHANGES) >= 60


@pytest.mark.parametrize("name", ALL_EXCHANGES)
def test_bytes_and_ends_are_those_without_the_agent(name: str) -> None:
    """Both peers see the same with an agent between them, and it logs what there was."""
    script = ALL_EXCHANGES[name]
    without, _ = run_exchange(script.client, script.server, through=False)
    through, agent = run_exchange(script.client, script.server, through=True)
    assert through == without
    assert agent is not None
    if script.logged is not None:
        logged = len(agent.store.of("request")) + len(agent.store.of("failures"))
        assert (logged, agent.counts.read().lost) == (script.logged, agent.counts.read().lost)
    assert agent.server.memory.held == 0
