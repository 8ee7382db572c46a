"""Under the real inference server, rewritten scripts answer and collect as the unchanged ones."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from mdc_bridge.rewrite import rewrite
from tests.bridge.inference_server import InferenceServer
from tests.bridge.rewrite.agreement import IN_DOUBT, SCRIPTS, Collected, collected, links_no_less
from tests.bridge.rewrite.scored_requests import REQUESTS

pytestmark = pytest.mark.newest_only

# The others differ from these in nothing that the server sees; each start takes two seconds.
SERVED = sorted(REQUESTS.keys() - {"default_designation", "texts"})


class Served(NamedTuple):
    """What came back for a script's requests, and what it collected."""

    answers: list[tuple[int, str]]
    collected: Collected


@pytest.mark.parametrize("name", SERVED)
def test_rewritten_script_agrees(name: str, tmp_path: Path) -> None:
    """Same answers; same collections, data for each request in order, and correlations."""
    scripts = [tmp_path / kind / "score.py" for kind in ("unchanged", "rewritten")]
    for script in scripts:
        script.parent.mkdir()
        script.write_bytes((SCRIPTS / f"{name}.py").read_bytes())
    assert len(rewrite([scripts[1].parent], write=True).files) == 1
    with ThreadPoolExecutor(2) as pool:
        unchanged, rewritten = pool.map(lambda script: _serve(name, script), scripts)
    assert rewritten.answers == unchanged.answers
    assert unchanged.collected.data
    assert rewritten.collected.data == unchanged.collected.data
    assert links_no_less(unchanged.collected, rewritten.collected)
    if name not in IN_DOUBT:
        assert rewritten.collected.shared == unchanged.collected.shared


def _serve(name: str, script: Path) -> Served:
    destination = script.parent / "collected"
    settings = {"MDC_BRIDGE_MODE": "modern", "MDC_STORAGE": str(destination)}
    with InferenceServer(script, settings) as server:
        answers = [server.score(json.dumps(body)) for body in REQUESTS[name]]
    return Served(answers, collected(destination))
