"""What the log inside a Flask application adds to a request with a body of a kilobyte."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.middleware import ProcessLog, WsgiPayloads
from mdc_agent.payload import PayloadSettings
from mdc_agent.store.line import line_of
from mdc_agent.stored_event import StoredEvent

from ..table import digits, print_table

_BODY = b'{"data": [' + b", ".join(b"[%d.5, %d.25]" % (n, n) for n in range(60)) + b"]}"
_IN_A_BURST = 300
_DEPLOYMENT = Deployment(
    "bench",
    "blue",
    (DeployedCollection("request", True), DeployedCollection("response", True)),
)


class _Lines:
    """Makes lines and forgets them: what a disk takes is measured elsewhere."""

    def accept_then(self, event: StoredEvent, done: Callable[[Exception | None], None]) -> None:
        line_of(event, b'""')
        done(None)

    def close(self, timeout: float) -> None:
        pass


def measure(rounds: int, most_us: float) -> None:
    """Measure and print.

    Args:
        rounds: with and without take turns in each.
        most_us: that may be added, microseconds.
    """
    if find_spec("flask") is None:
        print("not installed, not measured: Flask")
        return
    log = ProcessLog(_DEPLOYMENT, PayloadSettings(), _Lines)
    apps = {"without": _app(), "with": WsgiPayloads(_app(), log)}
    times: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(8 * rounds):
        for name, app in apps.items():
            for _ in range(_IN_A_BURST):
                began = time.perf_counter()
                _serve(app)
                times[name].append((time.perf_counter() - began) * 1e6)
    log.close()
    median = {name: statistics.median(taken) for name, taken in times.items()}
    print_table(
        f"a Flask request with {len(_BODY):,} bytes, in process, in microseconds",
        ["the log", "p50"],
        [[name, digits(taken)] for name, taken in median.items()],
    )
    added = median["with"] - median["without"]
    verdict = "met" if added <= most_us else "NOT met"
    print(f"  added: {added:.1f} us, at most {most_us:.0f}: {verdict}")


def _app() -> Any:
    import flask

    app = flask.Flask("scoring")

    @app.post("/score")
    def score() -> Any:
        rows = flask.request.get_json()["data"]
        return flask.jsonify([sum(row) for row in rows])

    return app.wsgi_app


def _serve(app: Any) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/score",
        "QUERY_STRING": "",
        "SERVER_NAME": "scoring",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(_BODY)),
        "HTTP_HOST": "scoring",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "python-requests/2.32",
        "HTTP_X_REQUEST_ID": "aaaa0000-bb11-2222-33cc-444444dddddd",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(_BODY),
        "wsgi.errors": io.StringIO(),
    }
    response = app(environ, lambda *_: None)
    for _ in response:
        pass
    close = getattr(response, "close", None)
    if close is not None:
        close()
