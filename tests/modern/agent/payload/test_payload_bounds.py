"""What is held is bounded, by copies and by connections, and nothing of it holds a response up."""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.modern.agent.payload.exchanges import BODY, OK, UNTIL_CLOSE, request
from tests.modern.agent.payload.payload_peers import (
    CLOSE,
    SEE_END,
    TIMEOUT_S,
    Agent,
    agent_before,
    follow,
    see,
    send,
)

pytestmark = pytest.mark.newest_only

KIB = 1024
MIB = 1024 * 1024


class _Answering(socketserver.StreamRequestHandler):
    """Answers requests that say their length."""

    def handle(self) -> None:
        while head := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if len(self.rfile.read(length)) < length or not head:
                return
            self.wfile.write(OK)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def answering_server() -> Iterator[tuple[str, int]]:
    with _Server(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address  # type: ignore[misc]
        finally:
            server.shutdown()
            thread.join()


def held(agent: Agent) -> int:
    return int(agent.call(lambda: agent.server.memory.held))


def ask(client: socket.socket, sent: bytes) -> None:
    client.sendall(sent)
    got = b""
    while not got.endswith(OK):
        part = client.recv(65536)
        assert part
        got += part


def test_slow_clients_share_one_bound() -> None:
    """What two hundred unfinished requests hold is bounded; all are answered when they finish."""
    sent = request(body=b"x" * 100 * KIB)
    with (
        answering_server() as upstream,
        agent_before(upstream, memory_bytes=4 * MIB) as agent,
        ExitStack() as clients,
    ):
        slow = [
            clients.enter_context(socket.create_connection(agent.address, TIMEOUT_S))
            for _ in range(200)
        ]
        for client in slow:
            client.sendall(sent[:-1])
        with socket.create_connection(agent.address, TIMEOUT_S) as quick:
            ask(quick, request())
        most = held(agent)
        for client in slow:
            ask(client, sent[-1:])
        assert most <= 4 * MIB
        agent.close(TIMEOUT_S)
        lost = agent.counts.read().lost[("request", "memory_full")]
        assert lost > 0
        assert lost + len(agent.store.of("request")) == 201
        assert agent.server.memory.held == 0


def test_a_stalled_store_holds_nothing_up() -> None:
    """Requests are answered while nothing is stored, and what waits is bounded."""
    sent = request(body=b"x" * 100 * KIB)
    with answering_server() as upstream, agent_before(upstream, memory_bytes=MIB) as agent:
        agent.store.is_stalled = True
        with socket.create_connection(agent.address, TIMEOUT_S) as client:
            for _ in range(40):
                ask(client, sent)
                assert held(agent) <= MIB
        agent.store.go_on()
        agent.close(TIMEOUT_S)
        lost = agent.counts.read().lost
        assert sum(lost.values()) + len(agent.store.events) == 80
        assert {reason for _, reason in lost} == {"memory_full"}
        assert agent.server.memory.held == 0


def test_a_large_body_is_not_held() -> None:
    """A body beyond its bound passes, and takes no memory of the others."""
    with (
        answering_server() as upstream,
        agent_before(upstream, body_bytes=MIB, memory_bytes=64 * MIB) as agent,
    ):
        with socket.create_connection(agent.address, TIMEOUT_S) as client:
            ask(client, request(body=b"x" * 20 * MIB))
        agent.close(TIMEOUT_S)
    assert [event.collection for event in agent.store.events] == ["response"]
    assert agent.counts.read().lost == {("request", "body_too_large"): 1}


def test_a_slow_reader_slows_the_server_down() -> None:
    """The server cannot send more than the system's buffers and one piece hold."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        agent_before(listener.getsockname()) as agent,
        socket.create_connection(agent.address, TIMEOUT_S) as client,
    ):
        client.sendall(request())
        server, _ = listener.accept()
        with server:
            server.settimeout(TIMEOUT_S)
            server.recv(65536)
            server.sendall(UNTIL_CLOSE)
            server.setblocking(False)
            sent = 0
            # Not writable for so long: everything between is full.
            while select.select([], [server], [], 0.3)[1]:
                sent += server.send(b"y" * 65536)
                assert sent < 64 * MIB
            got = -len(UNTIL_CLOSE)
            server.shutdown(socket.SHUT_WR)
            while part := client.recv(1 << 20):
                got += len(part)
            assert got == sent


def test_connections_are_bounded() -> None:
    """Further ones wait until one is closed, and are served then."""
    with answering_server() as upstream, agent_before(upstream, connections=2) as agent:
        clients = [socket.create_connection(agent.address, TIMEOUT_S) for _ in range(3)]
        ask(clients[0], request())
        ask(clients[1], request())
        clients[2].sendall(request())
        assert agent.call(lambda: agent.server.splice.connections) == 2
        clients[0].close()
        ask(clients[2], b"")
        for client in clients[1:]:
            client.close()


def test_events_come_one_by_one() -> None:
    """The first of server-sent events is at the client before the server sends the second."""
    arrived = threading.Event()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        agent_before(listener.getsockname()) as agent,
    ):

        def serve() -> None:
            server, _ = listener.accept()
            with server:
                server.recv(65536)
                server.sendall(UNTIL_CLOSE + b"data: 1\n\n")
                assert arrived.wait(TIMEOUT_S)
                server.sendall(b"data: 2\n\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with socket.create_connection(agent.address, TIMEOUT_S) as client:
            client.sendall(request())
            got = b""
            while not got.endswith(b"data: 1\n\n"):
                got += client.recv(65536)
            arrived.set()
            while part := client.recv(65536):
                got += part
        thread.join()
        assert got == UNTIL_CLOSE + b"data: 1\n\ndata: 2\n\n"
        assert agent.store.wait_for(2)[1].data == b'"data: 1\\n\\ndata: 2\\n\\n"'


def test_a_server_that_hangs_is_left_when_the_client_leaves() -> None:
    """Nothing of the agent is stopping a wait but the peers."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        agent_before(listener.getsockname()) as agent,
    ):
        client = socket.create_connection(agent.address, TIMEOUT_S)
        client.sendall(request())
        server, _ = listener.accept()
        client.close()
        assert follow(server, [see(BODY), SEE_END, CLOSE]).end == "ended"
        assert agent.store.wait_for(1)[0].collection == "failures"


def test_an_end_waits_for_exchanges_that_are_under_way() -> None:
    """What is idle is closed at once; what is not has its time, and is logged."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        agent_before(listener.getsockname()) as agent,
    ):
        client = socket.create_connection(agent.address, TIMEOUT_S)
        client.sendall(request())
        server, _ = listener.accept()
        ends = threading.Thread(target=agent.close, args=(TIMEOUT_S,))
        ends.start()
        answered = threading.Thread(
            target=follow, args=(server, [see(BODY), send(OK), SEE_END, CLOSE])
        )
        answered.start()
        assert follow(client, [see(OK), SEE_END]).end == "ended"
        ends.join()
        answered.join()
    assert len(agent.store.events) == 2
