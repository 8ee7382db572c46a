"""Lines of every origin are read; what cannot be read is reported and counted, never skipped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from mdc_bridge.read import Problems, read, read_lines
from mdc_core.errors import StoreError

Event = Callable[..., dict[str, Any]]


def test_a_line_of_payload_logging(write: Any, event: Event, tmp_path: Path) -> None:
    """A logged request holds rows; its id ties it to the response."""
    request = event({"data": [[1, 2]]}, path="/score?size=1", method="POST", xrequestid="r-1")
    del request["correlationid"]
    write(request, collection="request")
    (line,) = read_lines(str(tmp_path / "collected"))
    assert line.rows == [{"column_0": 1, "column_1": 2}]
    assert (line.correlation_id, line.request_id) == ("r-1", "r-1")
    assert (line.attributes["path"], line.attributes["method"]) == ("/score?size=1", "POST")


@pytest.mark.parametrize("place", ["file", "moved", "relative", "blob"])
def test_data_of_large_events_are_followed(
    write: Any, event: Event, tmp_path: Path, place: str
) -> None:
    """`dataref` is looked for in the tree being read, wherever it lay when it was written."""
    below = "modelDataCollector/credit/blue/2026/11/21/09/" + "a" * 32 + "000001.jsonl"
    raw = tmp_path / "collected" / below
    raw.parent.mkdir(parents=True)
    raw.write_text('[{"n":1},{"n":2}]')
    url = {
        "file": raw.as_uri(),
        "moved": f"file:///var/old/{below}",
        "relative": below,
        "blob": f"https://account.blob.core.windows.net/modeldata/{below}?sig=secret",
    }[place]
    line = event(None, dataref=url)
    del line["data"]
    write(line)
    assert read(str(tmp_path / "collected")).n.tolist() == [1, 2]


def test_our_own_large_events(collected: Path, finish: Callable[[], None]) -> None:
    """A frame of more than 4 MB comes back whole."""
    frame = pd.DataFrame({"text": ["x" * 1000] * 5000, "n": range(5000)})
    Collector(name="model_inputs").collect(frame)
    finish()
    found = read(str(collected))
    pd.testing.assert_frame_equal(found[["text", "n"]], frame)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "../../secret", "https://a.blob.core.windows.net/c/x?sig=secret"]
)
def test_what_lies_outside_is_not_opened(
    write: Any, event: Event, tmp_path: Path, url: str
) -> None:
    """A line cannot make the reader open another file; signatures are not repeated."""
    (tmp_path / "secret").write_text("[]")
    line = event(None, dataref=url)
    del line["data"]
    write(line)
    problems = Problems()
    assert not len(read(str(tmp_path / "collected"), problems=problems))
    assert problems.unreadable == 1
    assert "is not in" in problems.samples[0].reason
    assert "sig" not in problems.samples[0].reason


def test_binary_payloads_are_followed(write: Any, event: Event, tmp_path: Path) -> None:
    """`datainblob`: the data are the URL of a file with the payload itself."""
    name = "modelDataCollector/credit/blue/request/2026/11/21/09/cccccccc-2222"
    blob = tmp_path / "collected" / name
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"\xff\xd8image")
    url = f"https://a.blob.core.windows.net/modeldata/{name}"
    write(event(url, datainblob="true", datacontenttype="image/jpeg"), collection="request")
    (line,) = read_lines(str(tmp_path / "collected"))
    assert line.rows == [{"payload": b"\xff\xd8image"}]


def test_a_torn_last_line_is_skipped_and_counted(write: Any, event: Event, tmp_path: Path) -> None:
    """The end of a file that is still being written is not an error; a whole last line counts."""
    path = write(event([{"n": 1}]), b'{"specversion":"1.0","data":[{"n"')
    write(json.dumps(event([{"n": 2}])).encode(), hour="2026/11/21/10")
    problems = Problems()
    root = str(tmp_path / "collected")
    assert read(root, problems=problems).n.tolist() == [1, 2]
    assert (problems.unreadable, problems.torn) == (0, 1)
    assert problems.torn_paths == [path.relative_to(root).as_posix()]
    with pytest.warns(UserWarning, match="last line is truncated"):
        read(root)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{]\n", "not valid JSON"),
        (b"[1]\n", "not a JSON object"),
        (b"\xff\xfe\n", "not valid JSON|not valid UTF-8"),
        (b'{"time":"2026-11-21T09:16:25Z"}\n', "neither data nor dataref"),
        (b"\0" * 100 + b"\n", "not valid JSON"),
        (b"[" * 100_000 + b"\n", "."),
        (
            b'{"data":[{"n":' + b"9" * 4301 + b"}]}\n",
            "^it has an integer of more than 4,300 digits$",
        ),
    ],
    ids=["broken", "array", "bytes", "empty", "zeros", "deep", "digits"],
)
def test_a_line_that_cannot_be_read_is_told(
    write: Any, event: Event, tmp_path: Path, raw: bytes, reason: str
) -> None:
    """The rest is read; without a place for problems the first is raised, with file and line."""
    path = write(event([{"n": 1}]), raw, event([{"n": 2}]))
    problems = Problems()
    root = str(tmp_path / "collected")
    assert read(root, problems=problems).n.tolist() == [1, 2]
    ((where, number, why),) = problems.samples
    assert (where, number) == (path.relative_to(root).as_posix(), 2)
    with pytest.raises(StoreError) as error:
        read(root)
    assert str(error.value).startswith(f"{where}, line 2: {why}; pass problems")
    assert str(error.value).count("pass problems") == 1
    assert re.search(reason, why)


@pytest.mark.parametrize("hour", ["9999", "9999/12", "9999/12/31", "9999/12/31/23"])
def test_a_folder_at_the_end_of_all_time(
    write: Any, event: Event, tmp_path: Path, hour: str
) -> None:
    """No moment is after it, so its bounds are not known and it is opened."""
    write(event([{"n": 1}], time="9999-12-31T23:59:59Z"), hour=hour)
    assert len(list(read_lines(str(tmp_path / "collected"), since="2026-11-21"))) == 1


def test_numbers_that_only_python_reads(write: Any, event: Event, tmp_path: Path) -> None:
    """NaN of other writers, and integers beyond 64 bits, are values."""
    write(b'{"data":[{"a":NaN,"b":123456789012345678901}],"correlationid":"x"}\n')
    found = read(str(tmp_path / "collected"))
    assert found.a.isna().all()
    assert found.b[0] == 123456789012345678901
    assert found.mdc_time.isna().all()


def test_how_far_it_is(write: Any, event: Event, tmp_path: Path) -> None:
    """Bytes that were read and bytes to read, which are those that were listed."""
    large = write(*(event([{"x": "x" * 1000}]) for _ in range(1000)))
    small = write(event([{"x": 1}]), hour="2026/11/21/10")
    in_all = large.stat().st_size + small.stat().st_size
    write(event([{"x": 1}]), collection="model_outputs")
    told: list[tuple[int, Optional[int]]] = []
    lines = read_lines(
        str(tmp_path / "collected"),
        collections=["model_inputs"],
        progress=lambda done, total: told.append((done, total)),
    )
    next(lines)
    assert told == [(0, None), (0, None)]
    with small.open("ab") as grown:
        grown.write(b"\n" * 2**20)
    assert len(list(lines)) == 1000
    told = told[2:]
    assert {total for _, total in told} == {in_all}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == in_all
    assert 4 < len(told) < 12
