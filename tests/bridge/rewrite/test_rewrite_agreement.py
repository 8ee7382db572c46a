"""Rewritten scripts collect what the unchanged ones collect under the bridge, and answer alike."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mdc_bridge.check import Verdict, check
from mdc_bridge.rewrite import rewrite_source
from tests.bridge.rewrite.agreement import IN_DOUBT, SCRIPTS, Collected, collected, links_no_less
from tests.bridge.rewrite.generated_scripts import GENERATED_REQUESTS, generated_script
from tests.bridge.rewrite.scored_requests import REQUESTS
from tests.bridge.rewrite.varied_scripts import VARIED, VARIED_REQUESTS, varied_script

UNCHANGED = Verdict.UNCHANGED
DRIVER = Path(__file__).parent / "rewrite_driver.py"
# Their decorators come with the inference server's package.
PLAIN = sorted(name for name in REQUESTS if not name.startswith("schema"))


# Several tests look at what each script becomes, which takes tens of milliseconds.
_rewritten = lru_cache(maxsize=None)(rewrite_source)


class Run(NamedTuple):
    """What a script answered and collected."""

    answers: list[Any]
    collected: Collected


GENERATED = 24  # of which about half are rewritten
WITHOUT_SDK = ["stand_in", "try_import"]
SDK = ["azureml.ai.monitoring", "azureml.datacollector", "azureml.monitoring"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Run, Run]]:
    """Run all scripts unchanged and rewritten, in one process, each to a folder of its own."""
    scripts = {name: ((SCRIPTS / f"{name}.py").read_text(), REQUESTS[name]) for name in PLAIN}
    for number in range(GENERATED):
        scripts[f"generated_{number}"] = generated_script(number), GENERATED_REQUESTS
    for number in range(VARIED):
        scripts[f"varied_{number}"] = varied_script(number), VARIED_REQUESTS
    return _run(tmp_path_factory.mktemp("rewritten"), scripts)


def _run(
    folder: Path, scripts: dict[str, tuple[str, list[Any]]], *absent: str
) -> dict[str, tuple[Run, Run]]:
    jobs: list[tuple[str, str, list[Any]]] = []
    for name, (text, requests) in scripts.items():
        rewritten = _rewritten(text)
        if rewritten.left_alone:
            assert rewritten.text == text
            continue
        for kind, code in (("unchanged", text), ("rewritten", rewritten.text)):
            path = folder / f"{name}_{kind}.py"
            path.write_text(code)
            jobs.append((str(path), str(folder / f"{name}_{kind}"), requests))
    (folder / "jobs.json").write_text(json.dumps(jobs))
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder / "jobs.json"), *absent],
        env={**os.environ, "MDC_BRIDGE_MODE": "modern"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    results = [Run(answer, collected(Path(job[1]))) for answer, job in zip(answers, jobs)]
    names = [Path(job[1]).name[: -len("_unchanged")] for job in jobs[::2]]
    return dict(zip(names, zip(results[::2], results[1::2])))


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_script_is_rewritten_whole(name: str) -> None:
    """Nothing of the old SDK is left, and a second run changes nothing."""
    rewritten = _rewritten((SCRIPTS / f"{name}.py").read_text())
    assert rewritten.left_alone == ()
    assert not re.search(r"ModelDataCollector|azureml\.(monitoring|datacollector)", rewritten.text)
    again = rewrite_source(rewritten.text)
    assert again.text == rewritten.text
    assert again.changes == ()


@pytest.mark.parametrize("name", PLAIN)
def test_data_are_the_same(name: str, runs: dict[str, tuple[Run, Run]]) -> None:
    """The same collections hold the same JSON for each request, in order."""
    unchanged, rewritten = runs[name]
    assert unchanged.collected.data
    assert rewritten.collected.data == unchanged.collected.data


@pytest.mark.parametrize("name", PLAIN)
def test_correlations_pair_the_same_lines(name: str, runs: dict[str, tuple[Run, Run]]) -> None:
    """What shared a correlation id still does; what the bridge leaves alone in doubt may join."""
    unchanged, rewritten = runs[name]
    assert links_no_less(unchanged.collected, rewritten.collected)
    if name not in IN_DOUBT:
        assert rewritten.collected.shared == unchanged.collected.shared


@pytest.mark.parametrize("name", PLAIN)
def test_answers_are_the_same(name: str, runs: dict[str, tuple[Run, Run]]) -> None:
    """Every request is answered as before, the failing ones too."""
    unchanged, rewritten = runs[name]
    assert rewritten.answers == unchanged.answers


def test_stand_ins_still_do_nothing_without_the_sdk(tmp_path: Path) -> None:
    """Where the import fails, requests are answered as before, and nothing is collected."""
    scripts = {name: ((SCRIPTS / f"{name}.py").read_text(), REQUESTS[name]) for name in WITHOUT_SDK}
    runs = _run(tmp_path, scripts, *SDK)
    assert sorted(runs) == WITHOUT_SDK
    for unchanged, rewritten in runs.values():
        assert rewritten == unchanged
        assert rewritten.collected.data == {}


def test_generated_scripts_agree(runs: dict[str, tuple[Run, Run]]) -> None:
    """Random data, names and control flow: what is rewritten agrees, and much is rewritten."""
    generated = {name: pair for name, pair in runs.items() if name.startswith("generated")}
    assert len(generated) >= GENERATED // 3
    for name, (unchanged, rewritten) in generated.items():
        assert rewritten == unchanged._replace(
            collected=unchanged.collected._replace(ids=rewritten.collected.ids)
        ), name


def test_scripts_as_people_write_them(runs: dict[str, tuple[Run, Run]]) -> None:
    """95 of a hundred are rewritten, and none collects, pairs or answers otherwise than before."""
    varied = {name: pair for name, pair in runs.items() if name.startswith("varied")}
    assert len(varied) >= 0.95 * VARIED
    for name, (unchanged, rewritten) in varied.items():
        assert unchanged.collected.data, name
        assert rewritten == unchanged._replace(
            collected=unchanged.collected._replace(ids=rewritten.collected.ids)
        ), name


def test_user_ids_begin_the_correlation_ids(runs: dict[str, tuple[Run, Run]]) -> None:
    """A user's correlation id stands before a new uuid, also where it is None, as it did."""
    uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    for run in runs["user_id"]:
        first, second, third = run.collected.ids["model_inputs"]
        assert re.fullmatch(f"loan-7-{uuid}", first)
        assert re.fullmatch(f"None-{uuid}", second)
        assert re.fullmatch(f"12-{uuid}", third)


@pytest.mark.parametrize("name", [*PLAIN, *(f"varied_{number}" for number in range(VARIED))])
def test_check_finds_nothing_left_to_do(name: str, tmp_path: Path) -> None:
    """What is rewritten holds to the rules of the new SDK, the function that makes frames too."""
    number = name.partition("_")[2]
    is_varied = name.startswith("varied_")
    text = varied_script(int(number)) if is_varied else (SCRIPTS / f"{name}.py").read_text()
    rewritten = _rewritten(text)
    if rewritten.left_alone:
        return
    path = tmp_path / "score.py"
    path.write_text(rewritten.text)
    assert not {found.rule for found in check([path]).findings if found.endpoint is not UNCHANGED}


def test_check_does_not_trust_a_function_that_was_changed(tmp_path: Path) -> None:
    """One of the same name may return anything."""
    text = _rewritten((SCRIPTS / "arrays.py").read_text()).text
    path = tmp_path / "score.py"
    path.write_text(text.replace("return data.copy()", "return data"))
    found = {each.rule for each in check([path]).findings if each.endpoint is not UNCHANGED}
    assert found == {"MDC704"}
