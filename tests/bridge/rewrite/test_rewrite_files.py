"""Files: what is not rewritten stays to the byte, and a file is replaced whole or not at all."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
from pathlib import Path

import pytest

from mdc_bridge.rewrite import rewrite, rewrite_source
from mdc_core.errors import MissingFileError
from tests.bridge.rewrite.rewriting_cases import COLLECTORS

RUN = "def run(data):\n\ti.collect(data);   p.collect( data )  # both\n\tx  =  1\n\n\n"
SCRIPT = COLLECTORS + RUN


def _rewritten(path: Path, content: bytes) -> bytes:
    path.write_bytes(content)
    result = rewrite([path], write=True)
    assert result.unreadable == ()
    (file,) = result.files
    assert file.left_alone == ()
    again = rewrite([path], write=True)
    assert again.files == ()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("newline", "encoding"),
    [
        (b"\n", "utf-8"),
        (b"\n", "latin-1"),
        (b"\r\n", "utf-8"),
        (b"\r\n", "utf-8-sig"),
        (b"\r\n", "latin-1"),
        (b"\r", "utf-8"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_other_lines_stay(tmp_path: Path, newline: bytes, encoding: str, end: str) -> None:
    """Newlines, encodings, tabs, blanks, and the lack of a last newline."""
    head = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    source = head + "x = 'é'\t\n" + SCRIPT.rstrip() + end
    content = source.encode(encoding).replace(b"\n", newline)
    rewritten = _rewritten(tmp_path / "score.py", content)
    before, after = content.split(newline), rewritten.split(newline)
    assert b"\n" not in rewritten.replace(newline, b"")
    assert after[0] == before[0]
    kept = [line for line in before if b"collect" not in line and b"ModelData" not in line]
    remaining = iter(after)
    assert all(line in remaining for line in kept)
    assert (newline + b"\tx  =  1" + end.encode().replace(b"\n", newline)) in rewritten
    assert b"context = i.collect(" in rewritten
    assert b");   p.collect( collected_frame(" in rewritten
    assert b", context )  # both" in rewritten


FED = SCRIPT + 'def f():\n    """é\n    """\n    return (1,\n      2)  # é\n\n\n# end\n'


@pytest.fixture(scope="module")
def without() -> str:
    """What a script without form feeds becomes."""
    return rewrite_source(FED).text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("feed", ["\f", " \f", "\f\f", "\f \t\f"])
def test_form_feeds_change_nothing(without: str, newline: str, feed: str) -> None:
    """Python skips them before a line's first character: rewritten is what it is without them."""
    for step in (1, 2, 3):
        lines = [
            line if number % step or line.strip() == '"""' else feed + line  # within a literal
            for number, line in enumerate(FED.splitlines(keepends=True))
        ]
        text = "".join(lines).replace("\n", newline)
        rewritten = rewrite_source(text)
        assert rewritten.left_alone == ()
        assert "".join(rewritten.text.split()) == "".join(without.split())
        assert rewritten.text.count(feed) >= len(lines) // step // 2
        if step == 1:  # all lines begin with one
            assert rewrite_source(rewritten.text).text == rewritten.text


@pytest.mark.parametrize("start", ["\f", "\ufeff\f", "\f# coding: cp1252\n", "\ufeff\n\f"])
def test_file_that_begins_with_a_form_feed_is_rewritten(tmp_path: Path, start: str) -> None:
    """Also behind a byte order mark, and before a declared encoding."""
    encoding = "cp1252" if "cp1252" in start else "utf-8"
    source = start + SCRIPT + "x = '€'\n"
    rewritten = _rewritten(tmp_path / "score.py", source.encode(encoding)).decode(encoding)
    assert rewritten.startswith(start)
    assert "Collector(name=" in rewritten


def test_names_that_the_encoding_lacks_are_escaped(tmp_path: Path) -> None:
    """Feature names and designations that the script gives as escapes."""
    source = "# coding: latin-1\nx = 'é'\n" + SCRIPT.replace(
        '["a", "b"]', '("gr\\u00fcn", "\\u20ac")'
    ).replace('designation="predictions"', 'identifier="\\u4e2d"')
    rewritten = _rewritten(tmp_path / "score.py", source.encode("latin-1"))
    assert rb'columns=["gr' + "ü".encode("latin-1") + rb'n", "\u20ac"]' in rewritten
    assert rb'name="\u4e2d"' in rewritten


def test_diff_changes_nothing(tmp_path: Path) -> None:
    """Without `write`, the files stay; patch makes of the diff what `write` makes."""
    path = tmp_path / "score.py"
    path.write_text(SCRIPT.rstrip())
    (file,) = rewrite([tmp_path]).files
    assert path.read_text() == SCRIPT.rstrip() == file.before
    patched = tmp_path / "patched.py"
    subprocess.run(
        ["patch", "-s", "-o", str(patched), str(path)], input=file.diff, text=True, check=True
    )
    assert patched.read_text() == file.after
    rewrite([tmp_path / "score.py"], write=True)
    assert path.read_text() == file.after


def test_mode_and_link_stay(tmp_path: Path) -> None:
    """The file behind a link is replaced, with its mode, and nothing is left beside it."""
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "score.py"
    path.write_text(SCRIPT)
    path.chmod(0o750)
    link = tmp_path / "score.py"
    link.symlink_to(path)
    rewrite([link], write=True)
    assert link.is_symlink()
    assert "Collector" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert os.listdir(tmp_path / "real") == ["score.py"]


def test_what_is_not_python_is_unreadable(tmp_path: Path) -> None:
    """Python 2, other encodings, what is missing; the rest is rewritten all the same."""
    (tmp_path / "old.py").write_text("import os\nprint 'x'\n")
    (tmp_path / "bytes.py").write_bytes(b"x = '\xff'\n")
    (tmp_path / "vertical.py").write_text("\v" + SCRIPT)
    (tmp_path / "score.py").write_text(SCRIPT)
    done: list[tuple[int, int]] = []
    result = rewrite([tmp_path], write=True, progress=lambda *counts: done.append(counts))
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [(Path(file.path).name, file.line) for file in result.unreadable] == [
        ("bytes.py", 1),
        ("old.py", 2),
        ("vertical.py", 1),
    ]
    assert result.unreadable[1].reason.startswith("is Python 2: ")
    assert "Collector(" in (tmp_path / "score.py").read_text()
    with pytest.raises(MissingFileError, match=r"missing\.py"):
        rewrite([tmp_path / "missing.py"])


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """No room for the new file: the old one stays, alone."""
    (tmp_path / "score.py").write_text(SCRIPT)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        result = rewrite([tmp_path], write=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [problem.reason for problem in result.unreadable] == [
        "cannot be written: File too large"
    ]
    assert result.files == ()
    assert os.listdir(tmp_path) == ["score.py"]
    assert (tmp_path / "score.py").read_text() == SCRIPT


def _notebook(source: object, indent: int | None = 1) -> str:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["é\n", "x"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    return json.dumps(notebook, ensure_ascii=False, indent=indent) + "\n"


def test_script_in_a_notebook_is_rewritten(tmp_path: Path) -> None:
    """Only the lines of the `%%writefile` cell change; their numbers are those of the cell."""
    path = tmp_path / "deploy.ipynb"
    text = _notebook(["%%writefile score.py\n", *SCRIPT.splitlines(keepends=True)])
    after = json.loads(_rewritten(path, text.encode()))
    kept = [line for line in text.splitlines() if "ollect" not in line and "ModelData" not in line]
    remaining = iter(path.read_text().splitlines())
    assert all(line.rstrip(",") in (other.rstrip(",") for other in remaining) for line in kept)
    source = "".join(after["cells"][1]["source"])
    assert source.startswith("%%writefile score.py\nimport logging\n")
    path.write_text(text)
    (file,) = rewrite([path]).files
    assert {(change.cell, change.line) for change in file.changes} >= {(2, 2), (2, 6), (2, 10)}


def test_script_of_several_cells_is_left_alone(tmp_path: Path) -> None:
    """The second uses collectors of the first; another script of the notebook is rewritten."""
    path = tmp_path / "deploy.ipynb"
    sources = [
        f"%%writefile score.py\n{SCRIPT}",
        "%%writefile -a score.py\ndef more(data):\n    i.collect(data)\n",
        f"%%writefile other.py\n{SCRIPT}",
    ]
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    path.write_text(json.dumps(notebook, indent=1))
    (file,) = rewrite([path], write=True).files
    assert {change.cell for change in file.changes} == {3}
    (left,) = file.left_alone
    assert (left.cell, left.line) == (1, 2)
    assert "several cells write score.py" in left.reason
    after = json.loads(path.read_text())["cells"]
    assert [cell["source"] for cell in after[:2]] == sources[:2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_notebook(SCRIPT), "only %%writefile cells"),
        (
            _notebook("%%writefile score.py\n" + SCRIPT).replace('"nbformat":', '"nbformat" :'),
            "save it in Jupyter first",
        ),
    ],
)
def test_notebook_left_alone(tmp_path: Path, text: str, reason: str) -> None:
    """Cells that share names, and files that would change in other places too."""
    path = tmp_path / "deploy.ipynb"
    path.write_text(text)
    (file,) = rewrite([path], write=True).files
    assert path.read_text() == text
    assert {left.cell for left in file.left_alone} == {2}
    assert reason in file.left_alone[0].reason
    assert (file.before, file.after, file.diff) == (text, text, "")
