"""Configuration for gunicorn: the application of each worker logs its payloads.

    GUNICORN_CMD_ARGS="--config python:mdc_agent.middleware.gunicorn"

is all that `azmlinfsrv`, or any other server that gunicorn runs, needs beside the variables of
`configured`; its command and its application stay as they are.
"""

from __future__ import annotations

from typing import Any

from .asgi import AsgiPayloads
from .wsgi import WsgiPayloads


def post_worker_init(worker: Any) -> None:
    """Put the log around what a worker serves."""
    is_asgi = any("Uvicorn" in each.__name__ for each in type(worker).__mro__)
    worker.wsgi = AsgiPayloads(worker.wsgi) if is_asgi else WsgiPayloads(worker.wsgi)
