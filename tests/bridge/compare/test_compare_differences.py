"""Whatever is spoiled on one side is reported: how many rows, where, and which values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.compare import Cell, Counts, Dataset, Report
from tests.bridge.compare.conftest import Collected

Find = Callable[[Report, str], Dataset]
Lines = list[dict[str, Any]]


def _findings(counts: Counts) -> tuple[int, int, int]:
    return counts.missing_left, counts.missing_right, counts.differing


def test_lines_missing_in_the_jsonl(requests: Collected, dataset: Find) -> None:
    """Their rows are only in the CSV, with id, values and place."""
    requests.spoil("model_inputs", lambda lines: lines[:3] + lines[4:])
    report = requests.compare()
    inputs = dataset(report, "model_inputs")
    assert _findings(inputs.total) == (0, 4, 0)
    sample = inputs.samples[0]
    assert (sample.kind, sample.right) == ("missing_right", None)
    assert sample.left is not None
    assert requests.csv("inputs").as_posix().endswith(sample.left.path)
    row = requests.csv("inputs").read_text().splitlines()[sample.left.line - 1].split(",")
    assert sample.id == row[2]
    assert [cell.left for cell in sample.cells] == row[:2]


def test_rows_missing_in_the_csv(requests: Collected, dataset: Find) -> None:
    """They are only in the JSONL, whichever of their id they are."""
    path = requests.csv("inputs")
    lines = path.read_bytes().splitlines(True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    inputs = dataset(requests.compare(), "model_inputs")
    assert _findings(inputs.total) == (1, 0, 0)
    assert inputs.samples[0].row == 0
    assert inputs.columns == {}


@pytest.mark.parametrize("kind", ["missing_left", "missing_right", "differs"])
@pytest.mark.parametrize("width", [3, 4, 8, 9, 60, 61, 300])
def test_samples_of_wide_rows(
    collected: Collected,
    dataset: Find,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    width: int,
    kind: str,
) -> None:
    """Table, page and JSON show some columns, and say how many more there are."""
    names = [f"c{at}" for at in range(width)]
    inputs = ModelDataCollector("m", designation="inputs", feature_names=names)
    inputs.collect(np.arange(2 * width).reshape(2, width))
    collected.finish()
    if kind == "missing_left":
        path = collected.csv("inputs")
        path.write_bytes(b"".join(path.read_bytes().splitlines(True)[:2]))
    else:
        changed = [] if kind == "missing_right" else [dict.fromkeys(names, -1)]
        collected.spoil(
            "model_inputs",
            lambda lines: [{**lines[0], "data": lines[0]["data"][:1] + changed}],
        )
    report = collected.compare()
    sample = next(each for each in dataset(report, "model_inputs").samples if each.kind == kind)
    assert (len(sample.cells), sample.more_cells) == (min(60, width), max(0, width - 60))
    page = tmp_path / "page.html"
    root = str(collected.root)
    assert run(["compare", root, root, "--html", str(page)]) == 1
    table = " ".join(capsys.readouterr().out.split())
    for text, shown in ((page.read_text(), 8), (table, 3)):
        assert (f"and {width - shown} more column" in text) == (width > shown)
    if kind == "differs":
        assert (f"and {width - 10} more column" in table) == (width > 10)


@pytest.mark.parametrize("collection", ["model_inputs", "model_outputs"])
def test_values_that_differ(requests: Collected, dataset: Find, collection: str) -> None:
    """With ids and without, a rounded number is found in its row and column."""

    def rounded(lines: Lines) -> Lines:
        row = lines[7]["data"][2]
        name = next(reversed(row))
        row[name] = round(row[name], 10)
        return lines

    requests.spoil(collection, rounded)
    report = requests.compare()
    found = dataset(report, collection)
    name = "income" if collection == "model_inputs" else "p"
    assert _findings(found.total) == (0, 0, 1)
    assert report.differences == 1
    assert found.columns[name].rows == 1
    ((left, right),) = found.columns[name].examples
    assert left != right
    assert float(left) == pytest.approx(float(right))
    assert found.samples[0].cells[0] == Cell(name, left, right)


def test_repeated_lines(requests: Collected, dataset: Find) -> None:
    """A line written twice is rows that the CSV lacks, and said to be repeats."""
    requests.spoil("model_inputs", lambda lines: lines + lines[5:6])
    requests.spoil("model_outputs", lambda lines: lines + lines[5:6])
    report = requests.compare()
    for name in ("model_inputs", "model_outputs"):
        found = dataset(report, name)
        assert _findings(found.total) == (2, 0, 0)
        assert found.repeated_right == 2


def test_repeated_csv_rows(requests: Collected, dataset: Find) -> None:
    """Rows written twice to the CSV are only there."""
    for name in ("inputs", "predictions"):
        path = requests.csv(name)
        lines = path.read_bytes().splitlines(True)
        path.write_bytes(b"".join(lines + lines[-1:]))
    report = requests.compare()
    assert _findings(dataset(report, "model_inputs").total) == (0, 1, 0)
    assert dataset(report, "model_inputs").repeated_left == 1
    assert _findings(dataset(report, "model_outputs").total) == (0, 4, 0)


def test_another_order(requests: Collected, dataset: Find) -> None:
    """Outputs are joined to inputs by position: rows in a different order are a difference."""

    def turned(lines: Lines) -> Lines:
        lines[3]["data"].reverse()
        return lines

    requests.spoil("model_inputs", turned)
    found = dataset(requests.compare(), "model_inputs")
    assert found.total.differing == 4
    assert {sample.kind for sample in found.samples} == {"order"}


@pytest.mark.parametrize("field", ["time", "xrequestid"])
def test_what_stands_beside_the_data(requests: Collected, dataset: Find, field: str) -> None:
    """A changed time is a difference; so is a request id, where the CSV has one."""

    def changed(lines: Lines) -> Lines:
        lines[0][field] = "2026-01-01T00:00:00Z"
        return lines

    requests.spoil("model_inputs", changed)
    found = dataset(requests.compare(), "model_inputs")
    assert found.columns.keys() == ({"(time)"} if field == "time" else set())


def test_another_model_version(requests: Collected) -> None:
    """Its lines belong to another dataset."""

    def changed(lines: Lines) -> Lines:
        lines[0]["modelversion"] = "9"
        return lines

    requests.spoil("model_inputs", changed)
    assert _findings(requests.compare().total) == (1, 1, 0)


def test_columns_that_one_side_lacks(requests: Collected, dataset: Find) -> None:
    """They are named; so are columns in a different order, when nothing else differs."""

    def changed(lines: Lines) -> Lines:
        lines[0]["data"] = [{**lines[0]["data"][0], "extra": 1}]
        lines[4]["data"] = [dict(reversed(list(lines[4]["data"][0].items())))]
        return lines

    requests.spoil("model_inputs", changed)
    found = dataset(requests.compare(), "model_inputs")
    assert _findings(found.total) == (0, 0, 1)
    assert found.samples[0].cells == [Cell("extra", "(no such column)", "1")]


def test_a_header_that_came_too_late(collected: Collected, dataset: Find) -> None:
    """The CSV keeps the first frame's names for the second: told, and no difference."""
    general = ModelDataCollector("m")
    general.collect(pd.DataFrame({"a": [1], "b": [2]}))
    collected_before = collected.root
    general.collect(pd.DataFrame({"a": [3], "c": [4]}))
    collected.finish()
    report = collected.compare()
    assert collected_before.exists()
    assert report.differences == 0
    assert dataset(report, "general").renamed == {"b » c": 1}


def test_torn_files(requests: Collected) -> None:
    """What is cut off at the end of a file is missing, and said to be torn."""
    for path in (requests.jsonl("model_outputs"), requests.csv("inputs")):
        path.write_bytes(path.read_bytes()[:-5])
    report = requests.compare()
    assert (report.left.torn, report.right.torn) == (1, 1)
    assert (report.unreadable, report.differences > 0) == (0, True)


def test_what_cannot_be_read(requests: Collected) -> None:
    """Rows and lines that make no sense are counted apart from differences."""
    path = requests.jsonl("model_inputs")
    path.write_bytes(path.read_bytes() + b"{]\n")
    path = requests.csv("inputs")
    path.write_bytes(path.read_bytes() + b"\xff\xfe,1\r\n")
    (requests.root / "modeldata/other.csv").write_text("a\n1\n")
    report = requests.compare()
    assert (report.left.unreadable, report.right.unreadable, report.differences) == (1, 1, 0)
    assert (report.left.left_out, report.right.left_out) == (1, 0)
    assert any("do not follow a known layout" in reason for reason in report.left.not_read)


def test_a_collection_that_only_one_side_has(requests: Collected, dataset: Find) -> None:
    """All its rows are missing on the other."""
    requests.csv("predictions").unlink()
    report = requests.compare()
    assert _findings(dataset(report, "model_outputs").total) == (50, 0, 0)
    assert dataset(report, "model_outputs").folders == []


def test_ids_without_outputs(requests: Collected, dataset: Find) -> None:
    """Inputs whose outputs are gone are listed by their id."""
    gone: list[str] = []

    def shortened(lines: Lines) -> Lines:
        gone.extend(line["correlationid"] for line in lines[:2])
        return lines[2:]

    requests.spoil("model_outputs", shortened)
    found = dataset(requests.compare(), "model_inputs").without_outputs
    assert found is not None
    assert found.right == 2
    assert {identifier for identifier, _, _ in found.ids} == set(gone)


def test_many_parts(requests: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    """Divided into many parts, the comparison finds the same."""
    requests.spoil("model_inputs", lambda lines: lines[1:])
    whole = requests.compare().to_json()
    monkeypatch.setattr("mdc_bridge.collected.partitions.PART_BYTES", 500)
    divided = requests.compare().to_json()
    assert divided["total"] == whole["total"]
    assert np.all([each["hours"] for each in divided["datasets"]])
