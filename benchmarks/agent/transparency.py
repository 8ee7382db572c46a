"""What proxies change of raw exchanges: the agent, nginx, Envoy; those of the tests.

`python -m benchmarks.agent.transparency`
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..table import print_table
from . import proxies
from .servers import Server, free_port, process

# The exchanges, and the peers that speak them, are those of the tests.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "modern" / "agent" / "payload"))
import payload_peers
from odd_exchanges import ALL_EXCHANGES

# Of peers that wait for what a proxy has changed, or holds back.
_WAIT_S = 0.5


def measure(folder: Path) -> None:
    """Run each exchange without and with each proxy, and print what is not the same.

    Args:
        folder: for files of the processes.
    """
    # A port each: a proxy may connect once more, late, and that is another's exchange then.
    behind = {name: free_port() for name in ("nothing", "mdc-agent", "nginx", "Envoy")}
    with contextlib.ExitStack() as stack:
        found = {
            "mdc-agent": stack.enter_context(
                proxies.splice(folder / "splice", behind["mdc-agent"])
            ),
            "nginx": stack.enter_context(proxies.nginx(folder / "nginx", behind["nginx"])),
            "Envoy": stack.enter_context(_envoy(folder / "envoy", behind["Envoy"])),
        }
        between = {name: each for name, each in found.items() if each is not None}
        for name in found.keys() - between.keys():
            print(f"not installed, not compared: {name}")
        # Whoever waited until they listen has left a connection that is still to be passed on.
        for _ in range(2):
            for name, server in between.items():
                _run(ALL_EXCHANGES["post"], behind[name], server.port)
        rows = []
        same = dict.fromkeys(between, 0)
        for name, script in ALL_EXCHANGES.items():
            payload_peers.TIMEOUT_S = 20
            without = _run(script, behind["nothing"], behind["nothing"])
            cells = []
            for proxy, server in between.items():
                payload_peers.TIMEOUT_S = 20 if proxy == "mdc-agent" else _WAIT_S
                is_same = _run(script, behind[proxy], server.port) == without
                same[proxy] += is_same
                cells.append("=" if is_same else "differs")
            if "differs" in cells:
                rows.append([name, *cells])
        print_table("exchanges that are not the same behind each", ["exchange", *between], rows)
        for proxy, count in same.items():
            print(f"  {proxy}: {count} of {len(ALL_EXCHANGES)} are the same")


def _run(script: object, port: int, at: int) -> payload_peers.Outcome:
    client_steps, server_steps, _ = script  # type: ignore[misc]
    with payload_peers.scripted_server(server_steps, port) as (_, seen):
        client = payload_peers.follow(socket.create_connection(("127.0.0.1", at)), client_steps)
    return payload_peers.Outcome(client, seen[0])


@contextlib.contextmanager
def _envoy(folder: Path, behind: int) -> Iterator[Server | None]:
    """Run Envoy as a plain proxy, where it is installed."""
    command = shutil.which("envoy", path=str(Path(sys.executable).parent)) or shutil.which("envoy")
    if command is None:
        yield None
        return
    port = free_port()
    folder.mkdir()
    local = {"address": "127.0.0.1"}
    cluster = {
        "name": "scoring",
        "load_assignment": {
            "cluster_name": "scoring",
            "endpoints": [
                {
                    "lb_endpoints": [
                        {
                            "endpoint": {
                                "address": {"socket_address": {**local, "port_value": behind}}
                            }
                        }
                    ]
                }
            ],
        },
    }
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
        "HttpConnectionManager",
        "stat_prefix": "scoring",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "scoring"}}],
                }
            ]
        },
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
                },
            }
        ],
    }
    listener = {
        "address": {"socket_address": {**local, "port_value": port}},
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": manager,
                    }
                ]
            }
        ],
    }
    config = {"static_resources": {"listeners": [listener], "clusters": [cluster]}}
    (folder / "envoy.json").write_text(json.dumps(config))
    arguments = ["-c", "envoy.json", "--concurrency", "1", "--base-id", str(port)]
    with process([command, *arguments, "-l", "error"], folder, port) as server:
        yield server


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mdc-bench-") as name:
        measure(Path(name))
