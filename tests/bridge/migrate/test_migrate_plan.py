"""A plan says what there is, and what its owner changes in it is what happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.archive.places import LeftOut
from mdc_bridge.migrate import DatasetKey, DatasetPlan, Plan, dump_plan, load_plan, migrate, plan
from mdc_core.errors import MissingFileError, PlanError, SettingsError, StoreError
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import data_files, lines_of
from tests.bridge.migrate.oracle import Digits

HEADER = Part(["x", "y"], Call(0), is_header=True)
INPUTS = CsvFile([HEADER, Part(["1", "2.5"], Call(1)), Part(["3", "a"], Call(2))])
TEXTS = st.text(max_size=8)
NAMES = st.text(min_size=1, max_size=8)

Edit = Callable[[dict[str, Any]], object]


def edited(source: Path, edit: Edit, sample: Any = None) -> Plan:
    """Return a plan as it is after someone has changed its YAML."""
    value = yaml.safe_load(dump_plan(plan(str(source), sample=sample)))
    edit(value["datasets"][0])
    return load_plan(yaml.safe_dump(value, allow_unicode=True), "plan.yaml")


def lines_after(tmp_path: Path, edit: Edit, *files: CsvFile) -> list[dict[str, Any]]:
    """Return the lines that an edited plan makes."""
    for file in files or (INPUTS,):
        file.write(tmp_path / "source")
    made = edited(tmp_path / "source", edit)
    assert migrate(str(tmp_path / "source"), str(tmp_path / "new"), made, jobs=1).is_complete
    return lines_of(tmp_path / "new")


DATASETS = st.builds(
    DatasetPlan,
    st.builds(DatasetKey, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    endpoint=NAMES,
    deployment=NAMES,
    collection=NAMES,
    skip=st.booleans(),
    merge=st.booleans(),
    time_zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    encoding=st.sampled_from(["auto", "latin-1", "cp1252", "utf-16"]),
    header=st.sampled_from(["auto", "present", "absent"]),
    names=st.lists(TEXTS, max_size=3).map(tuple),
    under_one_name=st.sampled_from(["rows", "columns"]),
    columns=st.dictionaries(TEXTS, st.sampled_from(["integer", "number", "boolean", "string"])),
    decide=st.lists(TEXTS, max_size=2).map(tuple),
    found=st.fixed_dictionaries({"files": st.integers(), "first": TEXTS}),
)


LEFT_OUT = st.lists(st.builds(LeftOut, TEXTS, TEXTS, st.booleans()), max_size=2)


@given(DATASETS, LEFT_OUT.map(tuple))
def test_a_plan_survives_its_file(dataset: DatasetPlan, left_out: tuple[LeftOut, ...]) -> None:
    """Whatever its names are: YAML takes `no`, `1.0` and `2019-06-01` for other things."""
    made = Plan((dataset,), left_out)
    assert load_plan(dump_plan(made), "plan.yaml") == made


@pytest.mark.parametrize("name", ["no", "null", "1", "1.0", "2019-06-01", "é", "a: b", "# x", "~"])
def test_columns_of_any_name(tmp_path: Path, name: str) -> None:
    """They keep their type by way of the file."""
    file = CsvFile([Part([name, "x"], Call(0), is_header=True), Part(["1.50", "a"], Call(1))])
    (line,) = lines_after(tmp_path, lambda dataset: None, file)
    assert line["data"] == [{name: Digits("1.50"), "x": "a"}]


def test_what_a_plan_says(tmp_path: Path) -> None:
    """Names, types, and what there is, of each dataset."""
    INPUTS.write(tmp_path)
    CsvFile([HEADER, Part(["4", "5"], Call(3))], date="2019/06/03").write(tmp_path)
    CsvFile([Part(["p"], is_header=True), Part(["0.5"])], designation="predictions").write(tmp_path)
    inputs, outputs = plan(str(tmp_path), sample=None).datasets
    assert str(inputs.source) == "svc/credit/inputs"
    assert inputs.target == ("svc", "credit", "model_inputs")
    assert outputs.target == ("svc", "credit", "model_outputs")
    assert inputs.columns == {"x": "integer", "y": "string"}
    assert outputs.columns == {"p": "number"}
    size = sum(path.stat().st_size for path in tmp_path.rglob("inputs/**/*.csv"))
    about_the_source = dict(list(inputs.found.items())[:8])
    assert about_the_source == {
        "versions": ["3"],
        "files": 2,
        "kinds": ["csv"],
        "bytes": size,
        "rows": 3,
        "rows_are": "counted",
        "first": "2019/06/01",
        "last": "2019/06/03",
    }
    assert inputs.names == ("x", "y")
    assert [inputs.skip, inputs.header, inputs.time_zone] == [False, "auto", "UTC"]


def test_rows_are_estimated_from_a_sample(tmp_path: Path) -> None:
    """They say that they are, and are near."""
    rows = [Part([str(number), "text"], Call(number)) for number in range(6000)]
    CsvFile([HEADER, *rows]).write(tmp_path)
    (dataset,) = plan(str(tmp_path), sample=1).datasets
    assert dataset.found["rows_are"] == "estimated"
    assert dataset.found["rows"] == pytest.approx(6000, rel=0.02)
    (decision,) = [text for text in dataset.decide if "--sample all" in text]
    assert decision.startswith("columns: types were found in ")


def test_where_lines_go(tmp_path: Path) -> None:
    """Endpoint, deployment and collection are those of the plan, safe as folders."""
    one, _ = lines_after(
        tmp_path,
        lambda dataset: dataset.update(endpoint="../up", deployment="blue", collection="in/puts"),
    )
    assert one["source"].endswith("/onlineEndpoints/../up/deployments/blue")
    assert one["type"] == "azureml.inference.in/puts"
    (path,) = (path for path in data_files(tmp_path / "new"))
    assert path.startswith("modelDataCollector/..%2Fup/blue/in%2Fputs/2019/06/01/12/")


def test_types_of_columns(tmp_path: Path) -> None:
    """Numbers as texts keep their digits; a wider type is one too."""
    lines = lines_after(tmp_path, lambda dataset: dataset["columns"].update(x="string"))
    assert [line["data"][0]["x"] for line in lines] == ["1", "3"]


def test_time_zone_of_rows(tmp_path: Path) -> None:
    """Clocks of the zone are read as such, summer time too; those with a zone say their own."""
    times = ["2019-06-01T12:30:00.123456", "2019-12-01T12:30:00", "2019-12-01T12:30:00+02:00"]
    times += ["2019-10-27T02:30:00", "2019-03-31T02:30:00", "2019-12-01T00:30:00.5"]
    rows = [Part(["1", "2"], Call(at, time)) for at, time in enumerate(times)]
    lines = lines_after(
        tmp_path,
        lambda dataset: dataset.update(time_zone="Europe/Berlin"),
        CsvFile([HEADER, *rows]),
    )
    found = {line["correlationid"]: line["time"] for line in lines}
    assert [found[Call(at).id] for at in range(len(times))] == [
        "2019-06-01T10:30:00.123456Z",
        "2019-12-01T11:30:00Z",
        "2019-12-01T10:30:00Z",
        "2019-10-27T00:30:00Z",  # the first of the two
        "2019-03-31T01:30:00Z",  # there was no such time
        "2019-11-30T23:30:00.500000Z",
    ]


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2019/06/01", "2019-05-31T22:00:00Z"),
        ("2019/12/01", "2019-11-30T23:00:00Z"),
        ("2019/06/01/01", "2019-05-31T23:00:00Z"),
        ("2019/03/31/03", "2019-03-31T01:00:00Z"),
    ],
)
def test_time_zone_of_folders(tmp_path: Path, date: str, time: str) -> None:
    """Rows without correlation are of the beginning of their folder's day or hour there."""
    file = CsvFile([Part(["x"], is_header=True), Part(["1"])], "predictions", date)
    (line,) = lines_after(tmp_path, lambda each: each.update(time_zone="Europe/Berlin"), file)
    assert line["time"] == time


def test_a_header_that_is_data_and_data_that_is_a_header(tmp_path: Path) -> None:
    """Where the files leave it open, the plan decides."""
    file = CsvFile([Part(["yes"]), Part(["no"])], "labels")
    lines = lines_after(tmp_path / "1", lambda each: each.update(header="present"), file)
    assert [line["data"] for line in lines] == [[{"yes": "no"}]]
    lines = lines_after(
        tmp_path / "2", lambda each: each.update(header="absent", names=["label"]), file
    )
    assert [line["data"] for line in lines] == [[{"label": "yes"}], [{"label": "no"}]]


def test_names_of_files_without_a_header(tmp_path: Path) -> None:
    """They are for rows of as many cells."""
    file = CsvFile([Part(["1", "2"]), Part(["3"])], "signals")
    lines = lines_after(tmp_path, lambda each: each.update(names=["a", "a"]), file)
    assert [line["data"] for line in lines] == [
        [{"a": Digits("1"), "a_1": Digits("2")}],
        [{"column_0": Digits("3")}],
    ]


def test_one_name_for_files_without_a_header(tmp_path: Path) -> None:
    """Then their 1-D arrays are rows too, with the type that holds for all their cells."""
    file = CsvFile(
        [Part(["1", "2.5"]), Part(["3"]), Part(["4", "5"], is_crlf=False)], "predictions"
    )
    lines = lines_after(tmp_path, lambda each: each.update(names=["p"]), file)
    assert [line["data"] for line in lines] == [
        [{"p": Digits("1")}, {"p": Digits("2.5")}],
        [{"p": Digits("3")}],
        [{"column_0": Digits("4"), "column_1": Digits("5")}],
    ]


def test_several_cells_under_one_name(tmp_path: Path) -> None:
    """A 1-D array is rows, unless its owner says that it is columns."""
    file = CsvFile([Part(["p"], is_header=True), Part(["1", "2"])], "predictions")
    (line,) = lines_after(tmp_path / "1", lambda each: None, file)
    assert line["data"] == [{"p": Digits("1")}, {"p": Digits("2")}]
    (line,) = lines_after(
        tmp_path / "2",
        lambda each: each.update(under_one_name="columns", columns={"p": "number"}),
        file,
    )
    assert line["data"] == [{"p": Digits("1"), "column_1": "2"}]


def test_skipped_datasets(tmp_path: Path) -> None:
    """Nothing is made of them, and nothing is missing."""
    assert lines_after(tmp_path, lambda each: each.update(skip=True)) == []


def test_datasets_the_plan_does_not_name(tmp_path: Path) -> None:
    """They are listed, and the migration is not complete."""
    INPUTS.write(tmp_path / "source")
    made = plan(str(tmp_path / "source"))
    later = CsvFile([Part(["0.5"])], "predictions")
    later.write(tmp_path / "source")
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), made, jobs=1)
    assert report.unplanned == [later.path]
    assert not report.is_complete


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"header": "maybe"}, "header is 'maybe'; valid: auto, present, absent"),
        ({"under_one_name": "cells"}, "under_one_name is 'cells'; valid: rows, columns"),
        ({"time_zone": "Berlin"}, "time_zone is 'Berlin'; valid: UTC, or an IANA name such as"),
        ({"time_zone": "Europe"}, "time_zone is 'Europe'; valid: UTC, or an IANA name such as"),
        ({"time_zone": "../UTC"}, "time_zone is '../UTC'; valid: UTC, or an IANA name such as"),
        ({"time_zone": ""}, "time_zone is ''; valid: UTC, or an IANA name such as"),
        ({"time_zone": None}, "time_zone is None; valid: a text"),
        ({"columns": {"x": "int"}}, "columns: x is 'int'; valid: integer, number, boolean, string"),
        ({"columns": {"x": None}}, "columns: x is None; valid: a text"),
        ({"columns": {False: "integer"}}, r"columns: False is False; valid: a text \(in quotes"),
        ({"columns": ["x"]}, r"columns is \['x'\]; valid: a mapping"),
        ({"names": "x"}, "names is 'x'; valid: a list of texts"),
        ({"names": [["x"]]}, r"names is \['x'\]; valid: a text"),
        ({"skip": "yes"}, "skip is 'yes'; valid: true, false"),
        ({"endpoint": ""}, "endpoint is empty; valid: a name"),
        ({"endpoint": None}, "endpoint is None; valid: a text"),
        ({"deployment": ["a"]}, r"deployment is \['a'\]; valid: a text"),
        ({"colection": "x"}, "colection is not known; valid: endpoint, deployment, collection"),
        ({"found": 1}, "found is 1; valid: a mapping"),
    ],
)
def test_edits_that_make_no_sense(tmp_path: Path, edit: dict[str, Any], says: str) -> None:
    """The error names the file, the dataset and the setting, and says what is valid."""
    INPUTS.write(tmp_path)
    with pytest.raises(PlanError, match=says) as caught:
        edited(tmp_path, lambda each: each.update(edit))
    assert str(caught.value).startswith("plan.yaml: ")
    assert "svc/credit/inputs" in str(caught.value)
    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a plan; valid: a file that `mdc-bridge plan` wrote"),
        ("a: [", "plan.yaml is not valid YAML"),
        ("- 1", "is not a plan"),
        ("format: 2\ndatasets: []", "is not a plan"),
        ("format: 1", "datasets is None; valid: a list"),
        ("format: 1\ndatasets: [1]", r"datasets\[0\] is not a dataset"),
        ("format: 1\ndatasets: [{source: 1}]", r"datasets\[0\] has no `source` as"),
        ("format: 1\ndatasets: [{source: {service: a}}]", "valid: a mapping of workspace, service"),
        ("format: 1\ndatasets: []\nstrange_files: 5", "strange_files is 5; valid: a list"),
        ("!!python/object/apply:os.system ['true']", "plan.yaml is not valid YAML"),
        ("\0", "plan.yaml is not valid YAML"),
        ("2020-99-99", "plan.yaml is not valid YAML"),
        ("[" * 3000, "plan.yaml is not valid YAML"),
    ],
)
def test_files_that_are_no_plan(text: str, says: str) -> None:
    """They are refused with what they should be."""
    with pytest.raises(PlanError, match=says):
        load_plan(text, "plan.yaml")


def test_a_dataset_twice(tmp_path: Path) -> None:
    """Only one of them could hold."""
    INPUTS.write(tmp_path)
    made = plan(str(tmp_path))
    with pytest.raises(PlanError, match="dataset svc/credit/inputs is listed twice"):
        load_plan(dump_plan(Plan(made.datasets * 2)), "plan.yaml")


def test_nothing_to_plan(tmp_path: Path) -> None:
    """A folder without CSV files, or none at all, is an error: the path may be wrong."""
    with pytest.raises(MissingFileError, match="no CSV file of the old SDK in "):
        plan(str(tmp_path))
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(MissingFileError, match="no CSV file of the old SDK in "):
        migrate(str(tmp_path), str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    with pytest.raises(StoreError, match="is not a folder; valid: one that exists"):
        plan(str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match="SOURCE"):
        plan("ftp://somewhere")


@pytest.mark.parametrize(
    "path", ["data.csv", "2019/06/01/data.csv", "a/b/c/d/e/f/inputs/2019/13/45/data.csv"]
)
def test_files_of_no_known_layout(tmp_path: Path, path: str) -> None:
    """They are listed, and the migration is not complete; the others are migrated."""
    INPUTS.write(tmp_path / "source")
    strange = tmp_path / "source" / path
    strange.parent.mkdir(parents=True, exist_ok=True)
    strange.write_text("a,b\n1,2\n")
    told = [LeftOut(path, "its folders do not follow a known layout")]
    assert list(plan(str(tmp_path / "source")).left_out) == told
    report = migrate(str(tmp_path / "source"), str(tmp_path / "new"), jobs=1)
    assert report.left_out == told
    assert not report.is_complete
    assert len(lines_of(tmp_path / "new")) == 2
