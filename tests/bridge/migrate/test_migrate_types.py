"""A column has one JSON type, wherever its values lie, and numbers keep their digits."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_bridge.migrate import Plan, migrate, plan
from mdc_core.errors import PlanError
from tests.bridge.migrate import oracle
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.archive_strategies import CELLS
from tests.bridge.migrate.migrated import lines_of, rejects_of
from tests.bridge.migrate.oracle import Digits
from tests.examples_of import examples

HEADER = Part(["n", "x"], Call(0), is_header=True)
BEFORE = CsvFile([HEADER, Part(["1", "1"], Call(1))], date="2019/05/31")


def values_of(root: Path, name: str = "x") -> list[Any]:
    """Return a column's values in the order of their lines."""
    return [row.get(name) for line in lines_of(root) for row in line["data"]]


def migrated(tmp_path: Path, *files: CsvFile) -> Path:
    """Migrate files with the plan that is made of all rows."""
    for file in files:
        file.write(tmp_path / "source")
    assert migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1).is_complete
    return tmp_path / "new"


def column(*cells: str, date: str = "2019/06/01") -> CsvFile:
    """Return a file with these cells in its column `x`."""
    rows = [Part([str(at), cell], Call(at)) for at, cell in enumerate(cells)]
    return CsvFile([HEADER, *rows], date=date)


@pytest.mark.parametrize(
    "cell",
    ["-0.0", "1E5", "1e-7", "0.1000", "9223372036854775807", "-9223372036854775808", "1.0", "-0"]
    + ["3.141592653589793238462643383279", "2.2250738585072014e-308", "1.7976931348623157e308"],
)
def test_digits_are_carried_over(tmp_path: Path, cell: str) -> None:
    """A number stands in the line as it stands in the file."""
    assert values_of(migrated(tmp_path, column(cell, "7"))) == [Digits(cell), Digits("7")]


@pytest.mark.parametrize(
    "cell",
    ["00123", "1e400", "12345678901234567890", "+1", ".5", "1.", "0x1F", "1_000", "\uff11", "1,5"]
    + ["9223372036854775808", "-9223372036854775809", "1e", "--1", "-", " 1", "1 ", "1d"],
)
def test_what_json_would_change_is_text(tmp_path: Path, cell: str) -> None:
    """And with it the whole column, in every file."""
    root = migrated(tmp_path, BEFORE, column(cell, "7", "", "nan"))
    assert values_of(root) == ["1", cell, "7", None, "nan"]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("digits", [20, 309, 4300, 4301, 100_000])
@pytest.mark.parametrize("form", ["{}", "{}.5", "{}e1", "0.{}", "1e{}"])
def test_numbers_of_any_length(tmp_path: Path, sign: str, digits: int, form: str) -> None:
    """Python converts no integer of more than 4,300 digits; such texts are cells like others."""
    cell = sign + form.format("9" * digits)
    is_number = form == "0.{}" or (digits == 20 and form in ("{}.5", "{}e1"))
    root = migrated(tmp_path, column(cell, "7"))
    assert values_of(root) == ([Digits(cell), Digits("7")] if is_number else [cell, "7"])
    made = plan(str(tmp_path / "source"))
    assert len("".join(made.datasets[0].decide)) < 500
    claimed = Plan(tuple(replace(each, columns={"x": "integer"}) for each in made.datasets))
    report = migrate(str(tmp_path / "source"), str(tmp_path / "other"), claimed, jobs=1)
    assert [counts.rejected for counts in report.datasets.values()] == [1]


@pytest.mark.parametrize("cell", ["", "nan", "NaN", "inf", "-inf", "None", "NaT", "<NA>"])
def test_missing_values_of_numbers(tmp_path: Path, cell: str) -> None:
    """They are null, and change nothing about the column."""
    assert values_of(migrated(tmp_path, BEFORE, column(cell, "7.5"))) == [
        Digits("1"),
        None,
        Digits("7.5"),
    ]


def test_a_column_without_values(tmp_path: Path) -> None:
    """`nan` is a number that is missing, not a text."""
    assert values_of(migrated(tmp_path, column("nan", "nan", ""))) == [None, None, None]


def test_booleans(tmp_path: Path) -> None:
    """They are what Python writes; together with anything else they are texts."""
    assert values_of(migrated(tmp_path / "1", column("True", "False", ""))) == [True, False, None]
    assert values_of(migrated(tmp_path / "2", column("True", "1"))) == ["True", "1"]


def test_one_type_over_versions_files_and_folders(tmp_path: Path) -> None:
    """The last value of the last file decides as well."""
    files = [
        column("1", "2"),
        column("3", "4.5", date="2019/06/02"),
        column("5", "x", date="2020/01/01"),
    ]
    assert sorted(values_of(migrated(tmp_path, *files))) == ["1", "2", "3", "4.5", "5", "x"]


def in_one_collection(source: Path, sample: int | None = None) -> Plan:
    """Return a plan in which all datasets go to the collection `all`."""
    made = plan(str(source), sample=sample)
    return Plan(tuple(replace(each, collection="all", merge=True) for each in made.datasets))


def test_datasets_that_go_to_one_collection(tmp_path: Path) -> None:
    """Their types have to agree, and what one of them does not know it learns from the other."""
    source = tmp_path / "source"
    column("1", "2").write(source)
    replace(column("x"), designation="labels").write(source)
    made = in_one_collection(source)
    with pytest.raises(PlanError, match="column x is integer in one and string in the other"):
        migrate(str(source), str(tmp_path / "new"), made, jobs=1)
    unaware = [replace(each, columns={"n": "integer"}) for each in made.datasets]
    first = unaware[0]
    assert first.source.designation == "inputs"
    made = Plan((replace(first, columns={"n": "integer", "x": "string"}), *unaware[1:]))
    migrate(str(source), str(tmp_path / "new"), made, jobs=1)
    assert sorted(values_of(tmp_path / "new")) == ["1", "2", "x"]
    made = Plan((replace(first, columns={"n": "integer", "x": "integer"}), *unaware[1:]))
    migrate(str(source), str(tmp_path / "2"), made, jobs=1)
    assert values_of(tmp_path / "2") == [Digits("1"), Digits("2")]
    (rejected,) = rejects_of(tmp_path / "2")
    assert "labels" in rejected["file"]


def test_a_new_plan_gives_datasets_of_one_collection_one_type(tmp_path: Path) -> None:
    """Here inputs of two workspaces, which are to be one."""
    source = tmp_path / "source"
    column("1", "2").write(source)
    other = column("1.5").write(source)
    moved = Path(str(other).replace("/group/", "/other/"))
    moved.parent.mkdir(parents=True)
    other.rename(moved)
    column("1", "2").write(source)
    made = plan(str(source), sample=None)
    assert [each.columns["x"] for each in made.datasets] == ["number", "number"]
    made = replace(made, datasets=tuple(replace(each, merge=True) for each in made.datasets))
    assert migrate(str(source), str(tmp_path / "new"), made, jobs=1).is_complete
    assert len(lines_of(tmp_path / "new")) == 3


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.lists(st.one_of(*CELLS.values()), min_size=1, max_size=6),
        min_size=1,
        max_size=3,
    )
)
def test_types_are_found_in_any_mixture(cells: list[list[str]]) -> None:
    """Those of the slow converter, and no row breaks the type that was found in all rows."""
    files = [column(*each, date=f"2019/06/{at:02}") for at, each in enumerate(cells, 1)]
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            file.write(Path(folder))
        (dataset,) = plan(folder, sample=None).datasets
        assert dataset.columns == oracle.columns_of(files)
        assert dataset.found["rows"] == sum(map(len, cells))
        assert migrate(folder, f"{folder}/new", jobs=1).is_complete
        expected = oracle.convert(files).lines
        assert len(values_of(Path(folder, "new"))) == sum(len(e["data"]) for e in expected.values())
