"""Whether mdc-bridge installs beside what files of conda and pip ask for, and code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_bridge.check import Report, check
from mdc_bridge.check.listing import summary
from mdc_bridge.check.releases import releases
from mdc_bridge.cli.app import run
from mdc_bridge.needs import PACKAGES, version_text
from mdc_bridge.versions import Version

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
    ("MDC602", CONDA, "python=3.6.0", [1]),
    ("MDC602", CONDA, "python==3.6.1 python==3.6", []),
    ("MDC601", CONDA, "python=3.6.0 azureml-defaults==1.34.0", []),
    ("MDC602", CONDA, "python>=3.6", []),
    ("MDC602", CONDA, "python=3", []),
    ("MDC602", CONDA, "python=3.7.16", []),
    ("MDC603", PIP, "numpy==1.16.4 pandas<1.1 azure-storage-blob==2.1.0", [1, 2, 3]),
    ("MDC603", PIP, "numpy==1.18.5 pandas~=1.0 azure-storage-blob>=2 scipy==1.1", []),
    ("MDC603", PIP, "numpy==1.16.4;python_version<'3.7'", []),
    ("MDC603", PIP, "azure-core==1.8.2", [1]),
    ("MDC603", PIP, "azure-core==1.9.0 cryptography==2.0 tzdata==2020.1 pytz==2016.1", [1, 2]),
    ("MDC603", PIP, "azure-core<1.10 numpy", [1]),
    ("MDC603", PIP, "msrest==0.6.10 azure-core>=1.2", []),
    ("MDC603", PIP, "azure-identity==1.1.0", [1]),
    ("MDC603", CONDA, "python=3.6 azure-identity=1.1.0", []),
    ("MDC601", CONDA, "python=3.6 azure-identity=1.1.0", [1]),
    ("MDC603", CONDA, "python=3.6 numpy==1.16.4;python_version<'3.7'", [2]),
    ("MDC603", CONDA, "python=3.8 numpy==1.16.4;python_version<'3.7'", []),
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
    ("MDC606", CONDA, "azureml-defaults==1.62.0 python=3.8", [2]),
    ("MDC606", CONDA, "azureml-defaults==1.61.0 python=3.7.9", [2]),
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
    ("MDC609", CONDA, "python=3.6 azureml-defaults==1.34.0", []),
    ("MDC609", CONDA, "python=3.7 azureml-defaults==1.34.0", [2]),
    ("MDC609", CONDA, "python<3.7 azureml-defaults==1.14.0", []),
    ("MDC610", PIP, "numpy ./there.whl scipy", [2]),
    ("MDC611", PIP, "azureml-defaults=1.42.0 numpy==1.18 conda-forge::scipy", [1, 3]),
    ("MDC611", CONDA, "azureml-defaults=1.42.0 numpy=1.18", []),
    ("MDC601", PIP, "azureml-defaults=1.42.0", []),
    ("MDC612", CONDA, "python=3.8 pandas=2.2 numpy=1.22", [2]),
    ("MDC612", CONDA, "python=3.6 msrest==0.6.10", [2]),
    ("MDC612", CONDA, "python=3.6 azure-identity==1.15.0", [2]),
    ("MDC612", CONDA, "python=3.10 numpy==1.18.5 pandas==1.3.5", [2]),
    ("MDC612", CONDA, "python=3.6 azureml-defaults==1.34.0 azure-identity==1.1.0", [3]),
    ("MDC612", PIP, "azureml-defaults==1.42.0 azure-storage-blob==12.19.0", [2]),
    ("MDC612", PIP, "azure-core==1.12 azure-storage-blob==12.11.0", [2]),
    ("MDC612", PIP, "azureml-defaults==1.42.0 azure-storage-blob==12.11.0 pandas==1.1.5", []),
    ("MDC612", CONDA, "azureml-defaults==1.34.0 python=3.10", []),
    ("MDC612", PIP, "azureml-defaults==1.42.0 azureml-core==1.38.0", [2]),
    ("MDC612", PIP, "azureml-core==1.60.0 azureml-defaults==1.62.0", []),
    ("MDC612", PIP, "azureml-core==1.54.0 msal==1.12.0", [2]),
    ("MDC612", CONDA, "python=3.11 azureml-defaults==1.62.0 numpy==2.4", [3]),
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


IMAGES = Path(__file__).parents[3] / "requirements" / "images"


@pytest.mark.parametrize("lock", sorted(IMAGES.glob("*.txt")), ids=lambda lock: lock.stem)
def test_images_that_were_built(tmp_path: Path, lock: Path) -> None:
    """What pip has installed beside mdc-bridge is never said not to install."""
    python = lock.stem.partition("-py3")[2]
    packages = [line for line in lock.read_text("utf-8").splitlines() if line[:1] != "#"]
    _checked(tmp_path, CONDA, " ".join([f"python=3.{python}", *packages]))
    found = {one.rule for one in check(tmp_path / CONDA).findings}
    assert "MDC601" in found


FLOORS = sorted(
    set(PACKAGES.items())
    | {
        (need.name, need.oldest)
        for name, found in releases().items()
        if name in PACKAGES
        for need in found[0].needs
    }
)


@pytest.mark.parametrize(("name", "oldest"), FLOORS, ids=lambda value: str(value))
def test_pins_below_every_floor(tmp_path: Path, name: str, oldest: Version) -> None:
    """Nothing older than what all releases need, of our dependencies and theirs, is promised."""
    may_go = {"msrest", "six", "pytz"}  # newer releases do without
    lower = version_text((*oldest[:-1], oldest[-1] - 1, 99))
    for bounds in (f"=={lower}", f"<{version_text(oldest)}", f"~={lower}"):
        report = _checked(tmp_path, PIP, f"{name}{bounds}")
        assert [one.rule for one in report.findings] == (
            ["MDC601"] if name in may_go else ["MDC603"]
        )
    assert [one.rule for one in _checked(tmp_path, PIP, f"{name}>={lower}").findings] == ["MDC601"]


@pytest.mark.parametrize("line", ["-r {}", "-r{}", "--requirement={}", "--requirement {}", "-c {}"])
@pytest.mark.parametrize("name", [CONDA, PIP, "reqs.in"])
def test_files_that_are_named(tmp_path: Path, name: str, line: str) -> None:
    """What they pin counts, at its own place; in loops as well, and relative to each file."""
    (tmp_path / "more" / "deep").mkdir(parents=True)
    (tmp_path / "more" / "a.txt").write_text(f"-r deep/b.txt\n-r ../{name}\n-r a.txt\n")
    (tmp_path / "more" / "deep" / "b.txt").write_text("scipy\nazure-core==1.8.2\n")
    text = line.format("more/a.txt")
    path = tmp_path / name
    if name == CONDA:
        (tmp_path / "more" / "a.txt").write_text("-r deep/b.txt\n-r a.txt\n")
        text = f"dependencies:\n- python=3.8\n- pip:\n  - numpy\n  - {text}\n"
    path.write_text(text if name == CONDA else f"numpy\n{text}\n")
    (found,) = check(path).findings
    assert (found.rule, found.place.line) == ("MDC603", 2)
    assert found.place.path == str(tmp_path / "more" / "deep" / "b.txt")


@pytest.mark.parametrize(
    "line",
    [
        "-r no.txt",
        "--constraint=no.txt",
        "-e ./no",
        "-c https://host/c.txt",
        "./no",
        "-r ${X}/a.txt",
    ],
)
def test_files_that_are_not_there(tmp_path: Path, line: str) -> None:
    """Named, at the line that names them, and nothing is promised."""
    path = tmp_path / PIP
    path.write_text(f"numpy\n{line}\n")
    (found,) = check(path).findings
    assert (found.rule, found.place.line) == ("MDC610", 2)


def test_constraints_ask_for_nothing(tmp_path: Path) -> None:
    """They pin what is asked for elsewhere, or comes with mdc-bridge."""
    (tmp_path / "c.txt").write_text("azureml-defaults==1.20.0\nazureml-monitoring\nnumpy==1.19\n")
    path = tmp_path / PIP
    path.write_text("-c c.txt\nscipy\n")
    (found,) = check(path).findings
    assert (found.rule, found.message.split(":")[0]) == (
        "MDC601",
        "mdc-bridge can be installed with 1 package",
    )
    path.write_text("-c c.txt\nazureml-defaults\n")
    assert [one.rule for one in check(path).findings] == ["MDC605"]


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
        f"{tmp_path}/conda.yml:1:16: unchanged MDC601 mdc-bridge can be installed with 1 "
        "package, python=3.8: add mdc-bridge to the pip packages\n"
    )
    assert printed.err.startswith("1 script, 1 environment: 1 place works unchanged, ")
    assert summary(check(tmp_path / "score.py")).startswith("1 script: ")


def test_pip_files_that_are_named_themselves(tmp_path: Path) -> None:
    """Whatever their names are; by a URL as well."""
    for name in ("constraints.txt", "c1.txt", "REQS.IN"):
        path = tmp_path / name
        path.write_text("azure-core==1.9.0\n")
        for given in (str(path), path.as_uri()):
            report = check(given)
            assert [one.rule for one in report.findings] == ["MDC603"]
            assert (report.files, report.environments) == (0, 1)


def test_a_file_that_two_name(tmp_path: Path) -> None:
    """Its findings, and what is switched off in it, are reported once."""
    (tmp_path / "requirements.txt").write_text(
        "azureml-defaults\nnumpy==1.16\npandas==1.0  # mdc-bridge: ignore\n"
    )
    (tmp_path / "conda.yml").write_text("dependencies:\n- pip:\n  - -r requirements.txt\n")
    report = check(tmp_path)
    assert [one.rule for one in report.findings] == ["MDC604", "MDC603"]
    assert (report.ignored, report.environments) == (1, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """As pip reads them: what PowerShell's pip freeze writes is UTF-16."""
    (tmp_path / "requirements.txt").write_text("-r more.txt\nnumpy==1.16\n", encoding=encoding)
    (tmp_path / "more.txt").write_text("pandas==1.0\n", encoding=encoding)
    found = [(Path(one.place.path).name, one.rule) for one in check(tmp_path / PIP).findings]
    assert found == [("requirements.txt", "MDC603"), ("more.txt", "MDC603")]
