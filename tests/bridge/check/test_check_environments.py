"""Whether mdc-bridge installs beside what files of conda and pip ask for, and code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_bridge.check import Report, check
from mdc_bridge.check.listing import summary
from mdc_bridge.cli.app import run

CONDA, PIP = "environment.yml", "requirements.txt"
OLD = "azureml-defaults==1.34.0 python=3.8"

# Rule, file, its packages, and those (counted from 1) that the rule applies to.
ENVIRONMENTS = [
    ("MDC503", CONDA, "python=3.8 azureml-monitoring", [2]),
    ("MDC503", PIP, "azureml-monitoring==0.1.0a21 azureml-ai-monitoring", [1]),
    ("MDC601", CONDA, f"{OLD} numpy==1.18.5 pandas==1.1.5 scikit-learn==0.22.2", [1]),
    ("MDC601", CONDA, f"{OLD} mdc-bridge", [3]),
    ("MDC601", PIP, "numpy", [1]),
    ("MDC503", CONDA, "python=3.6.9 azureml-monitoring azureml-defaults", []),
    ("MDC601", CONDA, "python=3.6 azureml-monitoring azureml-defaults==1.34.0", [1]),
    ("MDC601", CONDA, "python=3.5 azureml-defaults", []),
    ("MDC601", CONDA, "python=3.8 numpy=1.16", []),
    ("MDC601", CONDA, "python=3.8 azureml-defaults==1.20.0", []),
    ("MDC601", CONDA, "python=3.10 azureml-defaults==1.34.0", []),
    ("MDC602", CONDA, "azureml-defaults python=3.5.2", [2]),
    ("MDC602", CONDA, "python<3.6", [1]),
    ("MDC602", CONDA, "python=3.6.2", []),
    ("MDC602", CONDA, "python>=3.6", []),
    ("MDC602", CONDA, "python=3", []),
    ("MDC602", CONDA, "python=3.7.16", []),
    ("MDC603", PIP, "numpy==1.16.4 pandas<1.1 azure-storage-blob==2.1.0", [1, 2, 3]),
    ("MDC603", PIP, "numpy==1.18.5 pandas~=1.0 azure-storage-blob>=2 scipy==1.1", []),
    ("MDC603", PIP, "numpy==1.16.4;python_version<'3.7'", []),
    ("MDC604", CONDA, "azureml-defaults==1.34.0", [1]),
    ("MDC604", CONDA, "numpy azureml-defaults python>=3.6", [3]),
    ("MDC604", CONDA, OLD, []),
    ("MDC604", PIP, "azureml-defaults==1.34.0", []),
    (
        "MDC605",
        PIP,
        "azureml-defaults==1.15.0 azureml-sdk~=1.20.0 azureml-defaults==1.33",
        [1, 2, 3],
    ),
    ("MDC605", PIP, "azureml-defaults==1.14.0 azureml-sdk==1.34.0 azureml-core==1.20.0", []),
    ("MDC605", PIP, "azureml-defaults~=1.20 azureml-sdk<1.30 azureml-defaults>=1.20", []),
    ("MDC606", CONDA, "azureml-defaults==1.34.0 python=3.10", [2]),
    ("MDC606", CONDA, "azureml-defaults==1.60.0 python=3.7", [2]),
    ("MDC606", CONDA, "azureml-defaults==1.54.0 python=3.12", [2]),
    ("MDC606", CONDA, "azureml-defaults==1.14.0 python=3.9", [2]),
    ("MDC606", CONDA, "azureml-defaults==1.62.0 python=3.12", []),
    ("MDC606", CONDA, "azureml-defaults python=3.7", []),
    ("MDC607", PIP, "mdc-bridge[tools] x[tools]", [1]),
    ("MDC607", PIP, "mdc-bridge", []),
    ("MDC608", PIP, "azureml-ai-monitoring mdc-bridge", [1]),
    ("MDC608", PIP, "azureml-ai-monitoring", []),
    ("MDC609", PIP, "azureml-defaults==1.34.0 jinja2<3.1", [1]),
    ("MDC609", PIP, "azureml-defaults~=1.14.0 itsdangerous==2.0.1", [1]),
    ("MDC609", PIP, "azureml-defaults==1.34.0 jinja2==3.0.3 itsdangerous<2.1", []),
    ("MDC609", PIP, "azureml-defaults==1.20.0 azureml-defaults", []),
    ("MDC609", PIP, "azureml-defaults==1.36.0 azureml-core==1.34.0", []),
    ("MDC609", PIP, "azureml-defaults", []),
]


def _checked(folder: Path, name: str, packages: str) -> Report:
    lines = [f"- {each}" if name == CONDA else each for each in packages.split()]
    path = folder / name
    path.write_text("\n".join(["dependencies:", *lines] if name == CONDA else lines))
    report = check(path)
    assert (report.unreadable, report.files, report.environments) == ((), 0, 1)
    return report


@pytest.mark.parametrize(("rule", "name", "packages", "expected"), ENVIRONMENTS)
def test_rule(tmp_path: Path, rule: str, name: str, packages: str, expected: list[int]) -> None:
    """Every rule applies where it should, and nowhere else."""
    report = _checked(tmp_path, name, packages)
    lines = [one.place.line - (name == CONDA) for one in report.findings if one.rule == rule]
    assert lines == expected


@pytest.mark.parametrize(
    ("defaults", "python"),
    [("==1.14.0", "3.8"), ("==1.34.0", "3.9"), ("~=1.48.0", "3.10"), ("==1.60.0", "3.11")]
    + [("", "3.10"), (">=1.34", "3.10"), ("==1.62.0", "3.10")],
)
def test_python_that_is_advised(tmp_path: Path, defaults: str, python: str) -> None:
    """The newest that the file's azureml-defaults has packages for."""
    report = _checked(tmp_path, CONDA, f"azureml-defaults{defaults}")
    assert [one.advice for one in report.findings if one.rule == "MDC604"] == [f"python={python}"]


CODE = """
from azureml.core.conda_dependencies import CondaDependencies
packages = ["azureml-defaults==1.20.0", "numpy==1.16.0"]
CondaDependencies.create(pip_packages=packages, conda_packages=["scipy"], python_version="3.5.2")
CondaDependencies.create(pip_packages=["azureml-sdk==1.20.0"])
CondaDependencies.create(pip_packages=unknown, conda_packages=["mdc-bridge", unknown])
"""


def test_what_code_asks_for(tmp_path: Path) -> None:
    """Constants of CondaDependencies.create count as a file does; those of training do not."""
    path = tmp_path / "deploy.py"
    path.write_text(CODE)
    found = {(one.place.line, one.rule) for one in check(path).findings if one.rule[3] == "6"}
    assert found == {(4, "MDC602"), (4, "MDC603"), (4, "MDC605"), (6, "MDC601")}


def test_comment_that_switches_a_rule_off(tmp_path: Path) -> None:
    """In files of conda and pip as in scripts."""
    path = tmp_path / PIP
    path.write_text("numpy==1.16.0  # mdc-bridge: ignore=MDC603\npandas==1.0\n")
    report = check(path)
    assert [one.place.line for one in report.findings] == [2]
    assert report.ignored == 1


def test_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Environments of scoring are found; other YAML is passed over, and counted nowhere."""
    (tmp_path / "score.py").write_text("x = 1")
    (tmp_path / "chart.yml").write_text("dependencies:\n- name: azureml-defaults\n")
    (tmp_path / "dev-requirements.txt").write_text("numpy==1.2\n")
    (tmp_path / "conda.yml").write_text("dependencies: [python=3.8, azureml-defaults==1.48.0]")
    assert run(["check", str(tmp_path)]) == 0, capsys.readouterr()
    printed = capsys.readouterr()
    assert printed.out == (
        f"{tmp_path}/conda.yml:1:16: unchanged MDC601 mdc-bridge installs beside 1 package, "
        "python=3.8: one line more, among pip's\n"
    )
    assert printed.err.startswith("1 script, 1 environment: 1 place works unchanged, ")
    assert summary(check(tmp_path / "score.py")).startswith("1 script: ")
