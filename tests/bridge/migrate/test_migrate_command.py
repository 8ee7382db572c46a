"""`mdc-bridge plan` and `mdc-bridge migrate`: what they print, and how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mdc_bridge.cli.app import run
from mdc_bridge.migrate import load_plan, plan
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import files_of, lines_of

HEADER = Part(["x", "y"], Call(0), is_header=True)
ROWS = [Part([str(at), "a"], Call(at)) for at in range(3)]
SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
UNREACHABLE = (
    f"DefaultEndpointsProtocol=http;AccountName=devaccount;AccountKey={SECRET};"
    "BlobEndpoint=http://127.0.0.1:9/devaccount;"
)


@pytest.fixture
def source(tmp_path: Path) -> str:
    """An archive of one file."""
    CsvFile([HEADER, *ROWS]).write(tmp_path / "source")
    return str(tmp_path / "source")


@pytest.fixture
def new(tmp_path: Path) -> str:
    """A destination."""
    return str(tmp_path / "new")


def with_a_bad_row(tmp_path: Path) -> str:
    """Return an archive of which a row cannot be read."""
    bad = Part(raw=b'1,a"b\r\n')
    CsvFile([HEADER, *ROWS, bad]).write(tmp_path / "source")
    return str(tmp_path / "source")


def one_line(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_plan_prints_a_plan(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """YAML to stdout, with its manual at the top."""
    assert run(["plan", source]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# What `mdc-bridge migrate` does with each dataset.")
    assert load_plan(shown, "stdout") == plan(source)


def test_plan_writes_a_file(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a summary to stdout; it is not overwritten without --force."""
    file = tmp_path / "some/plan.yaml"
    assert run(["plan", source, "--out", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "svc/credit/inputs"
    assert re.search(r"  1 file, [\d,]+ bytes, 3 rows, 2019/06/01 to 2019/06/01", shown)
    assert "  -> svc/credit/model_inputs" in shown
    assert load_plan(file.read_text(), "plan.yaml") == plan(source)
    file.write_text("mine")
    assert run(["plan", source, "-o", str(file)]) == 2
    assert f"{file} already exists; --force overwrites it" in one_line(capsys.readouterr().err)
    assert file.read_text() == "mine"
    assert run(["plan", source, "-o", str(file), "--force"]) == 0
    assert load_plan(file.read_text(), "plan.yaml") == plan(source)
    assert [path.name for path in file.parent.iterdir()] == ["plan.yaml"]


def test_plan_as_json(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same values, nothing else on stdout, and `migrate` reads it as well."""
    assert run(["plan", source, "--json"]) == 0
    text = capsys.readouterr().out
    assert run(["plan", source]) == 0
    assert json.loads(text) == yaml.safe_load(capsys.readouterr().out)
    (tmp_path / "plan.json").write_text(text)
    assert (
        run(["migrate", source, str(tmp_path / "new"), "--plan", str(tmp_path / "plan.json")]) == 0
    )


@pytest.mark.parametrize("sample", ["0", "-1", "1.5", "x", ""])
def test_samples_that_make_no_sense(
    source: str, sample: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error says what is valid."""
    assert run(["plan", source, "--sample", sample]) == 2
    says = "valid: `all`, or MB, a whole number from 1 up"
    assert says in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("sample", ["1", "all"])
def test_samples(source: str, sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    """MB, or everything."""
    assert run(["plan", source, "--sample", sample]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["datasets"][0]["found"]["rows"] == 3


def test_migrate(source: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of what was done; a second run says that nothing was due."""
    assert run(["migrate", source, new]) == 0
    captured = capsys.readouterr()
    head, row = captured.out.splitlines()
    assert head.split() == [
        "dataset",
        "units",
        "resumed",
        "files",
        "rows",
        "lines",
        "rejected",
        "no",
        "id",
    ]
    assert row.split() == ["svc/credit/inputs", "1", "0", "1", "3", "3", "0", "0"]
    assert captured.err == ""
    before = files_of(Path(new))
    assert run(["migrate", source, new]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].split() == [
        "svc/credit/inputs",
        "1",
        "1",
        "1",
        "3",
        "3",
        "0",
        "0",
    ]
    assert "nothing to do" in captured.err
    assert files_of(Path(new)) == before


def test_migrate_of_no_file(source: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A period without files is not said to be migrated."""
    run(["migrate", source, new, "--since", "2999-01-01"])
    assert "nothing to do: no file belongs to the plan's datasets" in capsys.readouterr().err


def test_migrate_as_json(source: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All numbers by dataset."""
    assert run(["migrate", source, new, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    value = json.loads(captured.out)
    assert value["is_complete"] is True
    assert value["datasets"]["svc/credit/inputs"]["rows"] == 3
    assert (value["rejects"], value["unplanned"], value["left_out"]) == ([], [], [])


def test_rejected_rows(tmp_path: Path, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, the reason, and where they are named; a second run says it again."""
    source = with_a_bad_row(tmp_path)
    for _ in range(2):
        assert run(["migrate", source, new]) == 1
        shown = one_line(capsys.readouterr().err)
        assert "rejected: 1 row of svc/credit/inputs: a quote is never closed" in shown
        (path,) = re.findall(r"rejected rows are in (\S+)", shown)
        assert json.loads((Path(new) / path).read_text())["line"] == 5
    assert run(["migrate", source, new, "--json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["is_complete"] is False
    assert value["rejects"] == [path]
    assert list(value["datasets"]["svc/credit/inputs"]["reasons"].values()) == [1]


def test_files_that_are_left_out(
    source: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of no known layout, and those the plan does not name."""
    (tmp_path / "source/notes.csv").write_text("a\n")
    assert run(["plan", source, "-o", str(tmp_path / "plan.yaml")]) == 1
    told = "left out: notes.csv: its folders do not follow a known layout"
    assert told in one_line(capsys.readouterr().err)
    later = CsvFile([Part(["0.5"])], "predictions")
    later.write(tmp_path / "source")
    assert run(["migrate", source, new, "--plan", str(tmp_path / "plan.yaml")]) == 1
    shown = one_line(capsys.readouterr().err)
    assert told in shown
    assert f"left out, not in the plan: {later.path}" in shown


def test_lines_that_were_cut(tmp_path: Path, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They are said; monitors join rows by their number in a line."""
    rows = [Part([str(at), "s" * 100], Call(1)) for at in range(9000)]
    CsvFile([HEADER, *rows]).write(tmp_path / "source")
    assert run(["migrate", str(tmp_path / "source"), new, "--memory", "1"]) == 0
    shown = one_line(capsys.readouterr().err)
    assert re.search(r"cut: \d+ lines of svc/credit/inputs: .* --memory", shown)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--jobs", "0"], "jobs is 0"),
        (["--jobs", "-1"], "jobs is -1"),
        (["--memory", "0"], "error: memory is 0; valid: a whole number from 1 up"),
        (
            ["--since", "2019-06-02", "--until", "2019-06-02"],
            "until (2019-06-02) must be later",
        ),
        (["--engine", "dask"], "engine is 'dask'; valid: local, spark"),
        (["--plan", "absent.yaml"], "--plan: absent.yaml: No such file or directory"),
        (["--plan", "."], "--plan: .: Is a directory"),
        (["--jobs", "x"], "valid integer"),
        (["--unknown"], "No such option"),
    ],
)
def test_options_that_make_no_sense(
    source: str, new: str, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and nothing was made."""
    assert run(["migrate", source, new, *options]) == 2
    assert says in one_line(re.sub("[│╭╮╰╯─]", "", capsys.readouterr().err))
    assert not Path(new).exists()


def test_a_plan_that_makes_no_sense(
    source: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named by its file."""
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xff")
    assert run(["migrate", source, new, "--plan", str(file)]) == 2
    assert f"--plan: {file} is not UTF-8" in one_line(capsys.readouterr().err)
    file.write_text("format: 1\ndatasets: 1\n")
    assert run(["migrate", source, new, "--plan", str(file)]) == 2
    assert f"{file}: datasets is 1; valid: a list" in one_line(capsys.readouterr().err)


def test_another_plan_needs_force(
    source: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is replaced without it."""
    assert run(["migrate", source, new]) == 0
    file = tmp_path / "plan.yaml"
    assert run(["plan", source, "-o", str(file)]) == 0
    file.write_text(file.read_text().replace("endpoint: svc", "endpoint: other"))
    assert run(["migrate", source, new, "--plan", str(file)]) == 2
    assert "--force to replace it" in one_line(capsys.readouterr().err)
    assert run(["migrate", source, new, "--plan", str(file), "--force"]) == 0
    assert {line["source"].split("/")[-3] for line in lines_of(Path(new))} == {"other"}


def test_places_that_are_none(
    source: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 for what cannot be read, or has nothing to read."""
    (tmp_path / "empty").mkdir()
    for arguments, says in (
        (["plan", str(tmp_path / "absent")], "absent is not a folder; valid: one that exists"),
        (
            ["migrate", str(tmp_path / "absent"), new],
            "absent is not a folder; valid: one that exists",
        ),
        (["plan", str(tmp_path / "empty")], "no CSV file of the old SDK in"),
        (["migrate", str(tmp_path / "empty"), new], "no CSV file of the old SDK in"),
        (["plan", "ftp://host/x"], "SOURCE"),
        (["migrate", source, "ftp://host/x"], "DESTINATION"),
        (["migrate", source, "memory://"], "memory:// ends with its process"),
    ):
        assert run(arguments) == 2, arguments
        assert says in one_line(capsys.readouterr().err), arguments


def test_a_destination_that_cannot_be_written(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file where a folder should be."""
    (tmp_path / "file").write_text("x")
    assert run(["migrate", source, str(tmp_path / "file/new")]) == 2
    assert "Not a directory" in one_line(capsys.readouterr().err)


def test_secrets_are_masked(
    source: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that does not answer is named without its key."""
    from mdc_bridge.files import location

    monkeypatch.setattr(location, "_RETRIES", 0)
    for arguments in (["plan", UNREACHABLE], ["migrate", source, UNREACHABLE]):
        assert run(arguments) == 2
        captured = capsys.readouterr()
        assert "does not answer" in captured.err
        assert SECRET not in captured.err + captured.out


def piped(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-c", "from mdc_bridge.cli import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_piped_output_is_plain_and_whole(tmp_path: Path) -> None:
    """No colours, no bars, no name cut to the width of a terminal that is not there."""
    service = "a-service-with-quite-a-long-name-in-production-of-western-europe"
    path = CsvFile([HEADER, *ROWS]).write(tmp_path / "source")
    target = Path(str(path).replace("/svc/", f"/{service}/"))
    target.parent.mkdir(parents=True)
    path.rename(target)
    ended = piped("migrate", str(tmp_path / "source"), str(tmp_path / "new"), NO_COLOR="1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{service}/credit/inputs" in ended.stdout
    assert "\x1b" not in ended.stdout


def test_names_that_look_like_markup(tmp_path: Path, new: str, capsys: Any) -> None:
    """They are shown as they are."""
    path = CsvFile([HEADER, *ROWS, Part(raw=b'1,a"b\r\n')]).write(tmp_path / "source")
    target = Path(str(path).replace("/svc/", "/[red]svc/"))
    target.parent.mkdir(parents=True)
    path.rename(target)
    assert run(["migrate", str(tmp_path / "source"), new]) == 1
    captured = capsys.readouterr()
    assert "[red]svc/credit/inputs" in captured.out
    assert "[red]svc/credit/inputs" in one_line(captured.err)
