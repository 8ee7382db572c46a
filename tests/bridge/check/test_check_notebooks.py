"""What notebooks hold beside Python is read too: Databricks' cells, files, texts, installs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.check import Report, check

SCORE = """\
from azureml.monitoring import ModelDataCollector

def init():
    global dc
    dc = ModelDataCollector("m", identifier="inputs")

def run(raw):
    dc.collect("text")
"""
CONDA = "name: x\ndependencies:\n- python=3.8\n- pip:\n  - azureml-monitoring\n  - numpy==1.16\n"
NEXT = "\n# COMMAND ----------\n\n"


def _magic(text: str) -> str:
    return "".join(f"# MAGIC {line}".rstrip() + "\n" for line in text.splitlines())


def _checked(folder: Path, name: str, text: str) -> Report:
    (folder / name).write_bytes(text.encode())
    return check(folder / name)


def _found(report: Report) -> list[tuple[str, int]]:
    return [(one.rule, one.place.line) for one in report.findings]


def _notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": made})


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "head", ["%%writefile score.py\n", "%%writefile -a /dbfs/x/score.py\n", "%python\n", "%%time\n"]
)
def test_magic_cells_of_databricks(tmp_path: Path, head: str, newline: str) -> None:
    """A cell that is comments is read as Jupyter's would be, its places those of the file."""
    text = f"# Databricks notebook source\nprint(1)\n{NEXT}{_magic(head + SCORE)}"
    report = _checked(tmp_path, "nb.py", text.replace("\n", newline))
    assert report.unreadable == ()
    assert _found(report) == [("MDC101", 7), ("MDC202", 11), ("MDC303", 14)]
    assert [one.place.column for one in report.findings] == [40, 18, 13]
    assert report.files == 1


def test_comments_in_magic_cells_of_databricks(tmp_path: Path) -> None:
    """Columns of comments count what stands before the cell's lines, as all columns do."""
    cell = _magic("%python\nx = 1  # mdc-bridge: ignore=X1")
    text = f"# Databricks notebook source\n{cell}"
    (finding,) = _checked(tmp_path, "nb.py", text).findings
    assert (finding.rule, finding.place.line) == ("MDC901", 3)
    start, end = finding.place.column - 1, finding.place.end_column - 1
    assert text.splitlines()[2][start:end] == "# mdc-bridge: ignore=X1"


def test_other_cells_of_databricks(tmp_path: Path) -> None:
    """Installs are read; texts and other languages are not."""
    cells = [
        "%md\nModelDataCollector('m') collects",
        "%sql\nSELECT azureml FROM x",
        "%pip install azureml-monitoring numpy==1.16 # azureml",
        "%sh\necho azureml\npip install azureml-monitoring",
        "%run ./other",
        f"%%writefile /dbfs/conda.yml\n{CONDA}",
    ]
    text = "# Databricks notebook source\n" + NEXT.join(map(_magic, cells))
    report = _checked(tmp_path, "nb.py", text)
    assert report.unreadable == ()
    rules = [one.rule for one in report.findings]
    assert rules.count("MDC503") == 3
    assert rules.count("MDC603") == 2


def test_a_name_may_come_from_a_notebook_that_is_run(tmp_path: Path) -> None:
    """What `%run` brings is not known, so the class may be there."""
    code = "dc = ModelDataCollector('m', 'inputs')\n"
    head = "# Databricks notebook source\n"
    assert "MDC104" in dict(_found(_checked(tmp_path, "a.py", head + code)))
    run = f"# MAGIC %run ./imports\n{NEXT}"
    assert "MDC104" not in dict(_found(_checked(tmp_path, "b.py", head + run + code)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('score = """\nSCORE"""\nopen("score.py", "w").write(score)\n', 2),
        ('score = """\\\nSCORE"""\n', 2),
        ('dbutils.fs.put("/score.py", """SCORE""", True)\n', 1),
        ("Path('score.py').write_text(textwrap.dedent('''\nSCORE'''))\n", 2),
        ("x = 1\ndef make():\n    return f'''\nSCORE# {x}\n'''\n", 4),
        ("scripts = {'score.py': r'''SCORE'''}\n", 1),
    ],
)
def test_scripts_in_texts(tmp_path: Path, text: str, line: int) -> None:
    """A script that another holds as text is read, its lines are those of the file."""
    report = _checked(tmp_path, "deploy.py", text.replace("SCORE", SCORE))
    expected = [("MDC101", line), ("MDC202", line + 4), ("MDC303", line + 7)]
    assert _found(report) == expected


@pytest.mark.parametrize(
    ("head", "line"),
    [("%%bash\ncat > score.py << 'EOF'\n", 3), ("%%sh\nls\ncat <<EOF >score.py\n", 4)],
)
def test_scripts_that_a_shell_writes(tmp_path: Path, head: str, line: int) -> None:
    """A document in a cell of a shell is read as the script that it is."""
    report = _checked(tmp_path, "a.ipynb", _notebook(f"{head}{SCORE}EOF\necho done\n"))
    expected = [("MDC101", line), ("MDC202", line + 4), ("MDC303", line + 7)]
    assert _found(report) == expected


def test_texts_that_are_no_scripts(tmp_path: Path) -> None:
    """Documentation is left alone; a template of a scoring script is reported."""
    usage = (
        '"""Use it so:\n\nfrom azureml.monitoring import ModelDataCollector\ndc.collect(1)\n"""\n'
    )
    assert _checked(tmp_path, "a.py", f"{usage}x = 'ModelDataCollector( is old'\n").is_fine()
    template = SCORE.replace("def init", "{% if x %}\ndef init")
    report = _checked(tmp_path, "b.py", f"x = '''\n{template}'''\n")
    assert _found(report) == [("MDC316", 1)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (f"%%writefile conda.yml\n{CONDA}", [("MDC503", 6), ("MDC603", 7)]),
        (CONDA, [("MDC503", 5), ("MDC603", 6)]),
        ("%%file requirements.txt\nazureml-monitoring\n", [("MDC503", 2), ("MDC601", 2)]),
        ("!pip install azureml-monitoring\nx = 1\n", [("MDC503", 1), ("MDC601", 1)]),
        ("pip install azureml-monitoring\n", [("MDC503", 1), ("MDC601", 1)]),
        ("%%bash\npip install -q azureml-monitoring", [("MDC503", 2), ("MDC601", 2)]),
        ("name: x\nschema:\n- a: 1\n", []),
        ("- a: 1\n- b: 2\n", []),
        ("computeType: AKS\nautoScaler:\n  minReplicas: 1\n", []),
        ("az ml model deploy -n x\ncd folder\n", []),
        ("SELECT * FROM x\n", []),
        ("a: 1\n---\nb: 2\n", []),
        ("FROM ubuntu:22.04\nRUN ls\n", []),
        ("FROM ubuntu:22.04\nRUN pip install azureml-monitoring\n", [("MDC503", 2)]),
        ("<html>\n</html>\n", []),
    ],
)
def test_cells_that_are_no_python(
    tmp_path: Path, cell: str, expected: list[tuple[str, int]]
) -> None:
    """YAML and commands in cells are not failures; files of conda and pip in them are read."""
    report = _checked(tmp_path, "a.ipynb", _notebook("x = 1", cell))
    assert report.unreadable == ()
    assert sorted(_found(report)) == expected
    assert {one.place.cell for one in report.findings} <= {2}


@pytest.mark.parametrize(
    "cell",
    [
        "print 'x'\n",
        "def f(x):\n  print x\n",
        "try:\n  print x\n",
        "with open(x) as f:\n  print f\n",
    ],
)
def test_cells_that_should_be_python(tmp_path: Path, cell: str) -> None:
    """What is not YAML either is still reported."""
    assert len(_checked(tmp_path, "a.ipynb", _notebook(cell)).unreadable) == 1


OLD_NUMPY = "add_conda_package('numpy=1.16')"
CODE = [
    ("CondaDependencies.create(pip_packages=['azureml-defaults', 'numpy==1.16'])", 1),
    ("CondaDependencies.create(None, ['azureml-defaults', 'numpy==1.16'])", 1),
    ("CondaDependencies.create(conda_packages=['numpy=1.16'], pip_packages=['mdc-bridge'])", 1),
    (f"c = CondaDependencies()\nc.add_pip_package('azureml-defaults')\nc.{OLD_NUMPY}", 3),
    (f"c = CondaDependencies.create()\nc.add_pip_package('mdc-bridge')\nc.{OLD_NUMPY}", 3),
    (f"e.python.x.add_pip_package('azureml-defaults')\ne.python.x.{OLD_NUMPY}", 2),
]


@pytest.mark.parametrize(("code", "line"), CODE)
def test_packages_in_code(tmp_path: Path, code: str, line: int) -> None:
    """What code adds to an environment is looked at like a conda file."""
    head = "from azureml.core.conda_dependencies import CondaDependencies\n"
    report = _checked(tmp_path, "deploy.py", f"{head}{code}\n")
    assert [at for rule, at in _found(report) if rule == "MDC603"] == [line + 1]


def test_another_environment_is_another(tmp_path: Path) -> None:
    """What trains is not what scores."""
    text = (
        "from azureml.core.conda_dependencies import CondaDependencies\n"
        "a = CondaDependencies.create(pip_packages=['numpy==1.16'])\n"
        "b = CondaDependencies.create(pip_packages=['azureml-defaults'])\n"
    )
    rules = [rule for rule, _ in _found(_checked(tmp_path, "deploy.py", text))]
    assert rules == ["MDC404", "MDC601"]


@pytest.mark.parametrize("source", [5, None, {"text": "x"}, ["x = 1", 5]])
@pytest.mark.parametrize("name", ["source", "input"])
def test_a_cell_whose_source_is_not_text(tmp_path: Path, source: Any, name: str) -> None:
    """It is told with its number, and the other cells are read."""
    notebook = json.loads(_notebook("import azureml.core"))
    notebook["cells"].insert(0, {"cell_type": "code", name: source})
    report = _checked(tmp_path, "a.ipynb", json.dumps(notebook))
    assert [(one.cell, one.reason) for one in report.unreadable] == [(1, "its source is not text")]
    assert {one.place.cell for one in report.findings} == {2}
