"""Rows of one id that were scored at two times become one line, and that is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdc_bridge.migrate import migrate
from mdc_core.data.correlation_columns import HEADERS

ID = "0aa9b1a5-53b3-4a8c-a9f5-9f8ec8b15e%02d"


@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("is_scattered", [False, True])
@pytest.mark.parametrize("seconds", [(1, 1), (1, 2), (1, 2, 2), (1, 2, 1)])
def test_rows_of_another_time(
    tmp_path: Path, seconds: tuple[int, ...], is_scattered: bool, is_last: bool
) -> None:
    """Each row whose time the line does not have counts, wherever it stands."""

    def row(number: int, second: int) -> str:
        tail = {
            HEADERS[0]: ID % number,
            HEADERS[1]: f"2020-03-01T09:00:0{second}Z",
            HEADERS[2]: "1440",
            **dict.fromkeys(HEADERS[3:7], "x"),
            HEADERS[7]: "00000000-0000-0000-0000-000000000000",
        }
        return ",".join(["1", *(tail.get(name, "") for name in HEADERS)]) + "\n"

    rows = [row(0, 0), *(row(1, second) for second in seconds), row(2, 0)]
    if is_scattered:
        rows.insert(2, row(3, 0))
    rows += [] if is_last else [row(4, 0)]
    folder = tmp_path / "modeldata/sub/rg/ws/svc/m/1/inputs/2020/03/01"
    folder.mkdir(parents=True)
    (folder / "data.csv").write_text(",".join(["a", *HEADERS]) + "\n" + "".join(rows))
    report = migrate(tmp_path, tmp_path / "new").datasets["svc/m/inputs"]
    if report.rejected:
        pytest.fail(str(report.reasons))
    assert report.other_times == sum(second != seconds[0] for second in seconds)
