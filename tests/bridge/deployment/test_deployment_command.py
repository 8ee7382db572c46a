"""The command writes files whole, writes over none unasked, and its exit code tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from mdc_bridge.cli.app import run
from tests.bridge.deployment import old_deployments as old

Captured = pytest.CaptureFixture[str]


def test_files_are_written_once(tmp_path: Path, capsys: Captured) -> None:
    source = old.write(tmp_path, old.COMPLETE)
    folder = tmp_path / "new"
    command = ["deployment", source, "--instance-type", "X", "--out", str(folder)]
    assert run(command) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "conda.yml",
        "deployment.yml",
        "endpoint.yml",
    ]
    (folder / "deployment.yml").write_text("mine")
    assert run(command) == 2
    assert "--force" in capsys.readouterr().err
    assert (folder / "deployment.yml").read_text() == "mine"
    assert run([*command, "--force"]) == 0
    assert yaml.safe_load((folder / "deployment.yml").read_text())["name"] == "blue"


def test_stdout_is_yaml(tmp_path: Path, capsys: Captured) -> None:
    """What is missing is printed beside it, and noted in it."""
    assert run(["deployment", old.write(tmp_path, old.MINIMAL)]) == 1
    captured = capsys.readouterr()
    deployment, endpoint, conda = yaml.safe_load_all(captured.out)
    assert deployment["endpoint_name"] == endpoint["name"] == "sentiment"
    assert conda["dependencies"]
    assert "needs a value: instance_type" in captured.err


def test_json(tmp_path: Path, capsys: Captured) -> None:
    assert run(["deployment", old.write(tmp_path, old.MINIMAL), "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["complete"] is False
    assert printed["remarks"][0]["key"] == "instance_type"
    assert set(printed["files"]) == {"deployment.yml", "endpoint.yml", "conda.yml"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["missing.py"], "does not exist"),
        (["--kind", "serverless"], "valid: managed, kubernetes"),
        (["--rolling-rate", "month"], "valid: minute, hour, day"),
        (["--mode", "auto"], "valid: legacy, dual, modern"),
        (["--storage", "ftp://x"], "ftp:// is not supported"),
        (["--collections", "x"], "valid: designation=collection"),
        (["--script", "missing.py"], "does not exist"),
        (["--conda-file", "missing.yml"], "does not exist"),
        (["--out", "memory://x"], "give a folder"),
    ],
)
def test_what_makes_no_sense(arguments: list[str], error: str, capsys: Captured) -> None:
    assert run(["deployment", *arguments]) == 2
    assert error in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "name", "text", "error"),
    [
        (["--conda-file"], "day.yml", "dependencies:\n- x: 2020-99-99\n", " is not valid YAML"),
        (["--conda-file"], "deep.yml", "a: " + "[" * 9_000, " is not valid YAML"),
        ([], "deep.json", "[" * 100_000, " is not valid JSON"),
        ([], "syn.py", "import os\ndef f(:\n", ", line 2 is not valid Python"),
    ],
    ids=["day", "deep-yaml", "deep-json", "syntax"],
)
def test_files_that_cannot_be_understood(
    option: list[str], name: str, text: str, error: str, tmp_path: Path, capsys: Captured
) -> None:
    """Also where the library that reads them has no error of its own for it."""
    (tmp_path / name).write_text(text)
    assert run(["deployment", *option, str(tmp_path / name)]) == 2
    assert f"{name}{error}" in capsys.readouterr().err
