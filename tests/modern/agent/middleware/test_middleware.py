"""The payload log inside WSGI and ASGI applications, which stay as they were."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.middleware import AsgiPayloads, ProcessLog, WsgiPayloads
from mdc_agent.payload import PayloadSettings
from mdc_agent.stored_event import StoredEvent
from mdc_core.http_request import current_request_id
from mdc_core.testing import collecting

pytestmark = pytest.mark.newest_only

DEPLOYMENT = Deployment(
    "ep",
    "blue",
    (DeployedCollection("request", True), DeployedCollection("response", True)),
    capture_headers=("x-tenant",),
)


class ListStore:
    """Keeps events in a list."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []

    def accept_then(self, event: StoredEvent, done: Callable[[Exception | None], None]) -> None:
        self.events.append(event)
        done(None)

    def close(self, timeout: float) -> None:
        pass


class Log:
    """A log that can be looked at."""

    def __init__(self, **settings: Any) -> None:
        self._store = ListStore()
        self.log = ProcessLog(DEPLOYMENT, PayloadSettings(**settings), lambda: self._store)

    def lines(self) -> dict[str, StoredEvent]:
        self.log.close()
        assert self.log.memory.held == 0
        events, self._store.events = self._store.events, []
        return {event.collection: event for event in events}


@pytest.fixture
def log() -> Iterator[Log]:
    made = Log()
    yield made
    made.log.close()


def score_app() -> flask.Flask:
    app = flask.Flask("score")

    @app.route("/score", methods=["GET", "POST", "HEAD"])
    def score() -> Any:
        rows = flask.request.get_json(silent=True)
        if rows == "fail":
            raise RuntimeError("no score")
        if rows == "stream":
            return flask.Response((b"part %d\n" % part for part in range(3)), mimetype="text/plain")
        if rows == "own id":
            return flask.jsonify(1), 200, {"X-Request-Id": "of the response"}
        if rows == "refuse":
            return "wrong rows", 422
        return flask.jsonify(rows)

    @app.get("/health")
    def health() -> str:
        return "well"

    @app.get("/file")
    def file() -> Any:
        return flask.send_file(io.BytesIO(b"\x00\x01" * 100), mimetype="application/octet-stream")

    return app


def client_of(log: Log, app: flask.Flask | None = None) -> Any:
    app = score_app() if app is None else app
    app.wsgi_app = WsgiPayloads(app.wsgi_app, log.log)  # type: ignore[method-assign]
    return app.test_client()


def test_flask_requests_become_lines(log: Log) -> None:
    """As behind the splice: data, path, method, headers, one id."""
    answer = client_of(log).post(
        "/score?a=1&sig=x", json=[[1, 2]], headers={"X-Request-Id": "r-1", "X-Tenant": "t"}
    )
    assert answer.get_json() == [[1, 2]]
    lines = log.lines()
    sent, answered = lines["request"], lines["response"]
    assert json.loads(sent.data) == json.loads(answered.data) == [[1, 2]]
    assert sent.attributes == {"path": "/score?a=1&sig=***", "method": "POST", "xtenant": "t"}
    assert sent.content_range == f"bytes 0-{len(sent.data) - 1}/{len(sent.data)}"
    assert {sent.correlation_id, answered.correlation_id, sent.request_id} == {"r-1"}


def test_streams_are_whole(log: Log) -> None:
    """Parts that are yielded one after the other are one body, and keep to their pace."""
    answer = client_of(log).post("/score", json="stream")
    parts = answer.iter_encoded()
    assert next(parts) == b"part 0\n"
    assert list(parts) == [b"part 1\n", b"part 2\n"]
    answer.close()
    assert log.lines()["response"].data == b'"part 0\\npart 1\\npart 2\\n"'


def test_a_client_that_leaves_a_stream_is_a_failure(log: Log) -> None:
    """What was handed on until then is kept."""
    answer = client_of(log).post("/score", json="stream")
    next(answer.iter_encoded())
    answer.close()
    (row,) = json.loads(log.lines()["failures"].data)
    assert (row["reason"], row["response"]) == ("client_hung_up", "part 0\n")


@pytest.mark.parametrize(
    ("body", "reason", "status"), [("fail", "status", 500), ("refuse", "status", 422)]
)
def test_failures_are_kept_apart(log: Log, body: str, reason: str, status: int) -> None:
    """Flask's answers to its own errors included."""
    assert client_of(log).post("/score", json=body, buffered=True).status_code == status
    (row,) = json.loads(log.lines()["failures"].data)
    assert (row["status"], row["reason"], row["request"]) == (status, reason, body)


def test_errors_of_the_application_pass(log: Log) -> None:
    """An application that raises is a failure, and raises as before."""

    def app(environ: Any, start_response: Any) -> Any:
        raise ValueError("mine")

    wrapped = WsgiPayloads(app, log.log)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x", "wsgi.input": io.BytesIO()}
    with pytest.raises(ValueError, match="mine"):
        wrapped(environ, lambda *_: None)
    (row,) = json.loads(log.lines()["failures"].data)
    assert (row["status"], row["reason"]) == (None, "app_failed")


def test_what_is_not_read_is_counted(log: Log) -> None:
    """A body that the application did not read is not there to be logged; the answer is."""
    app = flask.Flask("blind")
    app.add_url_rule("/score", view_func=lambda: "seen", methods=["POST"])
    assert client_of(log, app).post("/score", data=b"x" * 100).data == b"seen"
    assert set(log.lines()) == {"response"}
    assert log.log.counts.read().lost == {("request", "body_not_read"): 1}


def test_probes_and_heads(log: Log) -> None:
    """Probes are not logged; what a HEAD is answered has no body."""
    client = client_of(log)
    assert client.get("/health").data == b"well"
    assert log.lines() == {}
    assert client.head("/score", buffered=True).status_code == 200
    assert log.lines()["response"].data == b'""'


def test_inputs_and_outputs_join(log: Log) -> None:
    """What the script collects has the id of the payload's lines, whoever made it."""
    with collecting("modern") as collected:
        app = flask.Flask("score")
        inputs = Collector(name="model_inputs")

        @app.post("/score")
        def score() -> str:
            if flask.request.get_json() == "server's":
                flask.g.request_id = "of the server"
            inputs.collect(pd.DataFrame({"x": [1]}))
            answer = flask.Response("ok")
            if flask.request.get_json() == "server's":
                answer.headers["x-request-id"] = "of the server"
            return answer  # type: ignore[return-value]

        client = client_of(log, app)
        seen = []
        for body, headers in (
            ("client's", {"x-request-id": "of the client"}),
            ("server's", {}),
            ("nobody's", {}),
        ):
            client.post("/score", json=body, headers=headers, buffered=True)
            lines = log.lines()
            assert lines["request"].request_id == lines["response"].request_id
            seen.append(lines["request"].request_id)
    assert seen[:2] == ["of the client", "of the server"]
    assert [line["xrequestid"] for line in collected.lines("model_inputs")] == seen


@pytest.mark.parametrize("answer", [[b"a", b"b"], (b"ab",)])
def test_lists_are_handed_on_as_they_are(log: Log, answer: Any) -> None:
    """Servers look at their length."""

    def app(environ: Any, start_response: Any) -> Any:
        assert environ["wsgi.input"].readline() == b"x\n"
        assert list(environ["wsgi.input"]) == [b"y\n"]
        start_response("200 OK", [])
        return answer

    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/ä", "wsgi.input": io.BytesIO(b"x\ny\n")}
    assert WsgiPayloads(app, log.log)(environ, lambda *_: None) is answer
    lines = log.lines()
    assert (lines["request"].data, lines["response"].data) == (b'"x\\ny\\n"', b'"ab"')
    assert lines["request"].attributes["path"] == "/%E4"


def run_asgi(app: Any, body: list[bytes], headers: Any = (), path: str = "/score") -> list[Any]:
    sent: list[Any] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": part is not body[-1]} for part in body
    ] + [{"type": "http.disconnect"}]

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"a=1",
        "headers": [(b"content-length", b"%d" % len(b"".join(body))), *headers],
    }
    asyncio.run(app(scope, receive, send))
    return sent


def echo(pieces: int = 1, status: int = 200, fails: bool = False, waits: bool = False) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        await send({"type": "http.response.start", "status": status, "headers": []})
        if fails:
            raise ValueError("mine")
        if waits:
            await receive()
            return
        identifier = (current_request_id() or "").encode()
        for _ in range(pieces):
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": identifier})

    return app


def test_asgi_requests_become_lines(log: Log) -> None:
    """In however many pieces they come, and the events as they were."""
    app = AsgiPayloads(echo(2), log.log)
    sent = run_asgi(app, [b"[1,", b"2]"], [(b"x-request-id", b"r-1"), (b"x-tenant", b"t")])
    assert [event.get("body") for event in sent] == [None, b"[1,2]", b"[1,2]", b"r-1"]
    lines = log.lines()
    assert lines["request"].data == b"[1,2]"
    assert lines["request"].attributes == {"path": "/score?a=1", "method": "POST", "xtenant": "t"}
    assert lines["response"].data == b'"[1,2][1,2]r-1"'
    assert lines["response"].request_id == "r-1"


def test_asgi_failures(log: Log) -> None:
    """Statuses, errors and clients that are gone."""
    for app, reason in (
        (echo(status=500), "status"),
        (echo(waits=True), "client_hung_up"),
    ):
        run_asgi(AsgiPayloads(app, log.log), [b"1"])
        assert json.loads(log.lines()["failures"].data)[0]["reason"] == reason
    with pytest.raises(ValueError, match="mine"):
        run_asgi(AsgiPayloads(echo(fails=True), log.log), [b"1"])
    assert json.loads(log.lines()["failures"].data)[0]["reason"] == "app_failed"


def test_asgi_passes_what_is_no_request(log: Log) -> None:
    """Lifespan and websockets are the application's alone."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["type"], receive, send))

    asyncio.run(AsgiPayloads(app, log.log)({"type": "lifespan"}, 1, 2))  # type: ignore[arg-type]
    assert seen == [("lifespan", 1, 2)]
    run_asgi(AsgiPayloads(echo(), log.log), [b"1"], path="/health")
    assert set(log.lines()) == {"request", "response"}


def test_memory_is_bounded() -> None:
    """What does not fit is counted, and passes."""
    log = Log(body_bytes=1000)
    client = client_of(log)
    assert client.post("/score", json="x" * 2000).get_json() == "x" * 2000
    assert log.lines() == {}
    assert log.log.counts.read().lost == {
        ("request", "body_too_large"): 1,
        ("response", "body_too_large"): 1,
    }
