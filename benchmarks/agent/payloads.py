"""What the splice and the middleware add to a request, beside what peers add."""

from __future__ import annotations

import contextlib
import json
import re
import selectors
import socket
import statistics
import time
import urllib.request
from pathlib import Path

from ..table import digits, print_table
from . import middleware, proxies
from .servers import Server

_BODY = b'{"data": [  [1,2,3,4,5,6,7,8,9,10], [10,9,8,7,6,5,4,3,2,1]]}'
_REQUEST = (
    b"POST /score HTTP/1.1\r\nHost: scoring\r\nContent-Type: application/json\r\n"
    b"x-request-id: aaaa0000-bb11-2222-33cc-444444dddddd\r\nContent-Length: %d\r\n\r\n%s"
    % (len(_BODY), _BODY)
)
_END = b"4503.079536107787]"
_EVENTS = b"GET /events HTTP/1.1\r\nHost: scoring\r\n\r\n"
_IN_A_BURST = 200
_BURSTS = 8
_CONNECTIONS = 8
_WARM = 300
# What a peer puts off it does before the next has its turn: after a burst, and after a load.
_PAUSE = 0.05
_QUIET, _QUIET_CPU = 0.3, 0.02
# For what was logged to be written.
_SECONDS = 60.0
_ADDED, _SHARE, _TIMES, _FIRST_MS, _INSIDE_US = 1.5, 0.5, 5.0, 5.0, 60.0


def measure(folder: Path, rounds: int, seconds: float) -> None:
    """Measure and print.

    Args:
        folder: for files of the processes.
        rounds: of each measurement; peers take turns in each.
        seconds: of load on each peer in a round.
    """
    with contextlib.ExitStack() as stack:
        scoring = stack.enter_context(proxies.upstream(folder / "scoring"))
        found = {
            "nothing": scoring,
            "mdc-agent, logging": stack.enter_context(
                proxies.splice(folder / "splice", scoring.port)
            ),
            "nginx": stack.enter_context(proxies.nginx(folder / "nginx", scoring.port)),
            "Starlette and httpx": stack.enter_context(
                proxies.starlette(folder / "starlette", scoring.port)
            ),
        }
        between = {name: each for name, each in found.items() if each is not None}
        for name in found.keys() - between.keys():
            print(f"not installed, not measured: {name}")
        _print_added(between, rounds)
        _print_load({n: s for n, s in between.items() if n != "nothing"}, rounds, seconds)
        _print_first_events(between, rounds)
        stored, lost = _lines(folder / "splice")
        _say(f"lines of requests and responses: {stored:,} stored, {lost:,} lost", lost == 0)
    middleware.measure(rounds, _INSIDE_US)


def _print_added(between: dict[str, Server], rounds: int) -> None:
    clients = {name: _connected(server) for name, server in between.items()}
    bursts: dict[str, list[float]] = {name: [] for name in between}
    times: dict[str, list[float]] = {name: [] for name in between}
    for client in clients.values():
        for _ in range(_WARM):
            _ask(client)
    for _ in range(_BURSTS * rounds):
        for name, client in clients.items():
            burst = []
            for _ in range(_IN_A_BURST):
                began = time.perf_counter()
                _ask(client)
                burst.append((time.perf_counter() - began) * 1e6)
            time.sleep(_PAUSE)
            bursts[name].append(statistics.median(burst))
            times[name] += burst
    for client in clients.values():
        client.close()
    p50 = {name: statistics.median(taken) for name, taken in bursts.items()}
    p99s = {name: [_p99(part) for part in _rounds(taken, rounds)] for name, taken in times.items()}
    p99 = {name: statistics.median(found) for name, found in p99s.items()}
    least = {name: min(taken) for name, taken in bursts.items()}
    rows = []
    for name in times:
        added = p50[name] - p50["nothing"]
        figures = (p50[name], added, least[name], p99[name], min(p99s[name]))
        rows.append([name, *map(digits, figures)])
    print_table(
        f"a request on one kept connection, in us: p50 of bursts of {_IN_A_BURST}, "
        f"p99 of rounds of {_BURSTS} bursts",
        ["between", "median", "added", "least", "p99, median", "p99, least"],
        rows,
    )
    if "nginx" in between:
        ratio, at_best = (
            (of["mdc-agent, logging"] - of["nothing"]) / (of["nginx"] - of["nothing"])
            for of in (p50, least)
        )
        _say(
            f"added beside what nginx adds: {ratio:.2f} (of the least: {at_best:.2f}), "
            f"at most {_ADDED}",
            ratio <= _ADDED,
        )
        ratio, at_best = (
            of["mdc-agent, logging"] / of["nginx"]
            for of in (p99, {name: min(found) for name, found in p99s.items()})
        )
        _say(
            f"p99 beside that of nginx: {ratio:.2f} (of the least: {at_best:.2f}), "
            f"at most {_ADDED}",
            ratio <= _ADDED,
        )


def _rounds(taken: list[float], rounds: int) -> list[list[float]]:
    size = len(taken) // rounds
    return [taken[at : at + size] for at in range(0, size * rounds, size)]


def _p99(taken: list[float]) -> float:
    return sorted(taken)[len(taken) * 99 // 100]


def _print_load(between: dict[str, Server], rounds: int, seconds: float) -> None:
    rates: dict[str, list[float]] = {name: [] for name in between}
    cpu: dict[str, list[float]] = {name: [] for name in between}
    for _ in range(rounds):
        for name, server in between.items():
            before = server.cpu_seconds()
            count = _load(server, seconds)
            rates[name].append(count / seconds)
            _let_finish(server)
            cpu[name].append((server.cpu_seconds() - before) / count * 1e6)
    median = {name: statistics.median(rate) for name, rate in rates.items()}
    print_table(
        f"{_CONNECTIONS} connections, one after the other on each",
        ["between", "requests/s", "least", "most", "CPU us each"],
        [
            [
                name,
                *map(digits, (median[name], min(rate), max(rate), statistics.median(cpu[name]))),
            ]
            for name, rate in rates.items()
        ],
    )
    own = median["mdc-agent, logging"]
    if "nginx" in median:
        share = own / median["nginx"]
        _say(f"beside nginx without a log: {share:.2f}, at least {_SHARE}", share >= _SHARE)
    if "Starlette and httpx" in median:
        times = own / median["Starlette and httpx"]
        _say(f"beside Starlette and httpx: {times:.1f}, at least {_TIMES:.0f}", times >= _TIMES)


def _print_first_events(between: dict[str, Server], rounds: int) -> None:
    first: dict[str, list[float]] = {name: [] for name in between}
    for _ in range(4 * rounds):
        for name, server in between.items():
            with _connected(server) as client:
                began = time.perf_counter()
                client.sendall(_EVENTS)
                got = b""
                while b"data: x" not in got:
                    got += client.recv(65536)
                first[name].append((time.perf_counter() - began) * 1000)
    alone = statistics.median(first["nothing"])
    later = {name: statistics.median(taken) - alone for name, taken in first.items()}
    print_table(
        "the first of server-sent events, later by milliseconds, on a new connection",
        ["between", "later"],
        [[name, digits(taken)] for name, taken in later.items()],
    )
    own = later["mdc-agent, logging"]
    _say(f"later by {own:.2f} ms, under {_FIRST_MS:.0f}", own < _FIRST_MS)


def _lines(folder: Path) -> tuple[int, int]:
    """Return how many lines the agent says it has stored and lost, when none waits any more."""
    address = json.loads((folder / "agent.yaml").read_text())["listen"]
    until = time.monotonic() + _SECONDS
    seen = -1
    while True:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=_SECONDS) as answer:
            text = answer.read().decode()
        stored, lost = (
            int(sum(map(float, re.findall(rf"^mdc_agent_{kind}_total{{.*}} (.*)", text, re.M))))
            for kind in ("events", "errors")
        )
        if stored == seen or time.monotonic() > until:
            return stored, lost
        seen = stored
        time.sleep(1.0)


def _connected(server: Server) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), 30)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _ask(client: socket.socket) -> None:
    client.sendall(_REQUEST)
    got = client.recv(65536)
    while not got.rstrip(b"\r\n0").endswith(_END):
        part = client.recv(65536)
        if not part:
            raise RuntimeError("the connection was closed")
        got += part


def _load(server: Server, seconds: float) -> int:
    """Keep a request under way on each connection; return how many were answered."""
    count = 0
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(_CONNECTIONS):
            client = stack.enter_context(_connected(server))
            selector.register(client, selectors.EVENT_READ)
            client.sendall(_REQUEST)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for key, _ in selector.select(1):
                client = key.fileobj  # type: ignore[assignment]
                part = client.recv(65536)
                if not part:
                    raise RuntimeError("the connection was closed")
                if _END in part:
                    count += 1
                    client.sendall(_REQUEST)
    return count


def _let_finish(server: Server) -> None:
    """Wait until a server takes next to no CPU."""
    until = time.monotonic() + _SECONDS
    before, now = -1.0, server.cpu_seconds()
    while now - before > _QUIET_CPU and time.monotonic() < until:
        time.sleep(_QUIET)
        before, now = now, server.cpu_seconds()


def _say(text: str, is_met: bool) -> None:
    print(f"  {text}: {'met' if is_met else 'NOT met'}")
