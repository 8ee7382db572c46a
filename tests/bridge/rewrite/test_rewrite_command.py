"""`mdc-bridge rewrite`: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from tests.bridge.rewrite.rewriting_cases import COLLECTORS, IMPORT

SCRIPT = COLLECTORS + "def run(data):\n    i.collect(data)\n    p.collect(data)\n"
UNSURE = IMPORT + "print(ModelDataCollector)\n"


@pytest.mark.parametrize(
    ("scripts", "options", "code"),
    [
        ([SCRIPT], [], 1),
        ([SCRIPT], ["--diff"], 1),
        ([SCRIPT], ["--write"], 0),
        ([SCRIPT, UNSURE], ["--write"], 1),
        ([UNSURE], [], 1),
        (["x = 1\n"], [], 0),
        (["print 1\n"], [], 2),
        ([SCRIPT, "print 1\n"], ["--write"], 2),
    ],
)
def test_exit_code(tmp_path: Path, scripts: list[str], options: list[str], code: int) -> None:
    """0 nothing is left to do, 1 something is, 2 something could not be read."""
    for number, script in enumerate(scripts):
        (tmp_path / f"score_{number}.py").write_text(script)
    assert run(["rewrite", *options, str(tmp_path)]) == code
    assert run(["rewrite", *options, "--json", str(tmp_path / "missing")]) == 2


@pytest.mark.parametrize("option", ["--diff", "--write", "--json"])
def test_nothing_to_rewrite(
    tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without scripts is a mistake; a missing path is reported, the rest rewritten."""
    assert run(["rewrite", option, str(tmp_path)]) == 2
    assert f"no .py or .ipynb file below {tmp_path}" in capsys.readouterr().err
    (tmp_path / "score.py").write_text(SCRIPT)
    assert run(["rewrite", option, str(tmp_path), str(tmp_path / "nope.py")]) == 2
    printed = capsys.readouterr()
    assert "nope.py" in printed.out + printed.err
    assert ((tmp_path / "score.py").read_text() != SCRIPT) == (option == "--write")


def test_diff_is_all_of_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The diff can be given to patch; what is left alone is listed beside it."""
    path = tmp_path / "score.py"
    path.write_text(SCRIPT)
    (tmp_path / "unsure.py").write_text(UNSURE)
    assert run(["rewrite", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(f"--- {path}\n+++ {path}\n@@ ")
    assert "+    context = i.collect(" in printed.out
    assert f"{tmp_path / 'unsure.py'}:2: left alone: the old class is also used for" in printed.err
    assert "1 file to be rewritten" in printed.err
    assert path.read_text() == SCRIPT


@pytest.mark.parametrize("option", ["--diff", "--write", "--json"])
def test_names_of_files_need_not_be_utf_8(
    tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are printed as far as they can be."""
    for name, script in ((b"score\xff.py", SCRIPT), (b"two\xff.py", "print 1\n")):
        (tmp_path / os.fsdecode(name)).write_text(script)
    assert run(["rewrite", option, str(tmp_path)]) == 2
    printed = capsys.readouterr()
    if option == "--json":
        found = json.loads(printed.out)
        assert [Path(file["path"]).name for file in found["files"]] == ["score?.py"]
        assert [Path(file["path"]).name for file in found["unreadable"]] == ["two?.py"]


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that is printed, for machines."""
    (tmp_path / "score.py").write_text(SCRIPT)
    (tmp_path / "two.py").write_text("print 1\n")
    assert run(["rewrite", "--json", "--write", str(tmp_path)]) == 2
    printed = json.loads(capsys.readouterr().out)
    assert printed["written"] is True
    (file,) = printed["files"]
    assert file["path"] == str(tmp_path / "score.py")
    assert {"line": 5, "what": "i collects to model_inputs", "cell": None} in file["changes"]
    assert file["left_alone"] == []
    assert file["diff"].startswith("---")
    assert printed["unreadable"][0]["line"] == 1
