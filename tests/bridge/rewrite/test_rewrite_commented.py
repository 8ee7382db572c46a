"""Scripts that a Databricks notebook in source form writes from its cells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mdc_bridge.rewrite import RewrittenSource, rewrite, rewrite_source
from tests.bridge.rewrite.rewriting_cases import CONSTRUCTED

SCRIPT = """\
from azureml.monitoring import ModelDataCollector

def init():
    global i
    i = ModelDataCollector("m", designation="inputs", feature_names=["a"])

def run(x):
    i.collect(x)
"""
HEAD = "# Databricks notebook source\nprint('before')\n\n# COMMAND ----------\n\n"
TAIL = "\n# COMMAND ----------\n\nprint('after')\n"


def _cell(text: str, magic: str = "%%writefile score.py") -> str:
    lines = [magic, *text.splitlines()]
    return "".join(f"# MAGIC {line}".rstrip() + "\n" for line in lines)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_script_in_a_cell(tmp_path: Path, newline: str) -> None:
    """It is what the script alone becomes, behind the marks; all other lines stay."""
    path = tmp_path / "notebook.py"
    path.write_bytes((HEAD + _cell(SCRIPT) + TAIL).replace("\n", newline).encode())
    done = rewrite(path, write=True)
    assert [change.line for change in done.files[0].changes] == [7, 11, 14]
    after = path.read_bytes().decode()
    expected = HEAD + _cell(rewrite_source(SCRIPT).text) + TAIL
    assert after == expected.replace("\n", newline)
    assert not rewrite(path).files


def test_cells_above_and_below_code_of_the_notebook(tmp_path: Path) -> None:
    """Each is found at its place, also where what stands above it has become longer."""
    own = (
        "from azureml.monitoring import ModelDataCollector\n"
        "j = ModelDataCollector('n', 'inputs', ['b'])\nj.collect([1])\n"
    )
    path = tmp_path / "notebook.py"
    text = HEAD + _cell(SCRIPT) + TAIL + own + TAIL + _cell(SCRIPT, "%%writefile two.py")
    path.write_text(text)
    done = rewrite(path, write=True)
    assert not done.files[0].left_alone
    after = path.read_text()
    assert "ModelDataCollector" not in after
    assert after.count(CONSTRUCTED.format("model_inputs")) == 2
    assert after.count("# MAGIC def init():") == 2
    subprocess.run([sys.executable, "-m", "py_compile", str(path)], check=True)


def test_other_cells_are_left_alone(tmp_path: Path) -> None:
    """Code in a cell that shares its names with others, and what is added to a file."""
    path = tmp_path / "notebook.py"
    shared = "from azureml.monitoring import ModelDataCollector\n"
    added = _cell(SCRIPT, "%%writefile -a score.py")
    path.write_text(HEAD + _cell(shared, "%python") + TAIL + _cell(SCRIPT) + TAIL + added)
    (file,) = rewrite(path, write=True).files
    assert file.before == file.after
    assert {left.line for left in file.left_alone} == {7, 13, 26}


def test_a_notebook_whose_own_code_is_not_python(tmp_path: Path) -> None:
    """It is named, and stays as it is; other files are rewritten."""
    path = tmp_path / "notebook.py"
    path.write_text(HEAD.replace("print('before')", "print(") + _cell(SCRIPT))
    (tmp_path / "score.py").write_text(SCRIPT)
    done = rewrite(tmp_path)
    assert [each.path for each in done.files] == [str(tmp_path / "score.py")]
    assert [(each.path, each.line) for each in done.unreadable] == [(str(path), 2)]


def test_a_cell_that_libcst_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named by its line; the others are rewritten."""

    def refuse(text: str) -> RewrittenSource:
        if "refused" in text and not text.startswith(HEAD):
            raise SyntaxError("newer Python", ("", 1, 1, ""))
        return rewrite_source(text)

    monkeypatch.setattr("mdc_bridge.rewrite.rewriting.rewrite_source", refuse)
    path = tmp_path / "notebook.py"
    path.write_text(HEAD + _cell(SCRIPT) + TAIL + _cell("refused = 1\n", "%%writefile two.py"))
    done = rewrite(path)
    assert [change.line for change in done.files[0].changes] == [7, 11, 14]
    assert [(each.line, each.reason[:16]) for each in done.unreadable] == [(20, "cannot be parsed")]
