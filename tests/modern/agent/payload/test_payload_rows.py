"""Payloads become lines of `model_inputs` and `model_outputs` by a setting."""

from __future__ import annotations

import gzip
import json
import socket
from typing import Any

import pytest

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.payload.settings import RowNames
from tests.modern.agent.payload.exchanges import plain, request, response
from tests.modern.agent.payload.payload_peers import (
    Agent,
    agent_before,
    follow,
    run_exchange,
    scripted_server,
)

pytestmark = pytest.mark.newest_only

MODEL = Deployment(
    "ep",
    "blue",
    (DeployedCollection("model_inputs", True), DeployedCollection("model_outputs", True)),
)
ALL = Deployment(
    "ep",
    "blue",
    (*MODEL.collections, DeployedCollection("request", True), DeployedCollection("response", True)),
)
INPUTS = Deployment("ep", "blue", MODEL.collections[:1])
NAMES = RowNames(("x", "y"), ("p",))
JSON = b"Content-Type: application/json\r\nx-request-id: r-1\r\n"
TABLE = b'{"data": [[1, 2], [3, 4]]}'


def exchange(
    sent: bytes, answered: bytes, deployment: Deployment = MODEL, rows: RowNames | None = NAMES
) -> Agent:
    """Return an agent that has logged an exchange."""
    script = plain(sent, answered)
    _, agent = run_exchange(
        script.client, script.server, through=True, deployment=deployment, rows=rows
    )
    assert agent is not None
    assert agent.server.memory.held == 0
    return agent


def rows_of(agent: Agent, collection: str) -> list[Any]:
    """Return the rows of each line of a collection."""
    return [json.loads(event.data) for event in agent.store.of(collection)]


def test_rows_of_an_exchange() -> None:
    """Both have the request's id and the names of the settings; nothing else is logged."""
    agent = exchange(request(JSON, TABLE), response(JSON, b"[0.5, 0.25]"))
    assert rows_of(agent, "model_inputs") == [[{"x": 1, "y": 2}, {"x": 3, "y": 4}]]
    assert rows_of(agent, "model_outputs") == [[{"p": 0.5}, {"p": 0.25}]]
    assert len(agent.store.events) == 2
    for event in agent.store.events:
        assert event.correlation_id == event.request_id == "r-1"
        assert event.content_range == f"bytes 0-{len(event.data) - 1}/{len(event.data)}"
        assert event.content_type == "application/json"
        assert event.attributes["agent"].startswith("mdc-agent/")
    assert agent.counts.read().lost == {}


def test_beside_payloads() -> None:
    """With all four collections on, an exchange is four lines of one id."""
    agent = exchange(request(JSON, TABLE), response(JSON, b"[1, 2]"), ALL)
    found = {event.collection: event.correlation_id for event in agent.store.events}
    names = ("request", "response", "model_inputs", "model_outputs")
    assert found == dict.fromkeys(names, "r-1")


def test_without_the_setting() -> None:
    """Custom collections are the SDK's alone."""
    agent = exchange(request(JSON, TABLE), response(JSON, b"[1, 2]"), ALL, rows=None)
    assert sorted(event.collection for event in agent.store.events) == ["request", "response"]


def test_a_collection_that_is_off() -> None:
    """Only what the deployment enables is made, or counted as lost."""
    agent = exchange(request(JSON, TABLE), response(JSON, b"good"), INPUTS)
    assert [event.collection for event in agent.store.events] == ["model_inputs"]
    assert agent.counts.read().lost == {}


@pytest.mark.parametrize(
    ("sent", "answered", "lost"),
    [
        (b"good morning", b"[1]", {("model_inputs", "not_json"): 1}),
        (TABLE, b'{"status": "ok", "all": [1]}', {("model_outputs", "unknown_form"): 1}),
        (b"[[1, 2, 3]]", b"[1]", {("model_inputs", "names_do_not_fit"): 1}),
        (b"?", b"[1, 2, 3]", {("model_inputs", "not_json"): 1}),
    ],
)
def test_what_is_no_rows_is_counted(
    sent: bytes, answered: bytes, lost: dict[tuple[str, str], int]
) -> None:
    """With its reason; the other side is stored all the same."""
    agent = exchange(request(JSON, sent), response(JSON, answered))
    assert agent.counts.read().lost == lost
    assert len(agent.store.events) == 1


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (request(JSON, TABLE), response(JSON, b"[1, 2]", b"HTTP/1.1 400 Bad Request")),
        (request(JSON, b"", b"GET /about HTTP/1.1"), response(JSON, b'{"name": "churn"}')),
    ],
    ids=["failure", "no body"],
)
def test_what_is_no_prediction(sent: bytes, answered: bytes) -> None:
    """Failures, and pages about the model, are neither inputs nor outputs."""
    agent = exchange(sent, answered)
    assert agent.store.of("model_inputs") == agent.store.of("model_outputs") == []
    assert agent.counts.read().lost == {}


def test_compressed_bodies() -> None:
    """They are decoded on the copy."""
    packed = gzip.compress(TABLE)
    agent = exchange(
        request(JSON + b"Content-Encoding: gzip\r\n", packed), response(JSON, b"[1, 2]")
    )
    assert rows_of(agent, "model_inputs") == [[{"x": 1, "y": 2}, {"x": 3, "y": 4}]]


def test_the_deployment_is_followed() -> None:
    """A collection that is switched on while it runs is made from then on."""
    script = plain(request(JSON, TABLE), response(JSON, b"[1, 2]"))
    off = Deployment("ep", "blue", ())
    with (
        scripted_server(script.server) as (address, _),
        agent_before(address, deployment=off, rows=NAMES) as agent,
    ):
        agent.call(lambda: agent.server.follow(MODEL))
        follow(socket.create_connection(agent.address), script.client)
        agent.close(grace_s=20)
    assert len(agent.store.events) == 2
