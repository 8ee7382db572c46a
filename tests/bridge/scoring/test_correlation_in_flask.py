"""A real threaded Flask server: each request's predictions belong to its inputs."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import flask
import numpy as np
from werkzeug.serving import make_server

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting

REQUESTS = 16
REQUEST_ID = "5f1a5be0-7a39-4c3b-9a6f-0d1d8a7c1e55"


def _app(together: threading.Barrier) -> flask.Flask:
    app = flask.Flask("score")
    inputs = ModelDataCollector("m", "inputs", ["x"])
    predictions = ModelDataCollector("m", "predictions", ["y"])

    @app.post("/score")
    def score() -> flask.Response:
        rows = np.array(flask.request.get_json()["data"])
        inputs.collect(rows.reshape(-1, 1))
        together.wait()
        predictions.collect(rows * 2)
        return flask.jsonify((rows * 2).tolist())

    return app


@contextmanager
def _serving(app: flask.Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Its request threads end before the block does.
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/score"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _post(url: str, numbers: list[int]) -> None:
    request = urllib.request.Request(
        url,
        json.dumps({"data": numbers}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.load(response) == [2 * number for number in numbers]


def test_sixteen_requests_at_once() -> None:
    """All requests collect inputs before any collects predictions, and none is mixed up."""
    batches = [[at, at + 100, at + 200] for at in range(REQUESTS)]
    with collecting() as collected, _serving(_app(threading.Barrier(REQUESTS, timeout=30))) as url:
        clients = [threading.Thread(target=_post, args=(url, batch)) for batch in batches]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    outputs = {line["correlationid"]: line["data"] for line in collected.lines("model_outputs")}
    joined = [
        [
            (row["x"], output["y"])
            for row, output in zip(line["data"], outputs[line["correlationid"]])
        ]
        for line in collected.lines("model_inputs")
    ]
    assert sorted(joined) == [[(n, 2 * n) for n in batch] for batch in batches]


def test_the_servers_request_id_is_in_both_formats() -> None:
    """Flask's `REQUEST_ID` is `$aml_request_id` in CSV and `xrequestid` of inputs and outputs."""
    with collecting() as collected:
        client = _app(threading.Barrier(1)).test_client()
        response = client.post(
            "/score", json={"data": [1]}, environ_overrides={"REQUEST_ID": REQUEST_ID}
        )
        assert response.get_json() == [2]

    header, row = collected.rows("inputs")
    assert dict(zip(header, row))["$aml_request_id"] == REQUEST_ID
    (inputs,), (outputs,) = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert inputs["xrequestid"] == outputs["xrequestid"] == REQUEST_ID
    assert inputs["correlationid"] == outputs["correlationid"] != REQUEST_ID


def test_a_request_without_id_has_the_correlation_id_for_it() -> None:
    """Without `REQUEST_ID` the CSV cell is all zero and `xrequestid` is the correlation id."""
    with collecting() as collected:
        app = _app(threading.Barrier(1))  # the answer needs it to be read
        response = app.test_client().post("/score", json={"data": [1]})
        assert response.get_json() == [2]

    assert collected.rows("inputs")[1][-1] == "00000000-0000-0000-0000-000000000000"
    (inputs,) = collected.lines("model_inputs")
    assert inputs["xrequestid"] == inputs["correlationid"]


def test_a_request_forgets_the_inputs_of_the_one_before() -> None:
    """Predictions of a request that collected no inputs have an id of their own."""
    app = flask.Flask("score")
    with collecting("modern") as collected:
        inputs = ModelDataCollector("m", "inputs")
        predictions = ModelDataCollector("m", "predictions")
        with app.test_request_context():
            inputs.collect([1])
        with app.test_request_context():
            predictions.collect([2])
    (first,), (second,) = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert first["correlationid"] != second["correlationid"]
