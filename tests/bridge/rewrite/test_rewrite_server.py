"""Under the real inference server, rewritten scripts answer and collect as the unchanged ones."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mdc_bridge.rewrite import rewrite
from tests.bridge.inference_server import InferenceServer
from tests.bridge.rewrite.agreement import IN_DOUBT, SCRIPTS, Collected, collected, links_no_less
from tests.bridge.rewrite.scored_requests import REQUESTS

pytestmark = pytest.mark.newest_only

# The server calls them as their decorators say, or some of what they collect may pair otherwise.
ALONE = sorted({"schema", "schema_frames", *IN_DOUBT})
# Between the others the server sees no difference: one runs them all, each start takes seconds.
TOGETHER = sorted(REQUESTS.keys() - set(ALONE))
_ENTRY = """
import importlib.util
import json
import os

SCRIPTS = {}


def init():
    for name in NAMES:
        path = os.path.join(os.path.dirname(__file__), name, "score.py")
        spec = importlib.util.spec_from_file_location(name, path)
        SCRIPTS[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(SCRIPTS[name])
        SCRIPTS[name].init()


def run(raw_data):
    request = json.loads(raw_data)
    return SCRIPTS[request["script"]].run(json.dumps(request["body"]))
"""


class Served(NamedTuple):
    """What came back for requests, and what was collected."""

    answers: list[tuple[int, str]]
    collected: Collected


@pytest.mark.parametrize("name", ALONE)
def test_rewritten_script_agrees(name: str, tmp_path: Path) -> None:
    """Same answers; same collections, data for each request in order, and correlations."""
    unchanged, rewritten = _both([name], tmp_path, f"{name}/score.py", REQUESTS[name])
    _check_agreement(unchanged, rewritten)
    if name not in IN_DOUBT:
        assert rewritten.collected.shared == unchanged.collected.shared


def test_rewritten_scripts_agree(tmp_path: Path) -> None:
    """The same of scripts that one server runs, one after the other."""
    (tmp_path / "entry.py").write_text(f"NAMES = {TOGETHER}\n{_ENTRY}")
    requests = [{"script": name, "body": body} for name in TOGETHER for body in REQUESTS[name]]
    unchanged, rewritten = _both(TOGETHER, tmp_path, "entry.py", requests)
    _check_agreement(unchanged, rewritten)
    assert rewritten.collected.shared == unchanged.collected.shared


def _both(names: list[str], folder: Path, entry: str, requests: list[Any]) -> list[Served]:
    """Return what is served by scripts, unchanged and rewritten."""
    folders = [folder / "unchanged", folder / "rewritten"]
    for name in names:
        for each in folders:
            script = each / name / "score.py"
            script.parent.mkdir(parents=True)
            script.write_bytes((SCRIPTS / f"{name}.py").read_bytes())
        assert len(rewrite([folders[1] / name], write=True).files) == 1
    if len(names) > 1:
        for each in folders:
            (each / entry).write_text((folder / entry).read_text())
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda each: _serve(each / entry, requests), folders))


def _serve(script: Path, requests: list[Any]) -> Served:
    destination = script.parent / "collected"
    settings = {"MDC_BRIDGE_MODE": "modern", "MDC_STORAGE": str(destination)}
    with InferenceServer(script, settings) as server:
        answers = [server.score(json.dumps(each)) for each in requests]
    return Served(answers, collected(destination))


def _check_agreement(unchanged: Served, rewritten: Served) -> None:
    assert rewritten.answers == unchanged.answers
    assert unchanged.collected.data
    assert rewritten.collected.data == unchanged.collected.data
    assert links_no_less(unchanged.collected, rewritten.collected)
