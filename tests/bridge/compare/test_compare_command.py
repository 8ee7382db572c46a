"""`mdc-bridge compare`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.compare import compare, render_page
from mdc_bridge.compare.naming import naming_hint
from mdc_bridge.migrate import migrate, plan
from tests.bridge.compare.conftest import FEATURES, Collected


def test_equal_sides(requests: Collected, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, numbers by collection."""
    root = str(requests.root)
    assert run(["compare", root, root]) == 0
    shown = capsys.readouterr().out
    assert "credit/m00" in shown
    assert "  model_inputs, default" in shown
    assert "0 differences in 100 CSV rows and 100 JSONL rows" in shown
    assert run(["compare", root, root, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"]["left"] == 100
    assert found["datasets"][0]["hours"]


def test_differences(requests: Collected, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and where to look."""
    requests.spoil("model_inputs", lambda lines: lines[1:])
    root = str(requests.root)
    assert run(["compare", root, root]) == 1
    assert "only in the CSV: age: 0.6" in capsys.readouterr().out
    assert run(["compare", root, root, "--json"]) == 1
    (sample,) = json.loads(capsys.readouterr().out)["datasets"][0]["samples"]
    assert (sample["kind"], sample["right"]) == ("missing_right", None)
    assert sample["left"]["line"] == 2
    assert [cell["column"] for cell in sample["cells"]] == FEATURES


def test_what_a_terminal_would_obey_is_shown(
    requests: Collected, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cells, names and paths come from the files that are compared."""
    path = requests.csv("inputs")
    path.write_bytes(path.read_bytes().replace(b"0.6", b"\x1b[2J0.6"))
    root = str(requests.root)
    assert run(["compare", root, root]) == 1
    shown = capsys.readouterr().out
    assert r"\x1b[2J0.6" in shown
    assert "\x1b" not in shown


def test_what_could_not_be_read(requests: Collected, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, also with differences; so for sides that are not there."""
    requests.spoil("model_inputs", lambda lines: lines[1:])
    path = requests.jsonl("model_inputs")
    path.write_bytes(path.read_bytes() + b"{]\n")
    root = str(requests.root)
    assert run(["compare", root, root]) == 2
    assert "it is not valid JSON" in capsys.readouterr().err
    assert run(["compare", root, str(requests.root / "modeldata")]) == 2
    assert "has no collected JSONL" in capsys.readouterr().err
    assert run(["compare", str(requests.root / "modelDataCollector"), root]) == 2
    assert "holds no CSV of the old SDK" in capsys.readouterr().err
    assert run(["compare", root, root, "--collection", "x"]) == 2
    assert run(["compare", root, root, "--sampled", "0"]) == 2
    assert run(["compare", root, root, "--time-zone", "Mars"]) == 2
    path.write_bytes(b"\xff")
    assert run(["compare", root, root, "--plan", str(path)]) == 2
    assert f"{path.name} is not UTF-8" in " ".join(capsys.readouterr().err.split())


def test_nothing_to_compare(requests: Collected, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and why; a typing error in a time must not look like success."""
    root = str(requests.root)
    assert run(["compare", root, root, "--until", "2001-01-01"]) == 1
    captured = capsys.readouterr()
    assert "0 differences" not in captured.out
    assert (
        "No rows to compare: neither side has rows in the period (until 2001-01-01)" in captured.err
    )
    assert run(["compare", root, root, "--until", "2001-01-01", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["is_empty"] is True
    assert requests.compare(until="2001-01-01").is_empty
    assert not requests.compare().is_empty


@pytest.mark.parametrize("name", ["LEFT", "RIGHT"])
def test_errors_name_the_argument_as_the_help_does(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"LEFT": str(tmp_path), "RIGHT": str(tmp_path), name: "ftp://somewhere"}
    assert run(["compare", *places.values()]) == 2
    assert f"error: {name}" in capsys.readouterr().err


@pytest.mark.parametrize("given", [[], ["--endpoint", "chrun"], ["--service", "credit-svc"]])
def test_names_that_were_forgotten_or_misspelt(
    given: list[str],
    collected: Collected,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With no deployment in common the last line says which names to give, and these do it."""
    monkeypatch.setenv("MDC_ENDPOINT", "churn")
    monkeypatch.setenv("MDC_DEPLOYMENT", "blue")
    ModelDataCollector("credit-risk", "inputs", ["age"], webservice_name="credit-svc").collect(
        np.array([[1.5]])
    )
    collected.finish()
    root = str(collected.root)
    assert run(["compare", root, root, *given]) == 1
    endpoint = "chrun" if "--endpoint" in given else "credit-svc"
    hint = (
        f"the JSONL holds churn/blue, the CSV belongs to {endpoint}/credit-risk: if MDC_ENDPOINT "
        "and MDC_DEPLOYMENT were set, add --endpoint churn --deployment blue; if a plan of "
        "migrate has other names than the CSV, add --plan"
    )
    assert capsys.readouterr().out.splitlines()[-1] == hint
    assert hint in render_page(collected.compare(endpoint=endpoint))
    assert run(["compare", root, root, "--endpoint", "churn", "--deployment", "blue"]) == 0
    assert "0 differences in 1 CSV row and 1 JSONL row" in capsys.readouterr().out.splitlines()[-1]


def test_a_plan_that_was_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where only some datasets have other names in it, the others hide that from nobody."""
    root = str(tmp_path)
    for service in ("one", "two"):
        folder = tmp_path / f"s/g/w/{service}/model/1/inputs/2026/11/20"
        folder.mkdir(parents=True)
        (folder / "data.csv").write_text("x\n1\n")
    made = plan(root)
    first, second = made.datasets
    renamed = replace(made, datasets=(replace(first, endpoint="churn", deployment="blue"), second))
    migrate(root, root, renamed)
    assert run(["compare", root, root]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "the JSONL holds churn/blue, the CSV belongs to one/model: if MDC_ENDPOINT and "
        "MDC_DEPLOYMENT were set, add --endpoint churn --deployment blue; if a plan of migrate "
        "has other names than the CSV, add --plan"
    )
    assert compare(root, root, plan=renamed).hint == ""
    assert compare(root, root, plan=renamed).differences == 0


def test_a_hint_of_several_deployments() -> None:
    """No names are proposed where several could be meant, and none where some are in common."""
    holds = {("churn", f"d{number}") for number in range(7)}
    assert naming_hint({("a", "b")}, holds) == (
        "the JSONL holds churn/d0, churn/d1, churn/d2, churn/d3, churn/d4 and 2 more, the CSV "
        "belongs to a/b: if MDC_ENDPOINT and MDC_DEPLOYMENT were set, add --endpoint and "
        "--deployment; if a plan of migrate has other names than the CSV, add --plan"
    )
    assert naming_hint({("a", "b"), ("churn", "d3")}, holds) == ""
    assert naming_hint((), holds) == ""


def test_a_page(requests: Collected, tmp_path: Path) -> None:
    """`--html` writes one file, and no second over it without `--force`."""
    root, page = str(requests.root), tmp_path / "page.html"
    assert run(["compare", root, root, "--html", str(page)]) == 0
    first = page.read_bytes()
    assert first.startswith(b"<!DOCTYPE html>")
    requests.spoil("model_inputs", lambda lines: lines[1:])
    assert run(["compare", root, root, "--html", str(page)]) == 2
    assert page.read_bytes() == first
    assert run(["compare", root, root, "--html", str(page), "--force"]) == 1
    assert page.read_bytes() != first
