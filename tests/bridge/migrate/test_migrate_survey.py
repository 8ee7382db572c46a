"""What a plan found out by itself: headers, names, and what its owner should look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.migrate import DatasetPlan, migrate, plan
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import lines_of, rejects_of
from tests.bridge.migrate.oracle import Digits


def frame(*cells: str, call: int | None = None) -> Part:
    """Return a row of a frame: it ends in LF."""
    return Part(list(cells), None if call is None else Call(call), is_crlf=False)


def array(*cells: str, call: int | None = None) -> Part:
    """Return a row of an array: it ends in CR LF."""
    return Part(list(cells), None if call is None else Call(call))


def header(*names: str, is_correlated: bool = False) -> Part:
    """Return a header."""
    return Part(list(names), Call(0) if is_correlated else None, is_header=True)


def survey(tmp_path: Path, *files: CsvFile) -> DatasetPlan:
    """Return the plan of the one dataset that files are of."""
    for file in files:
        file.write(tmp_path / "source")
    (dataset,) = plan(str(tmp_path / "source"), sample=None).datasets
    return dataset


def data_of(tmp_path: Path) -> list[object]:
    """Migrate with the plan as it is found, and return the data of the lines."""
    migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1)
    return [line["data"] for line in lines_of(tmp_path / "new")]


def outputs(*parts: Part, date: str = "2019/06/01") -> CsvFile:
    """Return a file of predictions."""
    return CsvFile(list(parts), "predictions", date)


NEXT_DAY = "2019/06/02"
TORN = Part(raw=b'1"2\r\n')
UNNAMED = (
    "names: no file has a header; columns are column_0, column_1, ... unless named; under one "
    "name, several cells of a 1-D array are that many rows"
)
ALL_TEXTS = (
    "header: all columns are texts, and the first row (p) is treated as a header; if it is data, "
    "set absent and other `names`"
)
UNDER_ONE_NAME = (
    "under_one_name: a row of 2 cells under one name becomes 2 rows (a 1-D array); "
    "if each is one row (a 2-D array), set `under_one_name: columns`, "
    "and add column_1, column_2, ... with their types to `columns`"
)
DATASET = "modeldata/11111111-2222-3333-4444-555555555555/group/space/svc/credit/3/predictions"
FILE, NEXT_FILE, THIRD_FILE = (f"{DATASET}/2019/06/0{day}/data.csv" for day in (1, 2, 3))
THREE_FILES = f"{FILE}, {NEXT_FILE}, {THIRD_FILE}"
UNREADABLE = (
    f"1 row that cannot be read, the first in {FILE}, line 3: a quote is never closed, or is "
    "inside an unquoted cell"
)
LISTS = "look like lists, as collect([[0, 1], [2, 3]]) wrote them; they are migrated as texts"
REJECTS = "rejects such rows"
ONE_TEXT = (
    f"columns: p is text because of 1 of 2 values, the first 'abc' in {FILE}, line 3; `integer` "
    f"{REJECTS}"
)
DECISIONS = [
    ([outputs(header("p"), array("0.5"))], []),
    ([outputs(array("0.5", "1"))], [UNNAMED]),
    (
        [outputs(header("p"), array("0.5")), outputs(array("0.5"), date=NEXT_DAY)],
        ["names: 1 file without a header; `names` is used there"],
    ),
    (
        [outputs(header("p"), array("5")), outputs(header("q"), array("5"), date=NEXT_DAY)],
        [f"names: the files have 2 different headers, for example {FILE}, {NEXT_FILE}"],
    ),
    (
        [outputs(header(f"p{day}"), array("5"), date=f"2019/06/0{day}") for day in range(1, 6)],
        [f"names: the files have 5 different headers, for example {THREE_FILES}, ..."],
    ),
    (
        [outputs(header("p"), array("5"), array("6", "7"), array("8", "9"))],
        [UNDER_ONE_NAME],
    ),
    ([outputs(header("p"), array("5"), array("6", "7"), array("6", "7", "8"))], []),
    (
        [outputs(header("p"), array("yes")), outputs(header("p"), array("no"), date=NEXT_DAY)],
        [ALL_TEXTS],
    ),
    (
        [outputs(array("yes")), outputs(array("no"), date=NEXT_DAY)],
        ["header: no two files begin with the same row, so first rows are treated as data"],
    ),
    (
        [outputs(header("p", "q"), array("7", "1"), array("00123", "1"))],
        ["columns: p is text, so that 00123 stays unchanged"],
    ),
    (
        [outputs(header("p", "q"), array("7", "1"), array("x", "2"), array("y", "3"))],
        ["columns: p has texts and other values, so it is text"],
    ),
    (
        [outputs(header("p", "q"), array("7", "1"), array("abc", "2"), array("nan", "3"))],
        [ONE_TEXT],
    ),
    (
        [outputs(header("p", "q"), array("7", "1"), array("True", "2"))],
        ["columns: p has texts and other values, so it is text"],
    ),
    (
        [outputs(header("p", "q"), array("", "1"), array("nan", "2"))],
        ["columns: p has no values; its type is set to number"],
    ),
    (
        [outputs(header("p", "q", "n"), array("[0, 1]", "[2.5 'a']", "7"))],
        [f"columns: cells of p, q {LISTS}"],
    ),
    ([outputs(header("p", "n"), array("[REDACTED]", "7"))], []),
    ([outputs(header("p"), array("7"), TORN)], [UNREADABLE]),
]


@pytest.mark.parametrize(("files", "says"), DECISIONS)
def test_what_is_to_be_decided(
    tmp_path: Path, files: Sequence[CsvFile], says: Sequence[str]
) -> None:
    """Each decision begins with the setting that it is about, and nothing is said without need."""
    assert list(survey(tmp_path, *files).decide) == list(says)


def test_one_text_does_not_make_data_of_headers(tmp_path: Path) -> None:
    """Headers stand over numbers, a few texts among these or not."""
    dataset = survey(
        tmp_path,
        outputs(header("p"), array("1"), array("abc"), array("2")),
        outputs(header("q"), array("3"), array("def"), array("4"), date=NEXT_DAY),
    )
    assert dataset.header == "auto"
    assert not any(said.startswith("header") for said in dataset.decide)


def test_one_text_among_thousands_of_numbers(tmp_path: Path) -> None:
    """It is counted and named wherever it stands, in chunks that are alike and in others."""
    rows = [array(str(number), "0") for number in range(40_000)]
    rows[39_000] = array("abc", "0")
    later = [array("x" * 50, "0"), Part(["2.5", "0"], always_quoted=True), array("-3", "0")]
    files = [
        outputs(header("p", "q"), *rows),
        outputs(header("p", "q"), *later, date=NEXT_DAY),
    ]
    where = f"'abc' in {FILE}, line 39002"
    assert survey(tmp_path, *files).decide == (
        f"columns: p is text because of 2 of 40,003 values, the first {where}; `number` {REJECTS}",
    )


@pytest.mark.parametrize("sample", [None, 1])
def test_all_is_read_of_a_file_with_a_byte_order_mark(tmp_path: Path, sample: int | None) -> None:
    """The mark alone does not make rows estimated."""
    mark = Part(raw=b"\xef\xbb\xbf")
    outputs(mark, header("p"), array("0.5"), TORN).write(tmp_path / "source")
    (dataset,) = plan(str(tmp_path / "source"), sample=sample).datasets
    assert dataset.decide == (UNREADABLE,)
    assert (dataset.found["rows"], dataset.found["rows_are"]) == (1, "counted")


def test_rows_with_and_without_correlation_under_a_plain_header(tmp_path: Path) -> None:
    """A header that was written before correlations were added names the data only."""
    file = outputs(header("p"), array("0.5", call=1), array("0.25"), array("1", "0", call=2))
    assert survey(tmp_path, file).columns == {"p": "number"}
    assert data_of(tmp_path) == [
        [{"p": Digits("0.25")}],  # of the beginning of the day
        [{"p": Digits("0.5")}],
        [{"p": Digits("1")}, {"p": Digits("0")}],
    ]


def test_two_headers(tmp_path: Path) -> None:
    """Of the collector and of the frame that came after it: the second holds."""
    file = CsvFile(
        [
            header("a", "b", is_correlated=True),
            header("b", "a", "c", is_correlated=True),
            frame("1", "2", "3", call=1),
        ]
    )
    survey(tmp_path, file)
    assert data_of(tmp_path) == [[{"b": Digits("1"), "a": Digits("2"), "c": Digits("3")}]]


def test_a_header_again_in_the_middle(tmp_path: Path) -> None:
    """It is not a row, and what follows goes by it."""
    names = header("a", "b", is_correlated=True)
    file = CsvFile([names, array("1", "x", call=1), names, array("2", "y", call=2)])
    assert survey(tmp_path, file).found["rows"] == 2
    assert len(data_of(tmp_path)) == 2


def test_names_twice_and_rows_longer_than_the_header(tmp_path: Path) -> None:
    """No cell is lost for want of a name."""
    file = CsvFile([header("f", "f"), frame("1", "2", "3"), frame("4")])
    assert survey(tmp_path, file).columns == dict.fromkeys(["f", "f_1", "column_2"], "integer")
    assert data_of(tmp_path) == [
        [{"f": Digits("1"), "f_1": Digits("2"), "column_2": Digits("3")}],
        [{"f": Digits("4")}],
    ]


def test_an_archive_of_header_only_files(tmp_path: Path) -> None:
    """Unused collectors leave them; they are not rows, and nothing is wrong."""
    dataset = survey(tmp_path, CsvFile([header("a", "b", is_correlated=True)]))
    assert dataset.found["rows"] == 0
    assert data_of(tmp_path) == []
    assert rejects_of(tmp_path / "new") == []


def test_an_empty_file(tmp_path: Path) -> None:
    """It is a file without rows."""
    dataset = survey(tmp_path, CsvFile([]))
    assert (dataset.found["files"], dataset.found["rows"]) == (1, 0)
    assert data_of(tmp_path) == []


def test_signals_of_several_collections_in_one_folder(tmp_path: Path) -> None:
    """Each collection name is a dataset of its own."""
    for name in ("weather.csv", "traffic.csv", "default.csv", "data.csv"):
        CsvFile([header("s"), array("1")], "signals", name=name).write(tmp_path / "source")
    made = plan(str(tmp_path / "source"), sample=None)
    assert [(str(each.source), each.collection) for each in made.datasets] == [
        ("svc/credit/signals", "signals"),
        ("svc/credit/signals/traffic", "traffic"),
        ("svc/credit/signals/weather", "weather"),
    ]
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1)
    assert sorted(each.rows for each in report.datasets.values()) == [1, 1, 2]


def test_two_mounts_of_one_archive(tmp_path: Path) -> None:
    """Their rows without correlation do not take each other's ids."""
    outputs(header("p"), array("1")).write(tmp_path / "source/one")
    outputs(header("p"), array("2")).write(tmp_path / "source/two")
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1)
    assert report.datasets["svc/credit/predictions"].lines == 2
    assert len({line["correlationid"] for line in lines_of(tmp_path / "new")}) == 2


def test_ids_of_rows_do_not_depend_on_the_mount(tmp_path: Path) -> None:
    """The same archive, below another folder, gives the same lines."""
    file = outputs(header("p"), array("1"), array("2", call=3))
    file.write(tmp_path / "one")
    file.write(tmp_path / "two/mnt/archive")
    lines = []
    for source in ("one", "two"):
        migrate(str(tmp_path / source), str(tmp_path / f"new-{source}"), jobs=1)
        lines.append(lines_of(tmp_path / f"new-{source}"))
    assert lines[0] == lines[1]


def test_names_of_folders_that_are_no_text(tmp_path: Path) -> None:
    """Where a folder's name is not UTF-8, its files are still found."""
    path = outputs(header("p"), array("1"), Part(raw=b'1"2\r\n')).write(tmp_path / "source")
    other = Path(str(path).replace("/svc/", "/sv\udcff/"))
    other.parent.mkdir(parents=True)
    path.rename(other)
    made = plan(str(tmp_path / "source"))
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), made, jobs=1)
    (dataset,) = report.datasets.values()
    assert (dataset.rows, dataset.rejected) == (1, 1)
    assert len(lines_of(tmp_path / "new")) == 1
    assert len(rejects_of(tmp_path / "new")) == 1


@pytest.mark.parametrize("separator", [";", "\t", ", ", " ,"])
def test_columns_of_the_sdk_that_are_not_recognized(tmp_path: Path, separator: str) -> None:
    """Their ids and times would be lost: that is said before."""
    file = CsvFile([header("x", is_correlated=True), frame("1", call=1)])
    file.write(tmp_path / "source")
    for path in (tmp_path / "source").rglob("*.csv"):
        path.write_text(path.read_text().replace(",", separator))
    (dataset,) = plan(tmp_path / "source").datasets
    assert any(
        "the SDK's own columns are not recognized in 1 file" in each for each in dataset.decide
    )


def _rejects(tmp_path: Path) -> list[dict[str, Any]]:
    data_of(tmp_path)
    return rejects_of(tmp_path / "new")


def test_rows_that_would_be_rejected(tmp_path: Path) -> None:
    """The plan says so, and why, once for each reason."""
    columns = header(*Call(0).tail, "x")
    columns.cells[:-1] = header("x", is_correlated=True).content.decode().strip().split(",")[1:]
    good, bad = Call(1).tail, Call(2).tail
    bad[2] = "none"
    decide = survey(tmp_path, CsvFile([columns, frame(*good, "1"), TORN, frame(*bad, "2")])).decide
    reasons = {each["reason"] for each in _rejects(tmp_path)}
    assert len(reasons) == 2
    for reason in reasons:
        assert sum(reason in each for each in decide) == 1
    told = "1 row of those that were tried would be rejected: the cells under the correlation"
    assert sum(each.startswith(told) for each in decide) == 1


def test_a_column_without_a_name(tmp_path: Path) -> None:
    """It is named in decisions all the same."""
    decide = survey(
        tmp_path, CsvFile([header("x", "", is_correlated=True), array("1", "", call=1)])
    ).decide
    assert 'columns: "" has no values; its type is set to string' in decide
