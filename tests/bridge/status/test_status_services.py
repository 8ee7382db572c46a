"""Services come from a folder or a list, and none that cannot be read hides another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mdc_bridge.files import open_files
from mdc_bridge.status import StatusReport, status
from mdc_core.errors import MissingFileError, SettingsError
from tests.azure.azurite import Place
from tests.bridge.status.shop import NOW, Service, marks


def survey(place: Path) -> StatusReport:
    """Return where all services stand at the moment of these tests."""
    return status(place, now=NOW)


def listed(folder: Path, *services: Any) -> Path:
    """Write a list of services."""
    path = folder / "services.yaml"
    path.write_text(yaml.safe_dump({"services": list(services)}))
    return path


def _broken_script(service: Service) -> None:
    service.write("score.py", "def (")


def _broken_comparison(service: Service) -> None:
    service.write("compare.json", '{"left": {"place": ')


def _broken_moment(service: Service) -> None:
    text = (service.folder / "compare.json").read_text()
    service.write("compare.json", text.replace("2026-11-22T23:00:00Z", "yesterday"))


def _broken_deployment(service: Service) -> None:
    service.write("endpoint/deployment.yml", "data_collector: [")


def _broken_plan(service: Service) -> None:
    service.write("plan.yaml", "format: 1\ndatasets: 3\n")


def _broken_note(service: Service) -> None:
    for path in (service.collected / ".mdc-bridge/migrate").iterdir():
        path.write_text("{")


def _dangling_csv(service: Service) -> None:
    path = next(service.collected.glob("modeldata/**/data.csv"))
    path.with_name("more.csv").symlink_to("nowhere.csv")


def _dangling_jsonl(service: Service) -> None:
    path = next(service.collected.glob("modelDataCollector/**/*.jsonl"))
    path.with_name("more.jsonl").symlink_to("nowhere.jsonl")


BROKEN = {
    _broken_script: "!xxxxxx!",
    _broken_comparison: "xxxx!xxx",
    _broken_moment: "xxxx!xxx",
    _broken_deployment: "xxxxx!xx",
    _broken_plan: "xxxxxx!x",
    _broken_note: "xxxxxx!x",
    _dangling_csv: "xx!xxx-x",
    _dangling_jsonl: "xxx!xxxx",
}


def test_what_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    """Neither the other steps of its service nor its neighbours; each is named with its place."""
    for spoil in BROKEN:
        service = Service(tmp_path / spoil.__name__.strip("_"))
        service.finish()
        spoil(service)
    Service(tmp_path / "whole").finish()
    report = survey(tmp_path)
    found = {each.name: marks(each) for each in report.services}
    expected = {spoil.__name__.strip("_"): each for spoil, each in BROKEN.items()}
    assert found == {**expected, "whole": "xxxxxxxx"}
    assert report.is_unreadable
    assert not report.is_done
    assert all(step.text for each in report.services for step in each.steps)


def test_hidden_folders_are_no_services(tmp_path: Path) -> None:
    """Nor are files beside the folders."""
    Service(tmp_path / "churn")
    Service(tmp_path / ".git")
    (tmp_path / "notes.txt").write_text("")
    assert [each.name for each in survey(tmp_path).services] == ["churn"]


def test_a_list(tmp_path: Path) -> None:
    """What it names is relative to it; what it does not name nothing tells of."""
    service = Service(tmp_path / "here/churn")
    service.finish()
    path = listed(
        tmp_path / "here",
        {
            "name": "churn",
            "scripts": ["churn/score.py", "churn/conda.yml"],
            "archive": "churn/collected",
            "collected": "churn/collected",
            "comparison": "churn/compare.json",
            "deployment": "churn/endpoint/deployment.yml",
        },
        {"name": "bare"},
    )
    assert [marks(each) for each in survey(path).services] == ["xxxxxxxx", "????--??"]


def test_an_archive_that_services_share(tmp_path: Path) -> None:
    """`service` and `endpoint` choose of it, and each place is listed once."""
    shared = Service(tmp_path / "shared")
    shared.collect("dual", "2026-11-22T09:00:00", name="churn")
    shared.collect("legacy", "2026-11-20T09:00:00", name="credit")
    places = {"archive": "shared/collected", "collected": "shared/collected"}
    path = listed(
        tmp_path,
        {"name": "a", "service": "churn", "endpoint": "churn", **places},
        {"name": "b", "service": "credit", "endpoint": "credit", **places},
    )
    found = survey(path).services
    assert [marks(each)[2:4] for each in found] == ["xx", "x-"]
    assert found[1].steps[2].found["last_day"] == "2026-11-20"


ENTRIES = [
    (3, "is 3; valid: a mapping of name, scripts"),
    ({"name": "a", "script": "x"}, "script is not known; valid: name, scripts"),
    ({"scripts": "x"}, "name is missing; valid: a text"),
    ({"name": "a", "scripts": 3}, "scripts is 3; valid: a text, or a list of texts"),
    ({"name": "a", "archive": ["x", ""]}, "archive is ''; valid: a text, or a list of texts"),
    ({"name": "a", "plan": ["x"]}, "plan is ['x']; valid: a text"),
    ({"name": "a", "archive": "ftp://x"}, "archive: ftp:// is not supported"),
    ({"name": "good"}, "name: good is listed twice"),
]


@pytest.mark.parametrize(("entry", "message"), ENTRIES)
def test_entries_that_make_no_sense(tmp_path: Path, entry: Any, message: str) -> None:
    """They are reported, and the others are looked at."""
    good, bad = survey(listed(tmp_path, {"name": "good"}, entry)).services
    assert (good.problem, bad.steps) == ("", ())
    assert message in bad.problem


@pytest.mark.parametrize(
    ("key", "numbers"),
    [("scripts", "128"), ("archive", "3457"), ("collected", "3457"), ("comparison", "5")],
)
def test_places_that_are_not_there(tmp_path: Path, key: str, numbers: str) -> None:
    """What is named and missing could not be read."""
    (service,) = survey(listed(tmp_path, {"name": "a", key: "nowhere"})).services
    unreadable = [step for step in service.steps if step.state.value == "unreadable"]
    assert "".join(str(step.number) for step in unreadable) == numbers
    assert all("nowhere" in step.text for step in unreadable)


@pytest.mark.parametrize(("key", "numbers"), [("comparison", "5"), ("deployment", "6")])
def test_files_that_are_not_there(tmp_path: Path, key: str, numbers: str) -> None:
    """Their steps say so in the words that say it of scripts."""
    (service,) = survey(listed(tmp_path, {"name": "a", key: "nowhere.yml"})).services
    found = [step for step in service.steps if step.text.endswith("nowhere.yml does not exist")]
    assert "".join(str(step.number) for step in found) == numbers


@pytest.mark.parametrize("text", ["", "3", "services: 3", "services: []", "other: [1]", "a: ["])
def test_lists_that_are_none(tmp_path: Path, text: str) -> None:
    """The error says what is valid."""
    path = tmp_path / "services.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"services\.yaml is no"):
        survey(path)


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir])
def test_places_without_a_service(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """Neither there, nor empty."""
    make(tmp_path / "place")
    with pytest.raises(MissingFileError, match="valid: "):
        survey(tmp_path / "place")


def test_a_storage_account(tmp_path: Path, azurite_place: Place) -> None:
    """Places are what the commands take: connection strings, with containers of their own."""
    service = Service(tmp_path / "churn")
    service.collect("dual", "2026-11-22T09:00:00")
    account = azurite_place.connection_string
    with open_files(service.collected, "here") as here:
        for container, root in (("csv", "modeldata/"), ("jsonl", "")):
            with open_files(account, "there", container) as there:
                for info in here.find("modeldata" if root else "modelDataCollector"):
                    there.write(info.path[len(root) :], here.read(info.path))
    entry = {"name": "churn", "archive": account, "collected": account}
    (found,) = survey(
        listed(tmp_path, {**entry, "source_container": "csv", "container": "jsonl"})
    ).services
    assert marks(found) == "??xx---?"
    assert found.steps[6].found["left"] == 1
    (found,) = survey(listed(tmp_path, {**entry, "container": "nowhere"})).services
    assert marks(found) == "??!!!-!?"
