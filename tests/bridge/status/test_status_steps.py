"""Each step is decided from what is there: scripts, data, notes, files."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.files.folder import FolderFiles
from mdc_bridge.migrate import migrate
from tests.bridge.status.shop import DEPLOYMENT, MADE, NOW, SCRIPT, Service, marks, touch


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The folder of one service."""
    return Service(tmp_path / "all/churn")


def test_the_way_of_a_service(service: Service) -> None:
    """The commands of MIGRATION.md, one after the other; each moves it on."""
    assert marks(service.status()) == "????--??"
    service.old()
    assert marks(service.status()) == "x-??--?-"
    service.installed()
    assert marks(service.status()) == "xx??--?-"
    service.collect("legacy", "2026-11-20T09:00:00")
    assert marks(service.status()) == "xxx?----"
    service.collect("dual", "2026-11-21T09:00:00", "2026-11-22T09:00:00")
    assert marks(service.status()) == "xxxx----"
    service.deploy("FILL_IN")
    assert marks(service.status()) == "xxxx----"
    service.deploy()
    assert marks(service.status()) == "xxxx-x--"
    service.migrate()
    assert marks(service.status()) == "xxxx-xx-"
    service.compare()
    assert marks(service.status()) == "xxxxxxx-"
    service.rewrite()
    found = service.status()
    assert (marks(found), found.at, found.left) == ("xxxxxxxx", None, [])


def test_no_data_are_read(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of data are listed and never opened, however many there are."""
    service.finish()

    def refuse(_: FolderFiles, path: str) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(FolderFiles, "open", refuse)
    assert marks(service.status()) == "xxxxxxxx"


def test_scripts_that_must_be_changed(service: Service) -> None:
    """The first place is named, and how many more; so is what is not followed, until a comment
    says that somebody has looked.
    """
    service.write("score.py", SCRIPT + "\n\ndc = ModelDataCollector('m', designation=3, wrong=1)\n")
    state, text = service.step(1)
    assert state == "left"
    assert text.startswith("score.py:18 MDC205")
    unseen = SCRIPT.replace('"x", "y"', '"x"')
    service.write("score.py", unseen)
    assert service.step(1)[1].startswith("score.py:14 MDC317")
    seen = unseen.replace("collect(data)", "collect(data)  # mdc-bridge: ignore=MDC317")
    service.write("score.py", seen)
    assert service.step(1) == ("done", "1 script checked, nothing must be changed")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("from azureml.monitoring import ModelDataCollector\nModelDataCollector(wrong=1)", ":2 "),
        ("x = 1\nprint 'x'", ":2 is Python 2: "),
    ],
)
def test_a_place_in_a_notebook_is_that_of_its_cell(service: Service, code: str, said: str) -> None:
    """As `check` names it."""
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("import json", code)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    service.write("score.ipynb", json.dumps(notebook))
    assert service.step(1)[1].startswith(f"score.ipynb:cell 2{said}")


@pytest.mark.parametrize(
    ("image", "state"),
    [
        ("FROM old\nRUN pip list > held.txt \\\n && pip install -c held.txt mdc-bridge\n", "done"),
        ("FROM old\nRUN pip install \\\n  mdc-bridge\n", "done"),
        ("FROM old\n# RUN pip install mdc-bridge\n", "left"),
        ("FROM old\nRUN pip uninstall -y azureml-monitoring\n", "left"),
    ],
)
def test_an_image_that_is_built_already(service: Service, image: str, state: str) -> None:
    """A Dockerfile installs mdc-bridge where the conda file stays as it is."""
    service.old()
    service.write("Dockerfile", image)
    assert service.step(2)[0] == state


def test_an_environment_without(service: Service) -> None:
    """Every environment of a scoring script needs it, the one in code as well."""
    service.old()
    service.installed()
    service.write("more/conda.yml", "dependencies:\n- pip:\n  - azureml-defaults==1.54.0\n")
    assert service.step(2) == ("left", "mdc-bridge is not in conda.yml")


def test_csv_that_is_written_no_more(service: Service) -> None:
    """An archive of another year does not mean legacy mode."""
    service.collect("legacy", "2026-11-16T09:00:00")
    assert service.step(3) == ("done", "CSV, the last day 2026-11-16")
    for path in list(service.collected.glob("modeldata/**/2026")):
        path.rename(path.with_name("2019"))
    assert service.step(3) == ("left", "none is being written: the last day is 2019-11-16")


def test_formats_of_different_days(service: Service) -> None:
    """JSONL of a migration is not the JSONL of a collector, also on the same days."""
    service.collect("legacy", "2026-11-20T09:00:00")
    migrate(service.collected, service.collected, jobs=1)
    assert service.step(4) == ("left", "only migrated JSONL: MDC_BRIDGE_MODE=dual")
    service.collect("modern", "2026-11-21T09:00:00")
    assert service.step(4) == ("left", "CSV and JSONL have no day in common")
    service.collect("dual", "2026-11-22T09:00:00")
    assert service.step(4) == ("done", "both on 1 day, the last 2026-11-22")


def test_folders_of_months(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """MDC_ROLLING_RATE=month has both formats on each day of the month."""
    monkeypatch.setenv("MDC_ROLLING_RATE", "month")
    service.collect("dual", "2026-11-21T09:00:00", "2026-11-22T09:00:00")
    assert service.step(4) == ("done", "both on 2 days, the last 2026-11-22")


def test_a_comparison_that_data_came_after(service: Service) -> None:
    """It says of which hour they are; JSONL alone, after the CSV has ended, has no other side."""
    service.collect("dual", "2026-11-22T09:00:00")
    service.compare(datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc))
    assert service.step(5) == ("done", "2026-11-22: 0 differences in 1 CSV row")
    service.compare(datetime(2026, 11, 22, 8, 59, tzinfo=timezone.utc))
    state, text = service.step(5)
    assert (state, text.partition("; ")[2]) == ("left", "compare again, data are of 2026-11-22T09")
    assert service.status().comparison["is_old"]
    service.compare(MADE)
    service.collect("modern", "2026-11-23T09:00:00")
    assert service.step(5)[0] == "done"


def test_a_comparison_until_a_moment(service: Service) -> None:
    """What came after `--until` was not compared, whenever it was made."""
    service.collect("dual", "2026-11-21T09:00:00", "2026-11-22T09:00:00")
    service.compare(until="2026-11-22T00:00")
    assert service.step(5)[0] == "left"


def test_comparisons_that_found_something(service: Service) -> None:
    """Differences, rows that could not be read, and nothing to compare."""
    service.collect("dual", "2026-11-22T09:00:00")
    report = service.compare()
    for changed, text in (
        ({"differences": 1}, "2026-11-22: 1 difference in 1 CSV row"),
        ({"unreadable": 2}, "2026-11-22: 2 could not be read"),
        ({"is_empty": True}, "2026-11-22: no rows were compared"),
    ):
        service.write("compare.json", json.dumps({**report, **changed}))
        assert service.step(5) == ("left", text)


def test_the_newest_of_several_comparisons(service: Service) -> None:
    """By the time in the file; one of an older release is as old as its file."""
    service.collect("dual", "2026-11-22T09:00:00")
    report = service.compare()
    service.write("yesterday.json", json.dumps({**report, "made": "2026-11-22T20:00:00Z"}))
    assert service.status().comparison["file"] == "compare.json"
    del report["made"]
    touch(service.write("older.json", json.dumps(report)), NOW - timedelta(hours=1))
    assert service.status().comparison["made"] == "2026-11-23T11:00:00Z"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (("name: blue", "name: FILL_IN"), "deployment.yml: FILL_IN at name"),
        (("'True'", "'False'"), "deployment.yml: no collection is enabled"),
        (("data_collector", "other"), "deployment.yml has no data_collector"),
    ],
)
def test_deployments_that_do_not_collect(
    service: Service, changed: tuple[str, str], text: str
) -> None:
    """What is missing is named; another deployment that collects is enough."""
    service.write("deployment.yml", DEPLOYMENT.format(endpoint="svc").replace(*changed))
    assert service.step(6) == ("left", text)
    service.write("green.yml", DEPLOYMENT.format(endpoint="svc"))
    assert service.step(6) == ("done", "green.yml collects model_inputs")


def test_an_archive_that_is_not_migrated_whole(service: Service) -> None:
    """Units whose source has changed, or whose files are gone, are left; so are new ones."""
    service.collect("legacy", "2026-11-20T09:00:00", "2026-11-21T09:00:00")
    service.migrate()
    assert service.step(7) == ("done", "2 of 2 units migrated")
    service.collect("legacy", "2026-11-21T10:00:00", "2026-11-22T09:00:00")
    assert service.step(7) == ("left", "1 of 3 units migrated, 2 left")
    service.migrate()
    next(service.collected.glob("modelDataCollector/**/21/10/*.jsonl")).unlink()
    assert service.step(7) == ("left", "2 of 3 units migrated, 1 left")


def test_days_that_are_jsonl_already(service: Service) -> None:
    """Days after dual mode began need no migration; the one on which it began does."""
    service.collect("legacy", "2026-11-20T09:00:00")
    service.collect("dual", "2026-11-21T09:00:00", "2026-11-22T09:00:00")
    text = "0 of 3 units migrated, 1 collected as JSONL, 2 left"
    assert service.step(7) == ("left", text)


def test_a_migration_to_elsewhere(service: Service) -> None:
    """Notes are looked for wherever JSONL lies below the service's folder."""
    service.collect("legacy", "2026-11-20T09:00:00")
    migrate(service.collected, service.folder / "migrated", jobs=1)
    assert service.step(7) == ("done", "1 of 1 unit migrated")


def test_datasets_that_the_plan_skips(service: Service) -> None:
    """They are not left; files of datasets that it does not name are."""
    service.collect("legacy", "2026-11-20T09:00:00")
    service.collect("legacy", "2026-11-20T09:00:00", name="other")
    assert run(["plan", str(service.collected), "--out", str(service.folder / "plan.yaml")]) == 0
    assert service.step(7) == ("left", "0 of 2 units migrated, 2 left")
    plan = service.folder / "plan.yaml"
    service.write("plan.yaml", plan.read_text().replace("skip: false", "skip: true", 1))
    assert service.step(7) == ("left", "0 of 1 unit migrated, 1 left")


def test_files_of_the_archive_that_are_not_read(service: Service) -> None:
    """They are left until a saved plan names them; what lies beside the archive is none of it."""
    service.collect("legacy", "2026-11-20T09:00:00")
    service.write("collected/truth.csv", "a\n1\n")
    service.write("train.csv", "a\n1\n")
    service.migrate()
    assert service.step(7) == ("done", "1 of 1 unit migrated")
    (file,) = service.folder.glob("collected/modeldata/**/data.csv")
    (file.parent / "copy.csv").symlink_to(file)
    assert service.step(7) == ("done", "1 of 1 unit migrated")
    service.write("collected/modeldata/odd.csv", "a\n1\n")
    text = "1 of 1 unit migrated, 1 file not read: mdc-bridge plan says why"
    assert service.step(7) == ("left", text)
    assert run(["plan", str(service.collected), "--out", str(service.folder / "plan.yaml")]) == 1
    assert service.step(7) == ("done", "1 of 1 unit migrated")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX has named pipes")
def test_pipes_are_not_opened(service: Service) -> None:
    """Whatever they are named: nobody may ever write to them."""
    service.finish()
    for name in ("a.json", "compare-2.json", "Dockerfile", "a.Dockerfile"):
        os.mkfifo(service.folder / name)
    assert marks(service.status()) == "xxxxxxxx"
    # It might be a conda file.
    os.mkfifo(service.folder / "a.yml")
    assert marks(service.status()) == "!xxxxxx!"


def test_new_scripts_that_raise(service: Service) -> None:
    """A script on the new SDK that hands over an array is not done."""
    service.write(
        "score.py",
        "import numpy as np\nfrom azureml.ai.monitoring import Collector\n\n"
        "inputs = Collector(name='model_inputs')\ninputs.collect(np.array([1]))\n",
    )
    state, text = service.step(8)
    assert state == "left"
    assert text.startswith("score.py:5 MDC7")
