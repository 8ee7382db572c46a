"""A thousand files of all layouts mixed are migrated; in an account and by Spark as in a folder."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import pytest
from azure.storage.blob import BlobServiceClient

from mdc_bridge.compare import compare
from mdc_bridge.migrate import MigrationReport, Plan, migrate, plan
from tests.archives.mixed import mixed_archive, write_archive
from tests.azure.azurite import Azurite
from tests.bridge.migrate.spark_session import spark_session
from tests.bridge.migrate.trees import tree

FILES = 1000
# Of the same datasets, each in every condition: an account takes tens of milliseconds for a file.
FIRST_FILES = 250
pytestmark = pytest.mark.timeout(600)


class Migrated(NamedTuple):
    """The archive, and what it became in a folder."""

    archive: dict[str, bytes]
    source: str
    destination: str
    plan: Plan
    report: MigrationReport


def _merged(made: Plan) -> Plan:
    """Accounts of 2018 and workspaces of 2019 have other names, and the same services."""
    return replace(made, datasets=tuple(replace(each, merge=True) for each in made.datasets))


def _migrated(factory: pytest.TempPathFactory, files: int) -> Migrated:
    archive = mixed_archive(files)
    source, destination = (str(factory.mktemp(each)) for each in ("modeldata", "lines"))
    write_archive(Path(source), archive)
    made = _merged(plan(source, sample=None))
    return Migrated(archive, source, destination, made, migrate(source, destination, made, jobs=1))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """The archive migrated from a folder to a folder, by this process alone."""
    return _migrated(tmp_path_factory, FILES)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """The first files of the archive, likewise."""
    return _migrated(tmp_path_factory, FIRST_FILES)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[str]:
    """Connection string of an account of the test's own."""
    with Azurite(tmp_path) as server:
        yield server.place.connection_string


def test_every_file_is_read(migrated: Migrated) -> None:
    """No file is left out; of rows, only those are that a file's end cut off."""
    report = migrated.report
    assert (report.unplanned, report.left_out) == ([], [])
    assert sum(each.found["files"] for each in migrated.plan.datasets) == FILES
    reasons = {reason for each in report.datasets.values() for reason in each.reasons}
    assert len(reasons) == 1
    assert reasons.pop().startswith("the last row of the file has no line end")


def test_compare_finds_nothing(migrated: Migrated) -> None:
    """Each row that can be read is on both sides, with the same values."""
    found = compare(migrated.source, migrated.destination, plan=migrated.plan)
    assert (found.differences, found.unreadable) == (0, 0)
    assert (found.left.files, found.total.left) == (FILES, found.total.right)
    assert found.left.torn == sum(each.rejected for each in migrated.report.datasets.values())


def test_the_first_files_are_of_all_datasets(first: Migrated, migrated: Migrated) -> None:
    """What is made of them is made of every layout, service and collection."""
    sources = [{each.source for each in made.plan.datasets} for made in (first, migrated)]
    assert sources[0] == sources[1]


def test_from_an_account_to_an_account(first: Migrated, account: str) -> None:
    """Plan, lines, rejects and counts are those of the folder."""
    container = f"lines-{uuid.uuid4().hex[:8]}"
    with BlobServiceClient.from_connection_string(account) as service:
        archive = service.create_container("modeldata")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda entry: archive.upload_blob(*entry), first.archive.items()))
    made = _merged(plan(account))
    assert made == first.plan
    report = migrate(account, account, made, jobs=2, container=container)
    assert asdict(report) == asdict(first.report)
    assert tree(account, container) == tree(first.destination)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Spark leaves sockets open
def test_by_spark(first: Migrated, tmp_path: Path) -> None:
    """Executors make the files that a local process makes, byte for byte."""
    with spark_session():
        report = migrate(first.source, str(tmp_path), first.plan, engine="spark")
    assert asdict(report) == asdict(first.report)
    assert tree(str(tmp_path)) == tree(first.destination)
