"""Which exchanges are logged, and under which id."""

from __future__ import annotations

import dataclasses
import json
import socket
import time

import pytest

from mdc_agent.deployment import DeployedCollection
from mdc_core.data.sampling import is_sampled
from tests.modern.agent.payload.exchanges import BODY, OK, plain, request, response
from tests.modern.agent.payload.payload_peers import (
    CLOSE,
    DEPLOYMENT,
    END_SENDING,
    SEE_END,
    Agent,
    agent_before,
    follow,
    run_exchange,
    see,
    send,
)

pytestmark = pytest.mark.newest_only


def exchange(sent: bytes, answered: bytes, **settings: object) -> Agent:
    script = plain(sent, answered)
    _, agent = run_exchange(script.client, script.server, through=True, **settings)
    assert agent is not None
    assert agent.server.memory.held == 0
    return agent


def stored(agent: Agent) -> list[str]:
    return [event.collection for event in agent.store.events]


def test_the_id_is_the_requests_else_the_responses_else_a_new_one() -> None:
    """Both lines have one id, wherever it comes from."""
    cases = [
        (b"X-Request-Id: asked\r\n", b"x-request-id: answered\r\n", "asked"),
        (b"", b"X-REQUEST-ID: answered\r\n", "answered"),
        (b"X-Request-Id:\r\n", b"", None),
        ("X-Request-Id: café\r\n".encode(), b"", "café"),
        (b"X-Request-Id: caf\xe9\r\n", b"", "café"),
        (b"X-Request-Id: one\r\nx-request-id: two\r\n", b"", "one,two"),
    ]
    for head, answer_head, expected in cases:
        events = exchange(request(head), response(answer_head)).store.events
        identifiers = {event.correlation_id for event in events}
        assert len(events) == 2
        assert len(identifiers) == 1
        identifier = identifiers.pop()
        assert identifier == expected if expected else len(identifier) == 36


def test_an_id_is_injected_where_the_setting_allows_it() -> None:
    """The server gets an id that the lines have, and all other bytes as they came."""
    for without_value in (b"", b"X-Request-ID:\r\n", b"x-request-id: \t\r\nX-Request-Id:\r\n"):
        sent = request(b"A: b\r\n" + without_value + b"C: d\r\n")
        outcome, agent = run_exchange(
            [send(sent[:7]), send(sent[7:]), see(OK), CLOSE],
            [see(BODY), send(OK), SEE_END],
            through=True,
            injects_request_id=True,
        )
        assert agent is not None
        identifier = agent.store.events[0].correlation_id
        added = b"x-request-id: %s\r\n" % identifier.encode()
        assert outcome.server.data.count(added) == 1
        assert outcome.server.data.replace(added, b"") == request(b"A: b\r\nC: d\r\n")


def test_an_id_beside_an_empty_one_is_passed_on() -> None:
    """Where one of several headers has a value, nothing is changed: servers make one of them."""
    sent = request(b"X-Request-ID:\r\nx-request-id: a\r\n")
    script = plain(sent, response())
    outcome, agent = run_exchange(
        script.client, script.server, through=True, injects_request_id=True
    )
    assert agent is not None
    assert outcome.server.data == sent
    assert {event.correlation_id for event in agent.store.events} == {",a"}


@pytest.mark.parametrize(
    "sent",
    [
        request(b"X-REQUEST-id: mine\r\n"),
        b"POST / HTTP/1.1\nContent-Length: 0\n\n",
        b"not HTTP at all\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nunfinished",
    ],
    ids=["has_one", "bare_line_ends", "no_http", "large_head", "unfinished"],
)
def test_nothing_is_injected_into_other_requests(sent: bytes) -> None:
    """What has an id, or cannot be told, passes as it is."""
    outcome, _ = run_exchange(
        [send(sent), END_SENDING, SEE_END],
        [SEE_END, send(OK)],
        through=True,
        injects_request_id=True,
    )
    assert outcome.server.data == sent


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_sampling_is_that_of_the_sdk(rate: float) -> None:
    """A request is kept where the SDK keeps inputs and outputs of its id, with its response."""
    deployment = dataclasses.replace(DEPLOYMENT, sampling_rate=rate)
    names = [f"request-{number}" for number in range(30)]
    client, server = [], []
    for name in names:
        client += [send(request(b"x-request-id: %s\r\n" % name.encode())), see(OK)]
        server += [see(BODY), send(OK)]
    _, agent = run_exchange(
        [*client, CLOSE], [*server, SEE_END], through=True, deployment=deployment
    )
    assert agent is not None
    kept = [name for name in names if is_sampled(name, rate * 100)]
    assert [event.request_id for event in agent.store.of("request")] == kept
    assert [event.request_id for event in agent.store.of("response")] == kept


@pytest.mark.parametrize("keeps", [True, False])
def test_failures_are_kept_apart(keeps: bool) -> None:
    """They have a collection of their own, with status and latency, sampled or not."""
    deployment = dataclasses.replace(DEPLOYMENT, sampling_rate=0.0 if keeps else 1.0)
    agent = exchange(
        request(b"x-tenant: a\r\n"),
        response(line=b"HTTP/1.1 422 No", body=b"wrong"),
        deployment=deployment,
        keeps_failures=keeps,
    )
    if not keeps:
        assert stored(agent) == ["request", "response"]
        return
    (event,) = agent.store.events
    (row,) = json.loads(event.data)
    assert event.collection == "failures"
    assert event.attributes == {"path": "/score", "method": "POST", "xtenant": "a"}
    assert 0 <= row.pop("latency_ms") < 20_000
    assert row == {
        "status": 422,
        "reason": "status",
        "request": json.loads(BODY),
        "response": "wrong",
    }


@pytest.mark.parametrize(
    ("server", "status", "reason"),
    [
        ([see(BODY), CLOSE], None, "upstream_hung_up"),
        ([see(BODY), send(OK[:-1]), CLOSE], 200, "upstream_hung_up"),
        ([see(BODY), send(b"HTTP/1.1 100 Continue\r\n\r\n"), CLOSE], None, "upstream_hung_up"),
    ],
    ids=["no_answer", "cut", "interim_only"],
)
def test_hang_ups_of_the_server_are_failures(
    server: list[object], status: int | None, reason: str
) -> None:
    """What was not answered to its end is kept as such."""
    _, agent = run_exchange([send(request()), SEE_END], server, through=True)
    assert agent is not None
    (row,) = json.loads(agent.store.of("failures")[0].data)
    assert (row["status"], row["reason"]) == (status, reason)


def test_hang_ups_of_the_client_are_failures() -> None:
    """A client that leaves before the answer is one, too."""
    _, agent = run_exchange([send(request()), CLOSE], [see(BODY), SEE_END, CLOSE], through=True)
    assert agent is not None
    (row,) = json.loads(agent.store.of("failures")[0].data)
    assert (row["status"], row["reason"]) == (None, "client_hung_up")


def test_slow_exchanges_are_kept() -> None:
    """They are where their time passes a bound, whatever is sampled."""
    deployment = dataclasses.replace(DEPLOYMENT, sampling_rate=0.0)
    for bound, expected in ((0.0, ["request", "response"]), (60.0, [])):
        agent = exchange(request(), OK, deployment=deployment, slower_than_s=bound)
        assert stored(agent) == expected


def test_probes_are_not_logged() -> None:
    """Those of the usual paths are not, failures included; other methods and paths are."""
    for line, expected in (
        (b"GET /health?x HTTP/1.1", 0),
        (b"HEAD / HTTP/1.1", 0),
        (b"POST / HTTP/1.1", 2),
        (b"GET /score HTTP/1.1", 2),
    ):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        assert len(exchange(request(line=line, body=b""), answer).store.events) == expected
    failed = exchange(
        request(line=b"GET /ready HTTP/1.1", body=b""), response(line=b"HTTP/1.1 503 Not Yet")
    )
    assert not failed.store.events


@pytest.mark.parametrize("names", [("request",), ("response",), ("REQUEST", "model_inputs"), ()])
def test_the_deployment_says_which_are_logged(names: tuple[str, ...]) -> None:
    """A collection that is not enabled has no lines; with neither there are no failures."""
    collections = tuple(DeployedCollection(name, True) for name in names)
    deployment = dataclasses.replace(
        DEPLOYMENT, collections=(*collections, DeployedCollection("response", not names and False))
    )
    if "response" in names:
        deployment = dataclasses.replace(DEPLOYMENT, collections=collections)
    agent = exchange(request(), OK, deployment=deployment)
    assert stored(agent) == [name.lower() for name in names if name != "model_inputs"]
    failed = exchange(request(), response(line=b"HTTP/1.1 500 No"), deployment=deployment)
    assert stored(failed) == (["failures"] if names else [])


def test_a_deployment_that_changes_is_followed() -> None:
    """Connections stay, and what comes next goes by the new one."""
    with agent_before(("127.0.0.1", 1)) as agent:
        off = dataclasses.replace(DEPLOYMENT, collections=())
        agent.call(lambda: agent.server.follow(off))
        assert not agent.server.keeper.is_on


def test_an_absent_server_is_a_reset() -> None:
    """Nobody answers for a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    with agent_before(address) as agent:
        for _ in range(3):
            client = socket.create_connection(agent.address)
            seen = follow(client, [send(request()), SEE_END])
            assert (seen.data, seen.end) == (b"", "reset")
        deadline = time.monotonic() + 20
        while agent.counts.read().lost.get(("connection", "upstream_unreachable"), 0) < 3:
            assert time.monotonic() < deadline
