"""What a plan says a migration will do is what it then does: files, bytes, requests."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_bridge.cli.app import run
from mdc_bridge.cli.plan import plan as command
from mdc_bridge.files import open_files
from mdc_bridge.files.account import WHOLE_BYTES
from mdc_bridge.migrate import migrate, plan
from mdc_bridge.migrate.forecast import DEFAULT_PRICE, blocks
from mdc_core.errors import SettingsError
from tests.azure.azurite import ACCOUNT, Azurite, Place
from tests.azure.fault_proxy import FaultProxy
from tests.bridge.migrate.archive_model import Call, CsvFile, Part
from tests.bridge.migrate.migrated import data_files
from tests.examples_of import examples

HEADER = Part(["x", "y"], Call(0), is_header=True)
BAD = Part(raw=b'1,a"b\r\n')


def row(number: int, time: str = "2019-06-01T12:30:00.5", text: str = "a") -> Part:
    """Return a data row."""
    return Part([str(number), text], Call(number, time))


def archive(root: Path) -> None:
    """Write an archive with days of many hours, scattered ids, rejected rows, and no ids."""
    hours = [row(at, f"2019-06-01T{at % 24:02d}:30:00.5") for at in range(30)]
    CsvFile([HEADER, *hours]).write(root)
    CsvFile([HEADER, row(1), row(2), row(1), BAD], date="2019/06/02").write(root)
    CsvFile([HEADER, row(40, "2019-06-03T07:00:00")], date="2019/06/03/07").write(root)
    CsvFile(
        [Part(["p"], is_header=True), Part(["0.5"]), Part(["1.5"])], designation="predictions"
    ).write(root)


def totals(source: Path, **options: Any) -> Counter[str]:
    """Return what a plan's datasets become together."""
    found: Counter[str] = Counter()
    for dataset in plan(source, **options).datasets:
        assert dataset.found["becomes"]["files_are"] == "counted"
        found.update({key: dataset.found["becomes"][key] for key in ("files", "bytes")})
        found.update(dataset.found["transactions"])
    return found


def test_files_and_bytes(tmp_path: Path) -> None:
    """Of an archive of a few units both are exact."""
    archive(tmp_path / "source")
    migrate(tmp_path / "source", tmp_path / "new", plan(tmp_path / "source"), jobs=1)
    made = [path.stat().st_size for path in (tmp_path / "new/modelDataCollector").rglob("*.jsonl")]
    found = totals(tmp_path / "source")
    assert (found["files"], found["bytes"]) == (len(made), sum(made))


ROWS = st.lists(
    st.tuples(st.integers(0, 23), st.integers(0, 5), st.sampled_from(["", "a", 'q"', "é", "1"])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(1, 28), ROWS, min_size=1, max_size=3))
def test_any_small_archive(
    tmp_path_factory: pytest.TempPathFactory, days: dict[int, list[tuple[int, int, str]]]
) -> None:
    """Whatever the hours, ids and cells are."""
    root = tmp_path_factory.mktemp("any")
    for day, rows in days.items():
        parts = [row(i, f"2019-06-{day:02d}T{hour:02d}:00:00.5", text) for hour, i, text in rows]
        CsvFile([HEADER, *parts], date=f"2019/06/{day:02d}").write(root / "source")
    (dataset,) = plan(root / "source").datasets
    migrate(root / "source", root / "new", plan(root / "source"), jobs=1)
    made = data_files(root / "new")
    becomes = dataset.found["becomes"]
    assert (becomes["files"], becomes["bytes"]) == (len(made), sum(map(len, made.values())))
    assert becomes["files"] <= becomes["most_files"] == 24 * len(days)


def test_an_archive_of_many_units(tmp_path: Path) -> None:
    """Of more units than are tried, or larger ones, it is an estimate, and near."""
    for day in range(1, 31):
        for month in (4, 6):
            hours = [row(at, f"2019-{month:02d}-{day:02d}T{at:02d}:30:00.5") for at in range(3)]
            CsvFile([HEADER, *hours], date=f"2019/{month:02d}/{day:02d}").write(tmp_path / "source")
    (dataset,) = plan(tmp_path / "source").datasets
    migrate(tmp_path / "source", tmp_path / "new", plan(tmp_path / "source"), jobs=1)
    made = data_files(tmp_path / "new")
    becomes = dataset.found["becomes"]
    assert becomes["files_are"] == "estimated"
    assert becomes["files"] == len(made) == 180
    assert becomes["bytes"] == pytest.approx(sum(map(len, made.values())), rel=0.01)
    assert becomes["most_files"] == 24 * 60


def test_a_file_that_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beyond is taken to be as what was read, within the hours of a day."""
    monkeypatch.setattr("mdc_bridge.migrate.forecast._MOST_BYTES", 200_000)
    rows = [row(at, f"2019-06-01T{at // 500:02d}:30:00.5", "a" * 100) for at in range(12_000)]
    CsvFile([HEADER, *rows]).write(tmp_path / "source")
    (dataset,) = plan(tmp_path / "source").datasets
    migrate(tmp_path / "source", tmp_path / "new", plan(tmp_path / "source"), jobs=1)
    made = data_files(tmp_path / "new")
    becomes = dataset.found["becomes"]
    assert becomes["files_are"] == "estimated"
    assert 1 <= becomes["files"] <= becomes["most_files"] == 24
    assert becomes["bytes"] == pytest.approx(sum(map(len, made.values())), rel=0.05)


def test_rows_without_an_id_that_are_not_read_to_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They become one file, however many they are."""
    monkeypatch.setattr("mdc_bridge.migrate.forecast._MOST_BYTES", 200_000)
    rows = [Part([str(at), "a" * 100]) for at in range(12_000)]
    CsvFile([Part(["x", "y"], is_header=True), *rows]).write(tmp_path / "source")
    (dataset,) = plan(tmp_path / "source").datasets
    migrate(tmp_path / "source", tmp_path / "new", plan(tmp_path / "source"), jobs=1)
    becomes = dataset.found["becomes"]
    assert becomes["files_are"] == "estimated"
    assert becomes["files"] == len(data_files(tmp_path / "new")) == 1


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azurite for the tests of this file."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
def proxy(azurite: Azurite) -> Iterator[FaultProxy]:
    """A proxy that sees every request."""
    with FaultProxy(azurite.port) as proxy:
        yield proxy


def requests(proxy: FaultProxy) -> Counter[str]:
    """Return how often each kind of request was seen; listings and containers apart."""
    kinds: Counter[str] = Counter()
    for request, _ in proxy.seen:
        if "restype=container" in request.path:
            continue
        is_commit = "comp=blocklist" in request.path
        kind = "commits" if is_commit else "writes" if request.method == "PUT" else "reads"
        kinds[kind] += 1
    return kinds


def test_requests(tmp_path: Path, proxy: FaultProxy) -> None:
    """Between accounts there are as many reads, writes and commits as the plan says."""
    archive(tmp_path / "source")
    account = Place(f"{proxy.url}/{ACCOUNT}").connection_string
    with open_files(tmp_path / "source", "here") as here:
        for container in ("modeldata", "requests"):
            with open_files(account, "there", container) as there:
                for info in here.find("modeldata" if container == "modeldata" else "nothing"):
                    there.write(info.path[len("modeldata/") :], here.read(info.path))
                there.write("made/before.txt", b"")
    made = plan(account)
    found = totals(tmp_path / "source")
    proxy.seen.clear()
    migrate(account, account, made, jobs=1, container="requests")
    seen = requests(proxy)
    assert {key: found[key] for key in ("reads", "writes", "commits")} == {
        key: seen[key] for key in ("reads", "writes", "commits")
    }
    assert found["all"] == sum(seen.values())


def test_large_files(proxy: FaultProxy) -> None:
    """Beyond 64 MB a file is written in blocks of 4 MB, and committed."""
    size = 65 * 1024 * 1024
    account = Place(f"{proxy.url}/{ACCOUNT}").connection_string
    with open_files(account, "there", "large") as there:
        there.write("made/before.txt", b"")
        proxy.seen.clear()
        there.write("large.jsonl", bytes(size))
    seen = requests(proxy)
    assert (seen["writes"], seen["commits"]) == (17, 1)
    assert (blocks(size), blocks(WHOLE_BYTES), blocks(0)) == (17, 1, 1)


def test_names_that_change(tmp_path: Path) -> None:
    """Old and new are in `found`, as far as they differ."""
    path = tmp_path / "modeldata/s/g/w/my svc/m/1/inputs/2020/03/01/data.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a\n1\n")
    (dataset,) = plan(tmp_path).datasets
    assert dataset.found["names"] == {
        "endpoint": ["my svc", dataset.endpoint],
        "deployment": ["m", "m00"],
        "collection": ["inputs", "model_inputs"],
    }


def test_the_price(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is that of 10,000 requests, and any number from 0 up."""
    archive(tmp_path)
    assert plan(tmp_path) == plan(tmp_path, price=DEFAULT_PRICE)
    assert inspect.signature(command).parameters["price"].default == DEFAULT_PRICE
    (first, _) = plan(tmp_path, price=5000.0).datasets
    assert first.found["cost"] == first.found["transactions"]["all"] / 2
    for price in (-1.0, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match="price is"):
            plan(tmp_path, price=price)
    assert run(["plan", str(tmp_path), "--price", "-1"]) == 2
    capsys.readouterr()
    assert run(["plan", str(tmp_path), "-o", str(tmp_path / "plan.yaml"), "--price", "5000"]) == 0
    shown = capsys.readouterr().out
    assert "26 files, " in shown
    assert "collection inputs -> model_inputs" in shown
    assert "36.0000 at 5000 for 10,000" in shown
