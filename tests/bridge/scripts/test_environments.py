"""Files of conda and pip are found and read, with the places of what they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from mdc_bridge.scripts.environments import read_environment
from mdc_bridge.scripts.finding import find_scripts, is_environment_name
from mdc_bridge.scripts.package_requests import Environment

CONDA = """\
name: scoring
channels: [conda-forge]
dependencies:
  - python=3.8
  - pip:
    - "azureml-defaults==1.34.0"  # mdc-bridge: ignore=MDC6
    - --extra-index-url https://host
"""


def _read(tmp_path: Path, name: str, text: str, is_wanted: bool = True) -> Optional[Environment]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    facts, problems = read_environment(str(path), is_wanted)
    assert not problems
    return facts[0].environments[0] if facts else None


def _requests(environment: Optional[Environment]) -> list[tuple[str, int, int]]:
    assert environment is not None
    return [(a.requirement.text, a.place.line, a.place.column) for a in environment.requests]


def test_conda_file(tmp_path: Path) -> None:
    """Packages of conda and of pip; options of pip are none."""
    environment = _read(tmp_path, "env.yml", CONDA)
    assert _requests(environment) == [("python=3.8", 4, 5), ("azureml-defaults==1.34.0", 6, 7)]
    assert environment is not None
    assert environment.chooses_python


@pytest.mark.parametrize(
    "text",
    [
        "{dependencies: [python=3.8, {pip: [azureml-defaults]}]}",
        "environment:\n  conda_file:\n    dependencies:\n    - azureml-defaults\n",
        "\ufeffdependencies:\n- azureml-defaults\n",
        "a: &a [*a]\nb: [*a]\ndependencies: [azureml-defaults]",
    ],
)
def test_forms_of_conda_files(tmp_path: Path, text: str) -> None:
    """As a flow, inside an environment of Azure ML, with a byte order mark, with aliases."""
    environment = _read(tmp_path, "conda.yaml", text, is_wanted=False)
    assert environment is not None
    assert environment.named("azureml-defaults") is not None


def test_pip_file(tmp_path: Path) -> None:
    """Lines, without comments and options."""
    text = "# of scoring\n  numpy==1.18.5 # old\n--no-binary x\nmdc-bridge\n"
    environment = _read(tmp_path, "requirements.txt", text)
    assert _requests(environment) == [("numpy==1.18.5", 2, 3), ("mdc-bridge", 4, 1)]
    assert environment is not None
    assert not environment.chooses_python


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x.yml", "a: [", "is not valid YAML"),
        ("x.yml", "name: x\n", "is not a conda file"),
        ("x.yml", "dependencies:\n- name: chart\n  version: 1\n", "is not a conda file"),
        ("x.yml", "", "is not a conda file"),
        ("x.yml", "[" * 5000, "is not valid YAML"),
        ("requirements.txt", "\xff", "is not UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str, reason: str) -> None:
    """Told where they were asked for; passed over where they only lie there."""
    path = tmp_path / name
    path.write_text(text, encoding="latin-1")
    facts, problems = read_environment(str(path))
    assert (facts, len(problems)) == ([], 1)
    assert problems[0].reason.startswith(reason)
    assert read_environment(str(path), is_wanted=False) == ([], [])


def test_an_environment_of_scoring_that_is_no_yaml(tmp_path: Path) -> None:
    """A template that asks for the old SDK is reported, with its line."""
    path = tmp_path / "env.yml"
    path.write_text("dependencies:\n- azureml-defaults\n- {{ python }}: [\n")
    _, (problem,) = read_environment(str(path), is_wanted=False)
    assert problem.line is not None
    assert "is not valid YAML" in problem.reason


def test_files_that_are_looked_for(tmp_path: Path) -> None:
    """Only where environments are wanted, and by their names."""
    wanted = ["conda.YAML", "constraints-3.txt", "dev-requirements.in", "env.yml"]
    wanted.append("requirements-dev.txt")
    for name in ("a.py", "notes.txt", "x.toml", "x.in", *wanted):
        (tmp_path / name).touch()
    found, _ = find_scripts(tmp_path)
    assert [Path(path).name for path in found] == ["a.py"]
    found, _ = find_scripts(tmp_path, with_environments=True)
    names = [Path(path).name for path in found]
    assert names == ["a.py", *wanted]
    assert [is_environment_name(path) for path in found] == [False, *[True] * 5]
