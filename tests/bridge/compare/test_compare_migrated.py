"""A migrated archive is found equal to what it was made from; a spoiled one is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.compare import compare
from mdc_bridge.migrate import migrate, plan
from mdc_core.errors import SettingsError
from tests.bridge.compare.conftest import Collected

RAGGED = (
    b"a,b\r\n1,x\r\n2,y,9\r\n\r\n3,z\n"
    b"4,w,6f2d0e2c-1111-4222-8333-444455556666,2019-06-01T12:00:00.5,1440,s,svc,m,1,"
    b"00000000-0000-0000-0000-000000000000\r\n"
)
PLACE = "11111111-2222-3333-4444-555555555555/rg/ws/svc/m/1"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Files of several layouts, ragged ones among them."""
    files = {
        f"modeldata/{PLACE}/inputs/2019/06/01/data.csv": RAGGED,
        f"modeldata/{PLACE}/predictions/2019/06/01/13/predictions.csv": b"p\r\n0.1,0.2\r\n1\r\n",
        f"modeldata/{PLACE}/signals/2019/06/01/clicks.csv": b"n\r\n00123\r\n1e400\r\n",
        "unknown/unknown/unknown-big-unknown/id/2018/01/02/data.csv": b"1,2\r\n3,nan\r\n",
    }
    for name, content in files.items():
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "archive"


def test_a_migrated_archive(archive: Path, tmp_path: Path) -> None:
    """Rows are found by the id that the migration made of their place."""
    archive /= "modeldata"  # ids depend on the place in the layout, wherever that is mounted
    migrate(str(archive.parent), str(tmp_path / "new"), jobs=1)
    shutil.rmtree(tmp_path / "new/modelDataCollector/unknown")
    report = compare(str(archive), str(tmp_path / "new"))
    assert (report.differences, report.unreadable) == (0, 0)
    assert sum(each.matched_without_id for each in report.datasets) == 0
    assert report.total.left == report.total.right == 9

    line_file = next((tmp_path / "new").glob("**/clicks/**/*.jsonl"))
    text = line_file.read_text()
    line_file.write_text(text.replace("00123", "00124"))
    assert compare(str(archive), str(tmp_path / "new")).differences == 1


def test_arrays_of_one_id(tmp_path: Path) -> None:
    """Several 1-D values that share an id are one line, with a row for each of their cells."""
    tail = "6f2d0e2c-1111-4222-8333-444455556666,2019-06-01T12:00:00.5,1440,s,svc,m,1,"
    folder = tmp_path / f"archive/modeldata/{PLACE}/predictions/2019/06/01"
    folder.mkdir(parents=True)
    rows = "".join(f"{cells},{tail}\r\n" for cells in ("0.1,0.2,0.3", "0.4,0.5"))
    (folder / "data.csv").write_bytes(f"p\r\n{rows}".encode())
    migrate(str(tmp_path / "archive"), str(tmp_path / "new"), jobs=1)
    report = compare(str(tmp_path / "archive"), str(tmp_path / "new"))
    assert (report.differences, report.total.left, report.total.right) == (0, 5, 5)


def test_by_an_edited_plan(archive: Path, tmp_path: Path) -> None:
    """The plan says where rows went, in which time zone, and what was left out."""
    made = plan(str(archive))
    text_plan = type(made)(
        tuple(
            type(each)(
                each.source,
                "moved",
                "there",
                f"{each.source.service}-{each.collection}",
                each.source.designation == "signals",
                "America/New_York",
                columns=each.columns,
            )
            for each in made.datasets
        )
    )
    migrate(str(archive), str(tmp_path / "new"), text_plan, jobs=1)
    report = compare(str(archive), str(tmp_path / "new"), plan=text_plan)
    assert (report.differences, report.unreadable) == (0, 0)
    assert {each.endpoint for each in report.datasets} == {"moved"}
    hours = {hour for each in report.datasets for hour in each.hours}
    assert "2019-06-01T16" in hours
    for name, value in {"endpoint": "x", "header": "absent", "time_zone": "Asia/Tokyo"}.items():
        with pytest.raises(SettingsError, match="plan names endpoint"):
            compare(str(archive), str(tmp_path / "new"), plan=text_plan, **{name: value})


def test_what_was_collected_live(collected: Collected, tmp_path: Path) -> None:
    """The CSV of a live service, migrated, is equal to it and to the live JSONL."""
    inputs = ModelDataCollector("m", "inputs", webservice_name="credit")
    for number in range(30):
        inputs.collect(pd.DataFrame({"n": [number, -1], "t": ["a,b", None]}))
    collected.finish()
    only_csv = tmp_path / "csv"
    shutil.copytree(collected.root / "modeldata", only_csv / "modeldata")
    migrate(str(only_csv), str(tmp_path / "new"), jobs=1)
    assert compare(str(only_csv), str(tmp_path / "new")).differences == 0
    assert compare(str(only_csv), str(collected.root)).differences == 0
