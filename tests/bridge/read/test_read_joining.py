"""Inputs stand beside the outputs of the same row, and beside the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.read import iter_frames, join_truth, read
from mdc_core.errors import SettingsError

Event = Callable[..., dict[str, Any]]
BOTH = ("model_inputs", "model_outputs")


def test_requests_of_a_script(collected: Path, finish: Callable[[], None]) -> None:
    """Every prediction stands beside its row of inputs, though the script gave no id."""
    inputs = ModelDataCollector("m", "inputs", ["x", "n"])
    outputs = ModelDataCollector("m", "predictions", ["p"])
    for size in (1, 3, 2):
        x = np.arange(2.0 * size).reshape(size, 2) + 100 * size
        inputs.collect(x)
        outputs.collect(x[:, 0] * 2)
    finish()
    joined = read(str(collected), join=BOTH)
    assert len(joined) == 6
    assert (joined.p == joined.x * 2).all()
    assert set(joined.mdc_collection) == {"model_inputs+model_outputs"}


def test_what_has_no_partner_stays(write: Any, event: Event, tmp_path: Path) -> None:
    """Rows without a partner are kept with gaps, and integers stay integers."""
    write(event([{"a": 1}, {"a": 2}], id="one"), event([{"a": 3}], id="two"))
    write(event([{"p": 10}], id="one"), event([{"p": 30}], id="three"), collection="model_outputs")
    joined = read(str(tmp_path / "collected"), join=BOTH)
    assert str(joined.a.dtype) == str(joined.p.dtype) == "Int64"
    rows = {
        (row.mdc_id, row.mdc_row): (row.a, row.p, row.mdc_collection)
        for row in joined.astype(object).where(joined.notna(), None).itertuples()
    }
    assert rows == {
        ("one", 0): (1, 10, "model_inputs+model_outputs"),
        ("one", 1): (2, None, "model_inputs"),
        ("two", 0): (3, None, "model_inputs"),
        ("three", 0): (None, 30, "model_outputs"),
    }
    assert joined.mdc_time.notna().all()


def test_one_id_for_every_request(write: Any, event: Event, tmp_path: Path) -> None:
    """A script with one constant id gets its requests joined in order, not all with all."""
    times = [f"2026-11-21T09:16:{second:02}Z" for second in range(50)]
    write(*(event([{"x": n}], time=time) for n, time in enumerate(times)))
    lines = [event([{"x": n}], time=time) for n, time in enumerate(times)]
    write(*reversed(lines), collection="model_outputs")
    joined = read(str(tmp_path / "collected"), join=BOTH)
    assert joined.x.tolist() == joined.x_model_outputs.tolist() == list(range(50))


def test_ground_truth(write: Any, event: Event, tmp_path: Path) -> None:
    """Rows get what turned out to be true, by a column of both; gaps where nothing is known."""
    write(event([{"order": "007", "x": 1}, {"order": "8", "x": 2}]))
    frame = read(str(tmp_path / "collected"))
    truth = pd.DataFrame({"order": ["007", "9"], "label": [1, 0], "x": [5, 6]})
    joined = read(str(tmp_path / "collected"), truth=truth, on="order")
    assert joined.label.tolist() == [1, pd.NA]
    assert joined.x.tolist() == [1, 2]
    assert joined.x_truth.tolist() == [5, pd.NA]
    renamed = truth.rename(columns={"order": "key"})
    assert join_truth(frame, renamed, ("order", "key")).label.tolist() == [1, pd.NA]


def test_no_key_is_equal_to_no_key(write: Any, event: Event, tmp_path: Path) -> None:
    """A row whose key is missing on either side has no partner, however many there are."""
    write(event([{"order": "7"}, {"order": None}, {"x": 1}]))
    truth = pd.DataFrame({"order": ["7", None, None], "label": [1, 2, 3]})
    joined = read(str(tmp_path / "collected"), truth=truth, on="order")
    assert joined.label.tolist() == [1, pd.NA, pd.NA]


def test_ground_truth_that_does_not_fit(write: Any, event: Event, tmp_path: Path) -> None:
    """Errors name the column and what is valid."""
    write(event([{"order": 7}]))
    frame = read(str(tmp_path / "collected"))
    with pytest.raises(SettingsError, match="collected data have no column 'nope'; valid: mdc_id"):
        join_truth(frame, pd.DataFrame({"nope": [1]}), "nope")
    with pytest.raises(SettingsError, match="ground truth has no column 'order'; valid: nope"):
        join_truth(frame, pd.DataFrame({"nope": [1]}), "order")
    with pytest.raises(SettingsError, match="'7' in its column 'order' more than once"):
        join_truth(frame, pd.DataFrame({"order": [7, 7]}), "order")
    with pytest.raises(SettingsError, match="cannot be joined"):
        join_truth(frame, pd.DataFrame({"order": ["7"]}), "order")
    with pytest.raises(SettingsError, match="must be given together"):
        read(str(tmp_path / "collected"), on="order")
    with pytest.raises(SettingsError, match="two or more collections"):
        read(str(tmp_path / "collected"), join=("a", "a"))


def test_keys_that_are_no_integers_join_none() -> None:
    """Nor do they warn, or end in an error that is not ours."""
    truth = pd.DataFrame({"order": [1.5, 7.0], "label": [0, 1]})
    frame = pd.DataFrame({"order": [1, 7]})
    assert join_truth(frame, truth, "order").label.tolist() == [pd.NA, 1]
    with_gaps = pd.DataFrame({"order": pd.array([1, None], "Int64")})
    with pytest.warns(UserWarning, match="none of these rows"):
        assert join_truth(with_gaps, truth, "order").label.isna().all()


@pytest.mark.parametrize("kind", ["int64", "int32", "uint8", "Int64", "float64", "Float64"])
@pytest.mark.parametrize("rows", ["int64", "Int64", "float64"])
def test_numbers_of_all_types_are_keys(rows: str, kind: str) -> None:
    """Whichever side has gaps; pandas before 2 joins integers with gaps to no plain numbers."""
    frame = pd.DataFrame({"order": pd.Series([1, 7] + [None] * (rows != "int64"), dtype=rows)})
    truth = pd.DataFrame({"order": pd.Series([7, 9], dtype=kind), "label": [3, 4]})
    found = join_truth(frame, truth, "order")
    assert found.label.tolist() == [pd.NA, 3, pd.NA][: len(frame)]
    assert found.order.dtype == rows


@pytest.mark.parametrize(
    ("truth", "example"),
    [
        ({"key": ["id-9", "id-8"], "label": [1, 2]}, "has 2 values, such as 'id-9'"),
        ({"key": ["ID-1"], "label": [1]}, "has 1 value, such as 'ID-1'"),
        ({"key": [None], "label": [1]}, "has 0 values"),
        ({"key": [], "label": []}, "has 0 values"),
    ],
)
def test_truth_that_no_row_has_is_told(
    truth: dict[str, Any],
    example: str,
    write: Any,
    event: Event,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the functions and in every format of the command; the rows are there all the same."""
    write(event([{"order": 1}, {"order": 2}], id="id-1"))
    root = str(tmp_path / "collected")
    told = f"none of these rows has ground truth: its column 'key' {example}"
    frame = pd.DataFrame(truth).astype({"key": object})
    with pytest.warns(UserWarning, match=re.escape(told)):
        assert read(root, truth=frame, on=("mdc_id", "key")).label.isna().tolist() == [True] * 2
    with pytest.warns(UserWarning, match=re.escape(told)):
        assert len(list(iter_frames(root, truth=frame, on=("mdc_id", "key")))) == 1
    path = tmp_path / "truth.csv"
    frame.to_csv(path, index=False)
    for form in ("table", "csv", "json", "jsonl"):
        arguments = ["--truth", str(path), "--on", "mdc_id=key", "--format", form]
        assert run(["read", root, *arguments]) == 0
        assert told in capsys.readouterr().err
        # Where there is no row, there is nothing to tell.
        assert run(["read", root, "--limit", "0", *arguments]) == 0
        assert "ground truth" not in capsys.readouterr().err


def test_truth_that_one_row_has_is_told_by_nothing(
    write: Any, event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be the last row of many."""
    write(*(event([{"order": number}]) for number in range(500)))
    path = tmp_path / "truth.csv"
    path.write_text("order,label\n499,1\n")
    root = str(tmp_path / "collected")
    frame = pd.DataFrame({"order": [499], "label": [1]})
    assert read(root, truth=frame, on="order").label.count() == 1
    assert len(list(iter_frames(root, truth=frame, on="order", rows=100))) == 5
    assert run(["read", root, "--truth", str(path), "--on", "order", "--format", "jsonl"]) == 0
    assert "ground truth" not in capsys.readouterr().err


def _joined(tmp_path: Path) -> set[tuple[object, object]]:
    joined = read(tmp_path / "collected", join=BOTH).astype(object)
    joined = joined.where(joined.notna(), None)
    return {(row.x, row.p) for row in joined.itertuples()}


@pytest.mark.parametrize("missing", [0, 1, 2])
@pytest.mark.parametrize("side", ["model_inputs", "model_outputs"])
def test_an_id_of_which_a_line_is_missing(
    write: Any, event: Event, tmp_path: Path, missing: int, side: str
) -> None:
    """Which one it is, nothing tells: its rows stay apart, those of other ids are joined."""
    lines = {
        "model_inputs": [event([{"x": n}], id="same") for n in range(3)],
        "model_outputs": [event([{"p": n}], id="same") for n in range(3)],
    }
    del lines[side][missing]
    write(*lines["model_inputs"], event([{"x": 7}], id="one"))
    write(*lines["model_outputs"], event([{"p": 7}], id="one"), collection="model_outputs")
    with pytest.warns(UserWarning, match=r"1 id with lines or rows missing .*'same'"):
        joined = _joined(tmp_path)
    left = {n for n in range(3) if side == "model_outputs" or n != missing}
    right = {n for n in range(3) if side == "model_inputs" or n != missing}
    assert joined == {(n, None) for n in left} | {(None, n) for n in right} | {(7, 7)}


def test_outputs_that_were_collected_row_by_row(write: Any, event: Event, tmp_path: Path) -> None:
    """Lines of one row each belong to the rows of the one line of inputs, in order."""
    write(event([{"x": 0}, {"x": 1}, {"x": 2}], id="a"), event([{"x": 3}], id="b"))
    outputs = [event([{"p": n}], id="a" if n < 3 else "b") for n in range(4)]
    write(*outputs, collection="model_outputs")
    assert _joined(tmp_path) == {(n, n) for n in range(4)}


@pytest.mark.parametrize("join", [None, BOTH])
def test_rows_without_a_time_come_first(
    write: Any, event: Event, tmp_path: Path, join: Optional[tuple[str, str]]
) -> None:
    """Joined or not, in one frame and in parts; also before times before 1970."""
    times = [None, "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2026-11-21T09:16:25Z"]
    for at in (3, 1, 0, 2):
        write(event([{"a": at}], id=f"{9 - at}", time=times[at]))
    write(event([{"p": 1}], id="none", time=times[3]), collection="model_outputs")
    root = str(tmp_path / "collected")
    for frame in (read(root, join=join), pd.concat(iter_frames(root, join=join, rows=2))):
        assert frame.a.dropna().astype(int).tolist() == [0, 1, 2, 3]


def test_a_byte_order_mark(write: Any, event: Event, tmp_path: Path) -> None:
    """Which an editor put before the first line costs it nothing."""
    write(event([{"x": 1}], id="a"), event([{"x": 2}], id="b"))
    (file,) = (tmp_path / "collected").rglob("*.jsonl")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read(tmp_path / "collected").x.tolist() == [1, 2]
