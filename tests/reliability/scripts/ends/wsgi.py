"""A WSGI application: `/fast/1` collects 1, `/slow/1` after a while; and gunicorn's settings."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Callable

import numbers_collected

SECONDS = 0.6
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Gunicorn calls this in each worker."""
    numbers_collected.at("init")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request."""
    _, pace, number = environ["PATH_INFO"].split("/")
    if pace == "slow":
        time.sleep(SECONDS)
    accepted = numbers_collected.collect(int(number))
    start_response("200 OK" if accepted else "503 Ending", [("Content-Type", "text/plain")])
    return [number.encode()]
