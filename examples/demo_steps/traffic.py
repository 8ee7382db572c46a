"""Requests to the scoring script, from several threads at once."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


class ResponseError(RuntimeError):
    """A request was not answered with one prediction for each of its rows."""


@dataclass(frozen=True)
class Exchange:
    """A request's rows and the predictions that came back for them."""

    rows: list[list[float]]
    predictions: list[float]


def send_all(port: int, requests: Sequence[list[list[float]]], threads: int) -> list[Exchange]:
    """Send every request once and return the exchanges, in the order of the requests.

    Raises:
        ResponseError: see `ResponseError`.
    """
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda rows: _send(port, rows), requests))


def _send(port: int, rows: list[list[float]]) -> Exchange:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = json.dumps({"data": rows})
        connection.request("POST", "/score", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise ResponseError(f"a request failed: {error!r}") from error
    finally:
        connection.close()
    answer = json.loads(text) if response.status == http.client.OK else None
    # The script answers 200 with the text of an exception, as such scripts do.
    if not isinstance(answer, list) or len(answer) != len(rows):
        raise ResponseError(
            f"a request of {len(rows)} rows was answered {response.status}: {text[:200]}"
        )
    return Exchange(rows, answer)
