"""Both path families: written and read back, at every rate and at every turn of the calendar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone

import freezegun
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import Stream
from mdc_core.encoding.csv_rows import csv_pieces
from mdc_core.errors import SettingsError
from mdc_core.layouts import (
    CSV_ROOT,
    JSONL_ROOT,
    ROLLING_RATES,
    CsvFolder,
    JsonlFile,
    rolled_folder,
    utc,
)
from mdc_modern.contexts import BasicCorrelationContext
from tests.core.made import csv_target, event, microseconds

NAMES = st.text(st.characters(blacklist_categories=()), max_size=10) | st.sampled_from(
    ["..", "a/b", "%2F", "My Model", "2024", "01", "data.csv", "a.jsonl"]
)
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001
WORKSPACE_PART = NAMES.filter(lambda name: name and "/" not in name and name == name.lower())
WORKSPACES = st.tuples(
    WORKSPACE_PART.filter(lambda name: name != CSV_ROOT), WORKSPACE_PART, WORKSPACE_PART
).map("/".join)


def _time_us(moment: datetime) -> int:
    return microseconds(f"{moment.isoformat()}+00:00")


@given(WORKSPACES, NAMES, NAMES, NAMES, NAMES, MOMENTS, st.sampled_from(["day", "hour"]))
@pytest.mark.parametrize("around", ["{}", "modeldata/{}", "/{}/", "{}/data.csv", "{}/inputs.csv"])
def test_csv_folders_are_read_back(
    around: str,
    workspace: str,
    service: str,
    model: str,
    version: str,
    designation: str,
    moment: datetime,
    rate: str,
) -> None:
    """Formatting and parsing are inverse, with the container before and a file behind."""
    date = rolled_folder(_time_us(moment), rate)
    folder = CsvFolder(workspace, service, model, version, designation, date)
    assert CsvFolder.parse(around.format(folder.format())) == folder


@given(
    NAMES.filter(lambda name: name != JSONL_ROOT),
    NAMES,
    NAMES,
    MOMENTS,
    st.sampled_from(ROLLING_RATES),
    st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    st.integers(0, 10**7),
)
@pytest.mark.parametrize("around", ["{}", "modelDataCollector/{}", "/{}"])
def test_jsonl_files_are_read_back(
    around: str,
    endpoint: str,
    deployment: str,
    collection: str,
    moment: datetime,
    rate: str,
    instance: str,
    sequence: int,
) -> None:
    """Formatting and parsing are inverse at every rolling rate."""
    rolled = rolled_folder(_time_us(moment), rate)
    file = JsonlFile(endpoint, deployment, collection, rolled, instance, sequence)
    assert JsonlFile.parse(around.format(file.format())) == file


def test_real_paths_are_read() -> None:
    """Paths of the documents and of files that were really written."""
    file = JsonlFile.parse(
        "modelDataCollector/loans/credit/model_inputs/2023/01/02/03/"
        "ef484bd292bc4cd4ad462efc33ddbbbe000005.jsonl"
    )
    assert (file.endpoint, file.collection, file.rolled) == (
        "loans",
        "model_inputs",
        "2023/01/02/03",
    )
    assert (file.instance, file.sequence) == ("ef484bd292bc4cd4ad462efc33ddbbbe", 5)
    folder = CsvFolder.parse("modeldata/s/g/w/my service/m/10/inputs/2018/06/30/data.csv")
    assert (folder.workspace, folder.service, folder.version) == ("s/g/w", "my service", "10")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "modeldata",
        "s/g/w/svc/m/1/inputs",
        "s/g/w/svc/m/1/inputs/2024/2/29",
        "s/g/w/svc/m/1/inputs/2024/02",
        "s/g/w/svc/m/1/2024/02/29/data.csv",
        "s/g/w/svc/m/1/inputs/2024/02/29/01/02/data.csv",
        "loans/credit/model_inputs/2023/01/02/03/ef484bd292bc4cd4ad462efc33ddbbbe000005.jsonl",
    ],
)
def test_other_paths_are_no_csv_folders(path: str) -> None:
    """What is of another family is refused, with the form that is valid."""
    with pytest.raises(ValueError, match="subscription/group/workspace/service"):
        CsvFolder.parse(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a.jsonl",
        "e/d/c/2023/01/02/03/short000005.jsonl",
        "e/d/c/2023/01/02/03/ef484bd292bc4cd4ad462efc33ddbbbe000005.json",
        "e/d/c/2023/1/2/3/ef484bd292bc4cd4ad462efc33ddbbbe000005.jsonl",
        "e/d/c/ef484bd292bc4cd4ad462efc33ddbbbe000005.jsonl",
        "modelDataCollector/e/d/2023/01/02/03/ef484bd292bc4cd4ad462efc33ddbbbe000005.jsonl",
        "s/g/w/svc/m/1/inputs/2024/02/29/data.csv",
    ],
)
def test_other_paths_are_no_jsonl_files(path: str) -> None:
    """Raw files, other names and the other family are refused."""
    with pytest.raises(ValueError, match="endpoint/deployment/collection"):
        JsonlFile.parse(path)


@pytest.mark.parametrize(
    ("rate", "folder"),
    [
        ("minute", "2024/02/29/23/59"),
        ("hour", "2024/02/29/23"),
        ("day", "2024/02/29"),
        ("month", "2024/02"),
        ("year", "2024"),
        ("HOUR", "2024/02/29/23"),
    ],
)
def test_rates_have_these_folders(rate: str, folder: str) -> None:
    """Every rate is a prefix of the finest."""
    assert rolled_folder(microseconds("2024-02-29T23:59:59.999999+00:00"), rate) == folder


def test_other_rates_are_refused() -> None:
    """The message says which rates there are."""
    with pytest.raises(SettingsError, match=r"'week'.*minute, hour, day, month, year"):
        rolled_folder(0, "week")


@given(MOMENTS)
def test_times_are_kept_to_the_microsecond(moment: datetime) -> None:
    """Integer microseconds and zoned times are inverse, also before 1970."""
    assert utc(_time_us(moment)) == moment.replace(tzinfo=timezone.utc)


TURNS = [
    ("2026-11-20T23:59:59.999999+00:00", "2026/11/20", "23"),
    ("2026-11-21T00:00:00+00:00", "2026/11/21", "00"),
    ("2026-11-30T23:59:59.999999+00:00", "2026/11/30", "23"),
    ("2026-12-01T00:00:00+00:00", "2026/12/01", "00"),
    ("2024-02-28T23:59:59.999999+00:00", "2024/02/28", "23"),
    ("2024-02-29T00:00:00+00:00", "2024/02/29", "00"),
    ("2024-03-01T00:00:00+00:00", "2024/03/01", "00"),
    ("2100-03-01T00:00:00+00:00", "2100/03/01", "00"),
    ("2025-12-31T23:59:59.999999+00:00", "2025/12/31", "23"),
    ("2026-01-01T00:00:00+00:00", "2026/01/01", "00"),
    ("2026-01-01T05:29:59+05:30", "2025/12/31", "23"),
    ("2025-12-31T16:00:00-08:00", "2026/01/01", "00"),
    ("2024-03-31T01:30:00+00:00", "2024/03/31", "01"),
    ("1969-12-31T23:59:59+00:00", "1969/12/31", "23"),
]


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati"])
def _zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run in a process whose local time is that of another zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize(("moment", "day", "hour"), TURNS)
def test_both_layouts_turn_together_and_in_utc(moment: str, day: str, hour: str) -> None:
    """Rows and lines of one time lie under the same UTC day and hour, in every local zone."""
    made = event([1], time_us=microseconds(moment))
    stream = Stream("e", "d", "c", "s/g/w")
    daily, hourly = (csv_pieces(made, csv_target(hourly=each))[0].path for each in (False, True))
    assert daily == f"modeldata/sub/group/space/svc/m/1/inputs/{day}/data.csv"
    assert hourly == f"modeldata/sub/group/space/svc/m/1/inputs/{day}/{hour}/data.csv"
    assert stream.folder(made.time_us) == f"modelDataCollector/e/d/c/{day}/{hour}"
    assert stream.raw_folder(made.time_us) == f"modelDataCollector/e/d/{day}/{hour}"


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize(("moment", "day", "hour"), TURNS)
def test_the_clock_of_a_call_is_utc(moment: str, day: str, hour: str) -> None:
    """A call that is made at a turn of the calendar lies in the UTC hour of its making."""
    with freezegun.freeze_time(moment):
        seconds = BasicCorrelationContext().get_timestamp()
    assert rolled_folder(seconds * 1_000_000, "hour") == f"{day}/{hour}"
