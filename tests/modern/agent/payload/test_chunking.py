"""However bytes are cut on their way, they pass unchanged, and the same is logged."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_agent.metrics import AgentCounts
from mdc_agent.payload.exchange import Exchange
from mdc_agent.payload.memory import CopyMemory
from mdc_agent.payload.watcher import Watcher
from tests.examples_of import examples
from tests.modern.agent.payload.odd_exchanges import ALL_EXCHANGES
from tests.modern.agent.payload.payload_peers import SEE_END, Step, run_exchange, see, send

pytestmark = pytest.mark.newest_only

_NAMES = sorted(
    name
    for name, script in ALL_EXCHANGES.items()
    if all(step.what in ("send", "see", "close", "see_end") for step in script.client)
    and sum(len(step.data) for step in (*script.client, *script.server)) < 100_000
)


def _cut(data: bytes, cuts: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(bounds)]


def _recut(steps: list[Step], cuts: list[int]) -> list[Step]:
    recut: list[Step] = []
    for step in steps:
        recut += [send(piece) for piece in _cut(step.data, cuts)] if step.what == "send" else [step]
    return recut


@settings(max_examples=examples(60))
@given(
    name=st.sampled_from(_NAMES),
    client_cuts=st.lists(st.integers(0, 2000), max_size=5),
    server_cuts=st.lists(st.integers(0, 2000), max_size=5),
)
def test_pieces_pass_as_a_whole(name: str, client_cuts: list[int], server_cuts: list[int]) -> None:
    """Peers that send in other pieces see what they see in one."""
    script = ALL_EXCHANGES[name]
    without, _ = run_exchange(script.client, script.server, through=False)
    through, _ = run_exchange(
        _recut(list(script.client), client_cuts),
        _recut(list(script.server), server_cuts),
        through=True,
    )
    assert through == without


@settings(max_examples=examples(40))
@given(
    sent=st.binary(max_size=400),
    answered=st.binary(max_size=400),
    client_cuts=st.lists(st.integers(0, 400), max_size=4),
)
def test_any_bytes_pass(sent: bytes, answered: bytes, client_cuts: list[int]) -> None:
    """What is not HTTP at all passes too."""
    sent, answered = sent + b"<end>", answered + b"<end>"
    client = [*[send(piece) for piece in _cut(sent, client_cuts)], see(answered), Step("close")]
    server = [see(sent), send(answered), SEE_END]
    through, _ = run_exchange(client, server, through=True)
    assert (through.client.data, through.server.data) == (answered, sent)


def _facts(pieces: list[tuple[bool, bytes]]) -> list[tuple[object, ...]]:
    """Return what a watcher tells of these pieces: of the client, or of the server."""
    ended: list[Exchange] = []
    watcher = Watcher(
        ended.append, CopyMemory(1 << 30), 1 << 30, lambda method, target: False, AgentCounts()
    )
    for is_client, piece in pieces:
        (watcher.request_bytes if is_client else watcher.response_bytes)(piece)
    watcher.server_ended()
    watcher.close("closed")
    return [
        (
            each.method,
            each.target,
            each.status,
            each.broken,
            each.request.headers,
            b"".join(each.request.parts),
            each.response and (each.response.headers, b"".join(each.response.parts)),
        )
        for each in ended
    ]


@settings(max_examples=examples(200))
@given(name=st.sampled_from(_NAMES), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_what_is_logged_does_not_depend_on_pieces(name: str, cuts: list[int]) -> None:
    """The watcher tells the same of any pieces of the same bytes."""
    script = ALL_EXCHANGES[name]
    said = [step.data for step in script.client if step.what == "send"]
    answered = [step.data for step in script.server if step.what == "send"]
    whole = [(True, each) for each in said] + [(False, each) for each in answered]
    pieces = [(side, piece) for side, data in whole for piece in _cut(data, cuts)]
    assert _facts(pieces) == _facts(whole)
