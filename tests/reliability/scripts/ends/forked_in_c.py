"""A WSGI application that collects before uWSGI forks, and tells which ids it gave afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Callable

import pandas

from azureml.ai.monitoring import Collector

collector = Collector(name="numbers")
collector.collect(pandas.DataFrame({"n": [-1]}))

if os.environ.get("HOOK") == "replaced":
    import uwsgi  # type: ignore[import-not-found]  # there inside of a server only

    uwsgi.post_fork_hook = lambda: None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Collect a number; answer with the id it has and the process that did it."""
    number = int(environ["PATH_INFO"].rpartition("/")[2])
    context = collector.collect(pandas.DataFrame({"n": [number]}))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{context.id} {os.getpid()}".encode()]
