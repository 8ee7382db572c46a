"""Scripts are found below paths and read as Python itself would read them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mdc_bridge.scripts import find_scripts, read_script
from mdc_core.errors import MissingFileError, SettingsError


def _notebook(*cells: str, kind: str = "code", **metadata: object) -> str:
    made = [{"cell_type": kind, "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": metadata, "cells": made})


def test_scripts_of_folders_are_found_once_and_in_order(tmp_path: Path) -> None:
    names = ["b.py", "a.ipynb", "deep/er/c.py", ".venv/x.py", "env/x.py", "node_modules/x.py"]
    for name in [*names, "notes.txt", ".ipynb_checkpoints/a.ipynb", "__pycache__/b.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "env/pyvenv.cfg").write_text("")
    found, unreadable = find_scripts([tmp_path, tmp_path / "b.py", f"file://{tmp_path}/deep"])
    assert [os.path.relpath(path, tmp_path) for path in found] == [
        "a.ipynb",
        "b.py",
        "deep/er/c.py",
    ]
    assert unreadable == []


def test_what_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/x.py").write_text("")
    (tmp_path / "score").write_text("")
    found, _ = find_scripts([tmp_path / ".venv", tmp_path / "score"])
    assert len(found) == 2


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nowhere does not exist"):
        find_scripts([tmp_path / "nowhere"])
    (tmp_path / "score.py").write_text("")
    found, (missing,) = find_scripts([tmp_path / "nowhere", tmp_path / "score.py"])
    assert found == [str(tmp_path / "score.py")]
    assert missing.path == str(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="not from https://"):
        find_scripts(["https://account.blob.core.windows.net"])


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (b"x = '\xc3\xa9'\n", "utf-8", "x = 'é'\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "utf-8-sig", "x = 1\r\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "iso-8859-1", None),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "cp1252", None),
        (b"", "utf-8", ""),
    ],
)
def test_declared_encodings(tmp_path: Path, content: bytes, encoding: str, text: str) -> None:
    path = tmp_path / "score.py"
    path.write_bytes(content)
    (source,), unreadable = read_script(str(path))
    assert (source.encoding, unreadable) == (encoding, [])
    assert source.text == (content.decode(encoding) if text is None else text)
    assert source.text.encode(source.encoding) == content


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"x = 1\ny = '\xe9'\n", "is not utf-8: byte 0xe9", 2),
        (b"# coding: klingon\n", "klingon", 1),
        (b"# coding: rot13\n", "not a text encoding", 1),
        (b"# coding: undefined\n", "cannot be decoded", 1),
        (b"# coding: ascii\n\n'\xe9'", "is not ascii", 3),
        ("x = 1\n".encode("utf-16"), "is UTF-16", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "cannot be decoded", 1),
        (b"x = 1\n\ny = '\0'\n", "has a NUL character", 3),
    ],
)
def test_what_python_would_not_read(tmp_path: Path, content: bytes, reason: str, line: int) -> None:
    path = tmp_path / "score.py"
    path.write_bytes(content)
    sources, (problem,) = read_script(str(path))
    assert sources == []
    assert reason in problem.reason
    assert (problem.path, problem.line) == (str(path), line)


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "broken.py").symlink_to(tmp_path / "nowhere")
    found, _ = find_scripts([tmp_path])
    assert [read_script(path)[1][0].reason for path in found] == [
        "cannot be opened: No such file or directory",
        "is not a file",
    ]


def test_cells_of_a_notebook(tmp_path: Path) -> None:
    path = tmp_path / "deploy.ipynb"
    cells = [
        "import azureml.core\n%matplotlib inline\n!pip install x \\\n  y\nfiles = !ls\nx = 1",
        "%%writefile source/score.py\nfrom azureml.monitoring import ModelDataCollector\n",
        "%%writefile env.yml\nname: x\n",
        "%%bash\nls\n",
        "\n%%time\nfit()\nfit?\n",
        "s = '''\n%not magic\n'''\n",
        "   \n",
    ]
    path.write_text(_notebook(*cells))
    sources, unreadable = read_script(str(path))
    assert unreadable == []
    assert [(s.cell, s.first_line, s.written_to) for s in sources] == [
        (1, 1, None),
        (2, 2, "source/score.py"),
        (5, 3, None),
        (6, 1, None),
    ]
    compile(sources[0].text, "cell", "exec")
    assert sources[0].text.splitlines()[5] == "x = 1"
    assert sources[0].text.splitlines()[4] == "files = []"
    assert sources[3].text == cells[5]
    assert sources[0].magics == {
        2: "%matplotlib inline",
        3: "!pip install x \\",
        4: "  y",
        5: "files = !ls",
    }
    assert sources[2].text == "fit()\npass\n"
    assert sources[2].magics == {2: "fit?"}


def test_notebooks_of_other_languages_and_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(_notebook("library(x)", language_info={"name": "R"}))
    assert read_script(str(path)) == ([], [])
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}
    path.write_text(json.dumps(old))
    assert [source.text for source in read_script(str(path))[0]] == ["x = 1"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"cells": 3}', "[" * 100_000, '"\\ud800', "\x00", "\ufeff{}"]
)
def test_what_is_no_notebook(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    sources, (problem,) = read_script(str(path))
    assert sources == []
    assert "is not a notebook" in problem.reason
