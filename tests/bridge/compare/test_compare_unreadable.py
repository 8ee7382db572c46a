"""A dataset that cannot be read is in the table, the page and the JSON, whatever the others are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.compare import compare
from mdc_bridge.migrate import migrate

DAMAGES = {
    "rows of another encoding": ("csv", b"a,b\ncaf\xe9,1\ncaf\xe9,2\n", 2),
    "a damaged compressed file": ("csv", b"\x1f\x8bnone", 1),
    "lines": ("jsonl", b"{]\nnone\n", 2),
}


def _spoiled(tmp_path: Path, damage: str) -> tuple[int, Path]:
    for service in ("aaa", "zzz"):
        folder = tmp_path / f"modeldata/sub/rg/ws/{service}/m/1/inputs/2020/03/01"
        folder.mkdir(parents=True)
        (folder / "data.csv").write_text("a,b\n1,2\n")
    migrate(tmp_path, tmp_path)
    kind, content, number = DAMAGES[damage]
    (file,) = [path for path in tmp_path.rglob(f"*.{kind}") if "zzz" in str(path)]
    if "compressed" in damage:
        file = file.rename(file.with_name("data.csv.gz"))
    file.write_bytes(content)
    return number, file


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_is_named(tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With how much could not be read; "0 differences" is never the last word."""
    number, _ = _spoiled(tmp_path, damage)
    page = tmp_path / "page.html"
    assert run(["compare", str(tmp_path), str(tmp_path), "--html", str(page)]) == 2
    shown = capsys.readouterr().out
    (row,) = [at for at, line in enumerate(shown.splitlines()) if "zzz/m" in line][:1]
    assert shown.splitlines()[row].split()[-1] == str(number)
    assert shown.splitlines()[-1].endswith(f"; {number} could not be read")
    text = page.read_text()
    assert f"{number} could not be read</span>" in text
    assert '<th scope="col">Unreadable</th>' in text
    assert run(["compare", str(tmp_path), str(tmp_path), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    sides = [(each["unreadable_left"], each["unreadable_right"]) for each in found["datasets"]]
    kind = DAMAGES[damage][0]
    assert sides == [(0, 0), (number, 0) if kind == "csv" else (0, number)]
    assert found["unreadable"] == number


def test_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing can be read, it is not said that there was nothing to compare alone."""
    _spoiled(tmp_path, "rows of another encoding")
    options = ["--service", "zzz"]
    for file in tmp_path.rglob("modelDataCollector/zzz/**/*.jsonl"):
        file.write_bytes(b"")
    assert run(["compare", str(tmp_path), str(tmp_path), *options]) == 2
    assert "; 2 could not be read" in " ".join(capsys.readouterr().err.split())
    (dataset,) = compare(tmp_path, tmp_path, service="zzz").datasets
    assert dataset.unreadable_left == 2
