"""`mdc-bridge read`: formats, files, exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from rich.console import Console

from mdc_bridge.cli.app import run
from mdc_bridge.cli.console import out
from mdc_bridge.read import read

Event = Callable[..., dict[str, Any]]


@pytest.fixture
def root(write: Any, event: Event, tmp_path: Path) -> str:
    """Two requests, with inputs and outputs."""
    for number in (1, 2):
        rows = [{"x": number, "t": "a,b"}, {"x": None, "t": "[red]x"}]
        write(event(rows, id=f"id-{number}"))
        write(event([{"p": 0.5}, {"p": 1}], id=f"id-{number}"), collection="model_outputs")
    return str(tmp_path / "collected")


def test_formats(root: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The same rows in each of them, and the number of rows to stderr."""
    arguments = ["read", root, "--collection", "model_inputs", "--format"]
    assert run([*arguments, "jsonl"]) == 0
    captured = capsysbinary.readouterr()
    rows = [json.loads(line) for line in captured.out.splitlines()]
    assert [row["x"] for row in rows] == [1, None, 2, None]
    assert rows[0]["mdc_time"] == "2026-11-21T09:16:25+00:00"
    assert b"4 rows" in captured.err
    assert run([*arguments, "json"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == rows
    assert run(["read", root, "-c", "model_inputs", "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == rows
    assert run([*arguments, "csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert [(row["x"], row["t"]) for row in table] == [
        ("1", "a,b"),
        ("", "[red]x"),
        ("2", "a,b"),
        ("", "[red]x"),
    ]


def test_table(root: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a person sees: values as they are, what is equal everywhere said once."""
    assert run(["read", root, "--join", "model_inputs,model_outputs"]) == 0
    shown = capsys.readouterr().out
    assert "[red]x" in shown
    assert "mdc_endpoint: credit" in shown
    assert "0.5" in shown


def test_a_table_shows_what_a_terminal_would_obey(
    write: Any, event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(event([{"x\x1b[1m": "a\x1b[2J\nb"}]))
    assert run(["read", str(tmp_path / "collected")]) == 0
    shown = capsys.readouterr().out
    assert r"x\x1b[1m" in shown
    assert "\x1b" not in shown


def test_ground_truth_from_a_file(
    root: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`--truth` and `--on`, with another name in the file."""
    truth = tmp_path / "truth.csv"
    truth.write_text("key,label\nid-1,yes\n")
    arguments = ["read", root, "-c", "model_outputs", "--truth", str(truth), "--json"]
    assert run([*arguments, "--on", "mdc_id=key"]) == 0
    rows = json.loads(capsysbinary.readouterr().out)
    assert [row["label"] for row in rows] == ["yes", "yes", None, None]
    for half in (["--truth", str(truth)], ["--on", "mdc_id"]):
        assert run(["read", "nothing is read", *half]) == 2
        assert b"--truth and --on must be used together" in capsysbinary.readouterr().err


@pytest.mark.parametrize("rows", ["id-1,yes,\n", "id-1,yes,no\nid-2,no\n", "id-1,yes,,,\n"])
def test_truth_of_more_cells_than_names(
    root: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str
) -> None:
    """No cell goes under another name than its own."""
    truth = tmp_path / "truth.csv"
    truth.write_text(f"key,label\n{rows}")
    assert run(["read", root, "--truth", str(truth), "--on", "mdc_id=key", "--json"]) == 2
    assert "rows have more cells than its header has names" in capsys.readouterr().err


def test_only_numbers_of_json_are_numbers_of_the_truth(
    write: Any, event: Event, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """One cell with a leading zero makes a column one of texts; missing cells make none."""
    write(event([{"n": 1}, {"n": 2}, {"n": 3}]))
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "n,zip,count,share,sure,big,mixed,none,inf\n"
        "1,007,1,0.5,True,99999999999999999999,1,,inf\n"
        "02,12,,1,,1,x,,2\n"
    )
    arguments = ["read", str(tmp_path / "collected"), "--truth", str(truth), "--on", "n", "--json"]
    assert run(arguments) == 0
    rows = json.loads(capsysbinary.readouterr().out)
    assert [[row[name] for row in rows] for name in list(rows[0])[-9:]] == [
        [1, 2, 3],
        ["007", "12", None],
        [1, None, None],
        [0.5, 1, None],
        [True, None, None],
        ["99999999999999999999", "1", None],
        ["1", "x", None],
        [None, None, None],
        [None, 2, None],
    ]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal is sent as stderr, where every bar is shown at once."""
    stream = io.StringIO()
    notes = Console(file=stream, force_terminal=True, width=80, _environ={})
    monkeypatch.setattr("mdc_bridge.cli.console.notes", notes)
    monkeypatch.setattr("mdc_bridge.cli.read.notes", notes)
    monkeypatch.setattr("mdc_bridge.cli.console._SHOWN_AFTER_SECONDS", -1.0)
    return stream


@pytest.mark.parametrize("format", ["table", "csv", "jsonl"])
def test_a_terminal_shows_how_far_it_is(
    format: str, root: str, terminal: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows go to stdout as ever."""
    assert run(["read", root, "--format", format]) == 0
    assert "reading" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    shown = capsys.readouterr().out
    assert "id-1" in shown
    assert "reading" not in shown


def test_no_bar_between_rows(
    root: str,
    tmp_path: Path,
    terminal: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows that are printed on the same terminal while they are read."""
    monkeypatch.setattr("mdc_bridge.cli.read.out", Console(force_terminal=True))
    assert run(["read", root, "--json"]) == 0
    assert "reading" not in terminal.getvalue()
    assert run(["read", root, "--json", "--out", str(tmp_path / "rows.json")]) == 0
    assert "reading" in terminal.getvalue()


def test_files_are_whole_and_not_overwritten(root: str, tmp_path: Path) -> None:
    """`--out` needs `--force` for a file that is there, and leaves it as it was on an error."""
    target = tmp_path / "rows.jsonl"
    arguments = ["read", root, "--format", "jsonl", "--out", str(target)]
    assert run(arguments) == 0
    assert len(target.read_text().splitlines()) == 8
    assert run(arguments) == 2
    assert run([*arguments, "--force", "--until", "2026-11-20"]) == 0
    assert target.read_text() == ""
    assert run(["read", root, "--out", str(tmp_path / "x")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["collected", "rows.jsonl"]


@pytest.mark.parametrize("above", ["", "modelDataCollector", "modelDataCollector/.."])
@pytest.mark.parametrize("name", ["{old}", "new.jsonl", "rows.csv", "../10/new.jsonl"])
def test_rows_are_not_written_among_what_is_read(
    root: str, tmp_path: Path, above: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor over it, with `--force`: the lines of a collector would be gone."""
    (old,) = (tmp_path / "collected").rglob("model_inputs/**/*.jsonl")
    before = old.read_bytes()
    target = old.parent / name.format(old=old.name)
    arguments = ["read", f"{root}/{above}", "--format", "jsonl", "--out", str(target), "--force"]
    assert run(arguments) == 2
    assert "lies among the collected files that are read" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".jsonl"}
    # Beside the folder nobody takes it for a collected file.
    for free in ("rows.jsonl", "a/b/c/2026/11/rows.jsonl"):
        assert run([*arguments[:-2], f"{tmp_path}/collected/{free}"]) == 0


def test_what_cannot_be_read_is_exit_code_2(
    root: str, write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest is printed, and what is missing is listed."""
    write(b"nonsense\n", b'{"torn')
    assert run(["read", root, "--json"]) == 2
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)) == 8
    assert "line 3: it is not valid JSON" in captured.err
    assert "1 torn last line skipped" in captured.err
    assert run(["read", root + "/nowhere"]) == 2


@pytest.mark.parametrize(
    "misspelt",
    [
        ["--join", "model_inputs,model_outputts"],
        ["--collection", "model_input"],
        ["--endpoint", "nix", "--json"],
    ],
)
def test_a_misspelt_name_is_exit_code_2(
    misspelt: list[str], root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed but the names that there are."""
    assert run(["read", root, *misspelt]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "credit/blue/model_inputs, credit/blue/model_outputs" in captured.err


def test_errors_name_the_argument_as_the_help_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["read", "ftp://somewhere"]) == 2
    assert "error: ROOT" in capsys.readouterr().err


@pytest.mark.newest_only
def test_parquet(root: str, tmp_path: Path) -> None:
    """Rows and columns are those of the function."""
    target = tmp_path / "rows.parquet"
    arguments = ["--join", "model_inputs,model_outputs", "--format", "parquet"]
    assert run(["read", root, *arguments, "--out", str(target)]) == 0
    expected = read(root, join=("model_inputs", "model_outputs"))
    found = pandas.read_parquet(target)
    assert list(found.columns) == list(expected.columns)
    assert found.astype(object).equals(expected.astype(object))


@pytest.mark.newest_only
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["x" * 5000, 1, None], "'x' has numbers and texts"),
        ([True, 1], "'x' has booleans and numbers"),
        ([[1], {}, 1, 1.5], "'x' has lists and numbers and objects"),
        ([2**70, 1], "'x' has integers of more than 64 bits"),
        ([2**60 + 1, 1.5], "'x' has fractions, and integers of more than 53 bits"),
        (["\ud800", "x"], "'x' has half of a pair of surrogates"),
        (["x", None, "a\udfffb"], "'x' has half of a pair of surrogates"),
        ([["\ud800"]], "surrogates not allowed"),
        ([{}, {}], "child"),
        ([["x" * 5000], [1]], "x"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_parquet_cannot_hold(
    cells: list[Any],
    why: str,
    write: Any,
    event: Event,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message names the columns, and formats that can hold them; no file is left."""
    write(event([{"x": cell} for cell in cells]))
    target = tmp_path / "rows.parquet"
    arguments = ["--format", "parquet", "--out", str(target)]
    assert run(["read", str(tmp_path / "collected"), *arguments]) == 2
    said = capsys.readouterr().err
    assert "this cannot be written as Parquet" in said
    assert why in said
    assert len(said) < 400
    assert not target.exists()


def test_parquet_without_its_package(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names what to install and what else there is, and no file is left."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    target = tmp_path / "rows.parquet"
    assert run(["read", root, "--format", "parquet", "--out", str(target)]) == 2
    assert "pip install pyarrow; valid without it: csv, json" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["collected"]
    assert run(["read", root, "--format", "parquet"]) == 2


def test_a_table_cuts_no_column(
    root: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns have their names and cells whole, or are listed below the table."""
    for width in range(30, 60):
        monkeypatch.setattr(out, "_width", width)
        assert run(["read", root]) == 0
        shown = capsys.readouterr().out
        assert "…" not in shown
        assert ("more column" in shown) == (width < 54)


def test_a_table_says_what_does_not_fit(
    write: Any, event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows and columns beyond the screen are counted and named."""
    write(*(event([{f"column_{at}": at for at in range(40)}], id=f"i{n}") for n in range(30)))
    assert run(["read", str(tmp_path / "collected")]) == 0
    shown = capsys.readouterr().out
    assert "column_39" in shown.rpartition("more columns:")[2]
    assert "and 10 more rows" in shown


def test_formats_that_contradict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` with another format is refused."""
    assert run(["read", str(tmp_path), "--json", "--format", "csv"]) == 2
    assert "--json and --format csv cannot be used together" in capsys.readouterr().err


@pytest.mark.parametrize("names", ["request", "request,request,response", "request,"])
def test_a_join_of_what_are_not_different_collections(
    names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One name, a name twice and no name are refused, and the error says what is valid."""
    assert run(["read", str(tmp_path), "--join", names]) == 2
    assert "valid: the names of two or more collections" in capsys.readouterr().err
