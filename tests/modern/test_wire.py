"""On the wire: what Azure's collector beside the container receives from `Collector`."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", None]})


class Post(NamedTuple):
    """One request that the service received."""

    path: str
    headers: dict[str, str]
    body: bytes


class Service(HTTPServer):
    """The receiving collector, in the test's process."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.posts.append(Post(self.path, headers, body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A listening service, and the environment of an online endpoint that points at it."""
    with Service() as server:
        monkeypatch.setenv("AZUREML_MDC_ENABLED", "true")
        monkeypatch.setenv("AZUREML_MDC_HOST", "127.0.0.1")
        monkeypatch.setenv("AZUREML_MDC_PORT", str(server.server_port))
        monkeypatch.setenv("MDC_SPOOL_DIR", str(tmp_path / "spool"))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            mdc_core.shutdown()
            server.shutdown()
            thread.join()


def test_one_post_for_each_collect(service: Service) -> None:
    """Path, headers and body are those that the service knows from the official package."""
    context = BasicCorrelationContext("mine", 1_669_884_690, {"X-Tenant": "t"})
    Collector(name="model_inputs").collect(FRAME, context)
    assert mdc_core.flush(30)

    ((path, headers, body),) = service.posts
    assert path == "/modeldata/log"
    assert json.loads(body) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, headers.pop("trace-id"))
    expected = {
        "content-type": "application/json",
        "ce-time": "1669884690",
        "ce-type": "azureml.inference.model_inputs",
        "ce-collect-data-type": "pandas.core.frame.DataFrame",
        "ce-x-request-id": "mine",
        "ce-model-version": "default",
        "ce-x-tenant": "t",
    }
    assert {name: headers[name] for name in expected} == expected
    assert "ce-agent" in headers


def test_inputs_and_outputs_are_two_posts_of_one_id(service: Service) -> None:
    """Each collection is its own type under the context's id, in the order of the calls."""
    context = Collector(name="model_inputs").collect(FRAME)
    Collector(name="model_outputs").collect(FRAME, context)
    assert mdc_core.flush(30)
    assert sorted(
        (post.headers["ce-type"], post.headers["ce-x-request-id"]) for post in service.posts
    ) == [
        ("azureml.inference.model_inputs", context.get_id()),
        ("azureml.inference.model_outputs", context.get_id()),
    ]


def test_compact_format(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """`AZUREML_MDC_FORMAT_COMPACT` sends the text of the frame."""
    monkeypatch.setenv("AZUREML_MDC_FORMAT_COMPACT", "true")
    frame = pd.DataFrame({"a": [1, 2]})
    Collector(name="model_inputs").collect(frame)
    assert mdc_core.flush(30)
    (post,) = service.posts
    assert post.headers["content-type"] == "application/octet-stream"
    assert post.body.decode() == frame.to_string()


def test_a_config_file_leaves_host_and_port_to_the_variables(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `runMode: cloud` the service receives what the file enables."""
    config = tmp_path / "mdc-config.json"
    config.write_text(
        json.dumps({"runMode": "cloud", "collections": {"mine": {"enabled": "True"}}})
    )
    monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
    Collector(name="mine").collect(FRAME)
    assert mdc_core.flush(30)
    assert [post.headers["ce-type"] for post in service.posts] == ["azureml.inference.mine"]
