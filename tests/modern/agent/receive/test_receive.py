"""Events that arrive become the documented lines; each kind of request has its status."""

from __future__ import annotations

import gc
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdc_agent.receive.connections import Connection
from tests.modern.agent.running import Running

Run = Callable[..., Running]


def test_an_event(agent: Running) -> None:
    """Every header has its place in the line."""
    status, _ = agent.post(
        b'[{"a":1,"b":"\\u00e9"}]',
        trace_id="e1",
        ce_time="1700000000",
        ce_collect_data_type="pandas.DataFrame",
        ce_agent="azureml-ai-monitoring/1.0.0",
        ce_x_request_id="c1",
        ce_model_version="7",
        ce_x_tenant="t",
        ce_id="no field is replaced",
    )
    assert status == 200
    (line,) = agent.lines()
    assert {key: line[key] for key in line if key not in ("source", "specversion")} == {
        "id": "e1",
        "type": "azureml.inference.model_inputs",
        "datacontenttype": "application/json",
        "time": "2023-11-14T22:13:20Z",
        "data": [{"a": 1, "b": "é"}],
        "contentrange": "bytes 0-21/22",
        "correlationid": "c1",
        "xrequestid": "c1",
        "modelversion": "7",
        "collectdatatype": "pandas.DataFrame",
        "agent": "azureml-ai-monitoring/1.0.0",
        "xtenant": "t",
    }


def test_without_ids(agent: Running) -> None:
    """Plain curl gives no ids and another content type: the event is stored, and joins nothing."""
    assert agent.post(Content_Type="application/x-www-form-urlencoded")[0] == 200
    (line,) = agent.lines()
    assert line["id"] == line["correlationid"] != ""
    assert line["datacontenttype"] == "application/json"


@pytest.mark.parametrize("header", ["ce_x_request_id", "ce_mdc_request_id"])
def test_an_id_that_a_client_of_the_scoring_server_chose(agent: Running, header: str) -> None:
    """However long its `x-request-id` is, its inputs and outputs are stored under it."""
    given = "r" * 8000
    assert agent.post(**{header: given})[0] == 200  # type: ignore[arg-type]
    (line,) = agent.lines()
    assert line["xrequestid"] == given


def test_compact(agent: Running) -> None:
    """The text of a frame is stored as text; bytes that are none as a file beside."""
    compact = "application/octet-stream"
    assert agent.post(b"   a\n0  1", trace_id="1", Content_Type=compact)[0] == 200
    assert agent.post(b"\xff\xfe", trace_id="2", Content_Type=compact)[0] == 200
    text, binary = agent.lines()
    assert (text["data"], text["datacontenttype"]) == ("   a\n0  1", compact)
    assert text["contentrange"] == "bytes 0-8/9"
    assert binary["datainblob"] == "true"
    assert Path(binary["data"][len("file://") :]).read_bytes() == b"\xff\xfe"


def test_a_repeated_id(agent: Running) -> None:
    """Every repeat is answered 200, and stored once."""
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(agent.post(trace_id="1")[0]))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 16
    assert len(agent.lines()) == 1
    assert agent.counts.read().repeated == {"model_inputs": 15}


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"collection": "off"}, 403, "disabled"),
        ({"collection": "unknown"}, 403, "disabled"),
        ({"ce_type": "other.model_inputs"}, 400, "bad_type"),
        ({"collection": ""}, 400, "bad_type"),
        ({"collection": "x" * 300}, 400, "bad_type"),
        ({"collection": "../../../etc"}, 403, "disabled"),
        ({"ce_time": "yesterday"}, 400, "bad_time"),
        ({"ce_time": "-1"}, 400, "bad_time"),
        ({"ce_time": "9" * 12}, 400, "bad_time"),
        ({"trace_id": "x" * 1000}, 400, "long_id"),
        ({"body": b""}, 400, "not_json"),
        ({"body": b'[{"a":NaN}]'}, 400, "not_json"),
        ({"body": b'["\xff"]'}, 400, "not_json"),
        ({"body": b'[{"a":1}]\n[{"a":2}]'}, 400, "not_json"),
        ({"body": b"[" * 100_000}, 400, "not_json"),
        ({"body": b"\x1f\x8b", "Content_Encoding": "gzip"}, 415, "encoded"),
        ({"Expect": "the unexpected"}, 417, "expect"),
        ({"Origin": "http://evil.example"}, 403, "origin"),
        ({"Host": "evil.example"}, 403, "host"),
        ({"Host": "127.0.0.1.evil.example:50011"}, 403, "host"),
        ({"ce_large": "x" * 60_000, "ce_larger": "y" * 60_000}, 431, "large_headers"),
    ],
)
def test_refused(agent: Running, change: dict[str, str], status: int, reason: str) -> None:
    """What is wrong has its status and is counted by its reason; nothing is stored."""
    found, text = agent.post(**change)  # type: ignore[arg-type]
    assert (found, json.loads(text)["reason"]) == (status, reason)
    assert sum(agent.lost().values()) == 1
    assert [key[1] for key in agent.lost()] == [reason]
    assert agent.lines() == []


def test_other_paths(agent: Running) -> None:
    """Health, readiness and metrics are there; other methods and paths are not."""
    assert agent.request("GET", "/health") == (200, "ok\n")
    assert agent.request("GET", "/ready") == (200, "ready\n")
    assert agent.request("GET", "/modeldata/log")[0] == 405
    assert agent.request("POST", "/health")[0] == 405
    assert agent.request("GET", "/etc/passwd")[0] == 404
    agent.post()
    text = agent.request("GET", "/metrics")[1]
    assert 'mdc_agent_events_total{type="model_inputs"} 1.0' in text
    assert 'mdc_agent_errors_total{reason="path",type="other"} 1.0' in text
    for name in ("spool_bytes", "oldest_undelivered_seconds", "queue_events", "destination_up"):
        assert f"mdc_agent_{name}{{destination=" in text


def test_token(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """With a token, who has it may send under any name of the host; it is shown nowhere."""
    agent = run(token="s3cret-t0ken")
    host = "agent.example"
    for given in ("", "Bearer wrong", "Basic s3cret-t0ken", "Bearer s3cret-t0ken2"):
        assert agent.post(Host=host, Authorization=given)[0] == 401
    assert agent.request("GET", "/metrics")[0] == 401
    assert agent.request("GET", "/health", headers={"Host": host})[0] == 200
    right = {"Authorization": "Bearer s3cret-t0ken", "Host": host}
    assert agent.post(**right)[0] == 200
    text = agent.request("GET", "/metrics", headers=right)[1]
    shown = text + caplog.text + json.dumps(agent.lines())
    assert "s3cret" not in shown


def test_too_large(run: Run) -> None:
    """A body beyond the bound is refused, told or not, before it is read."""
    agent = run(max_event_bytes=1000)
    assert agent.post(b"[" + b"1," * 500 + b"1]")[0] == 413
    head = (
        b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\n"
        b"ce-type: azureml.inference.model_inputs\r\n"
    )
    told = agent.raw(head + b"Content-Length: 99999999999\r\n\r\n[1")
    assert told.startswith(b"HTTP/1.1 413")
    chunked = b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"1" * 1024 + b"\r\n"
    assert agent.raw(head + chunked).startswith(b"HTTP/1.1 413")


def test_expect(agent: Running) -> None:
    """A client that waits for a word before it sends gets it."""
    with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as client:
        client.sendall(
            b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 3\r\n\r\n"
        )
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"[1]")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_slow(run: Run) -> None:
    """A body that does not come is given up, and takes no memory then."""
    agent = run(body_seconds=0.2)
    with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as client:
        client.sendall(
            b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\n"
            b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 3\r\n\r\n["
        )
        assert client.recv(1000).startswith(b"HTTP/1.1 408")
    assert agent.receiver._room.taken == 0
    assert agent.lost() == {("model_inputs", "slow"): 1}


@pytest.mark.parametrize("size", [b"Content-Length: 9", b"Transfer-Encoding: chunked"])
def test_a_client_that_goes(run: Run, size: bytes) -> None:
    """A body that ends in the middle is the client's doing, and takes no memory then."""
    agent = run()
    with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as client:
        client.sendall(
            b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"ce-type: azureml.inference.model_inputs\r\n%s\r\n\r\n" % size
        )
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"3\r\n[1")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until = time.monotonic() + 20
    while not agent.lost() and time.monotonic() < until:
        time.sleep(0.01)
    assert agent.lost() == {("model_inputs", "client_hung_up"): 1}
    assert agent.receiver._room.taken == 0


def test_full(run: Run) -> None:
    """Without room the answer is 503 with Retry-After, at once."""
    agent = run()
    lane = agent.store._routes._routes["model_inputs"].lane._appender
    lane._destination.is_full = lambda size: True  # type: ignore[method-assign]
    status, text = agent.post(trace_id="1")
    assert (status, json.loads(text)["reason"]) == (503, "spool_full")
    answer = agent.raw(
        b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 3\r\n\r\n[1]"
    )
    assert b"503" in answer.partition(b"\r\n")[0]
    assert b"Retry-After: 1" in answer
    assert agent.request("GET", "/ready")[0] == 503
    with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as client:
        client.sendall(
            b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 50000000\r\n\r\n"
        )
        assert client.recv(1000).startswith(b"HTTP/1.1 503")  # before the body is sent
    del lane._destination.is_full  # type: ignore[attr-defined]
    deadline = time.monotonic() + 20
    while agent.post(trace_id="1")[0] != 200:
        assert time.monotonic() < deadline
    assert [line["id"] for line in agent.lines()] == ["1"]


def test_bytes_of_all_bodies_are_bounded(run: Run) -> None:
    """What many clients send at once is bounded; who comes too late gets a `Retry-After`."""
    agent = run(receive_bytes=1_000_000, body_seconds=20.0)
    head = (
        b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\n"
        b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 900002\r\n\r\n["
    )
    part = head + b" " * 600_000
    with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as slow:
        slow.sendall(part)
        deadline = time.monotonic() + 20
        while agent.receiver._room.taken < 600_000:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with socket.create_connection(("127.0.0.1", agent.port), timeout=20) as late:
            late.sendall(part)
            assert late.recv(1000).startswith(b"HTTP/1.1 503")
        slow.sendall(b" " * 300_000 + b"]")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")


def test_header_bytes(agent: Running) -> None:
    """Latin-1 and UTF-8 are both read; what is left is visible, and the line is JSON."""
    head = (
        b"POST /modeldata/log HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"ce-type: azureml.inference.model_inputs\r\nContent-Length: 3\r\n"
    )
    for at, value in enumerate((b"caf\xe9", "café".encode(), b'"\\\t<>&', b"\xf0\x9f\x98\x80")):
        sent = head + b"ce-x: " + value + b"\r\ntrace-id: %d\r\n\r\n[1]" % at
        assert agent.raw(sent).startswith(b"HTTP/1.1 200")
    assert [line["x"] for line in agent.lines()] == ["café", "café", '"\\\t<>&', "😀"]


def test_a_stalled_disk(run: Run) -> None:
    """While the disk hangs, a bounded number of events waits, the rest is refused at once."""
    agent = run(store={"waiting_bytes": 20_000})
    destination = agent.store._routes._routes["model_inputs"].lane._appender._destination
    append, goes_on = destination.append_lines, threading.Event()

    def stalled(*given: Any) -> None:
        goes_on.wait(60)
        append(*given)

    destination.append_lines = stalled  # type: ignore[method-assign]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(agent.post(b'["' + b"x" * 1000 + b'"]')[0]))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while len(answers) < 13:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert set(answers) == {503}
    assert agent.request("GET", "/health")[0] == 200
    goes_on.set()
    for thread in threads:
        thread.join()
    assert answers.count(200) == len(agent.lines()) == 20 - answers.count(503) >= 6


def test_a_destination_that_comes_back(run: Run, tmp_path: Path) -> None:
    """A folder that cannot be made: not ready, 503; when it can, all goes on without a restart."""
    (tmp_path / "out").write_text("in the way")
    agent = run()
    assert agent.post(trace_id="1")[0] == 503
    assert agent.request("GET", "/ready")[0] == 503
    (tmp_path / "out").unlink()
    deadline = time.monotonic() + 20
    while agent.request("GET", "/ready")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert agent.post(trace_id="1")[0] == 200
    assert [line["id"] for line in agent.lines()] == ["1"]


def test_bad_requests_leave_no_connections_behind(agent: Running) -> None:
    """What ended in an error is freed at once, not when cycles are looked for next."""
    gc.collect()
    gc.disable()
    try:
        for content in [b"GET \xff HTTP/9\r\n\r\n", b"POST / HTTP/1.1\r\nno colon\r\n\r\n"] * 20:
            with socket.create_connection(("127.0.0.1", agent.port), 30) as client:
                client.sendall(content)
                assert client.recv(4096).split(b" ")[1] == b"400"
        until = time.monotonic() + 30
        while (left := _connections()) > 3 and time.monotonic() < until:
            time.sleep(0.01)
        assert left <= 3
    finally:
        gc.enable()


def _connections() -> int:
    return sum(type(each) is Connection for each in gc.get_objects())
