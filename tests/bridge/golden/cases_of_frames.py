"""Calls with frames whose outcome with the original is in `legacy-golden-2.json`."""

from __future__ import annotations

from typing import Any, Callable, Tuple

import numpy as np
import pandas as pd

from tests.bridge.golden.case_parts import (
    FLOATS,
    TEXTS,
    correlated,
    described,
    general,
    inputs,
    labels,
    predictions,
    scored,
    told,
)

DAYS = ["2020-01-01", "2020-01-02"]


def _times(*texts: Any) -> Any:
    return pd.DatetimeIndex([pd.Timestamp(text) for text in texts])


def pred_frame_then_corr_frame() -> Any:
    collector = predictions()
    collector.collect(pd.DataFrame({"p": [0.1]}))
    return correlated(collector, pd.DataFrame({"p": [0.2]}), scored(1))


def label_frame_id_boundary_request() -> Any:
    frame = {
        "y": [None, 2.5],
        "$aml_dc_correlation_id": ["00000000-0000-4000-8000-000000000001"] * 2,
        "$aml_dc_boundary": [60, 60],
        "$aml_request_id": ["r", "s"],
    }
    return labels().collect(pd.DataFrame(frame))


def label_frame_columns_first() -> Any:
    first = {**scored(1, "2020-02-03T04:05:06"), "y": 1.0, "z": None}
    second = {**scored(2, "2020-02-03T04:05:07"), "y": float("nan"), "z": "t"}
    return labels().collect(pd.DataFrame([first, second]))


def label_frame_int_and_id() -> Any:
    return correlated(labels(), pd.DataFrame({"y": [1, 2]}, index=[5, 5]), scored(1))


def general_frame_corr() -> Any:
    frame = pd.DataFrame({"s": ["a,b", None], "f": [1.5, None]})
    return correlated(general(), frame, scored(1, "2020-02-03T04:05:06"))


def gen_frame_dtypes() -> Any:
    columns = {
        "f32": np.array([0.1, np.nan], np.float32),
        "i8": np.array([1, -1], np.int8),
        "u64": np.array([2**64 - 1, 0], np.uint64),
        "b": [True, False],
        "cat": pd.Categorical(["a", None]),
        "s": pd.array(["x,y", None], dtype="string"),
        "n": pd.array([1, None], "Int64"),
        "nb": pd.array([True, None], "boolean"),
        "nf": pd.array([0.1, None], "Float64"),
        "o": ["é", None],
    }
    return general().collect(pd.DataFrame(columns))


def in_frame_float32() -> Any:
    return inputs().collect(pd.DataFrame({"f": np.array(FLOATS, np.float32)}))


def in_frame_midnight_only() -> Any:
    return inputs().collect(pd.DataFrame({"t": _times(*DAYS)}))


def in_frame_two_datetimes() -> Any:
    later = _times("2020-01-01 01:02", "2020-01-02")
    return inputs().collect(pd.DataFrame({"t": _times(*DAYS), "u": later}))


def gen_frame_two_datetimes() -> Any:
    columns = {
        "t": _times(*DAYS),
        "u": _times("2020-01-01 01:02", "2020-01-02"),
        "a": [1, 2],
        "v": _times("2020-01-01 01:02:03.5", None),
    }
    return general().collect(pd.DataFrame(columns))


def gen_frame_two_datetimes_assigned() -> Any:
    frame = pd.DataFrame({"t": _times(*DAYS)})
    frame["u"] = _times("2020-01-01 01:02", "2020-01-02")
    return general().collect(frame)


def in_frame_two_timedeltas() -> Any:
    days = pd.to_timedelta(["1 days", "2 days"])
    hours = pd.to_timedelta(["1 days 01:00:00", "2 days"])
    return inputs().collect(pd.DataFrame({"a": days, "b": hours}))


def in_frame_texts() -> Any:
    return inputs().collect(pd.DataFrame({"t": TEXTS, "n": range(len(TEXTS))}))


def in_frame_nested() -> Any:
    columns = {
        "l": [[1, 2], []],
        "d": [{"a": 1}, None],
        "a": [np.arange(3), np.arange(2000)],
        "f": [np.array([0.1, 0.2], np.float32), np.array([1 / 3])],
    }
    return inputs().collect(pd.DataFrame(columns))


def in_frame_index() -> Any:
    return inputs().collect(pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key")))


def _of_levels() -> pd.DataFrame:
    return pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))


def gen_frame_multiindex_columns() -> Any:
    return general().collect(_of_levels())


def in_frame_multiindex_columns() -> Any:
    return told(lambda: inputs().collect(_of_levels()))


def _repeated() -> pd.DataFrame:
    return pd.DataFrame([[1, "x"], [2, "y"]], columns=["a", "a"])


def gen_frame_repeated_columns() -> Any:
    return general().collect(_repeated())


def in_frame_repeated_columns() -> Any:
    return told(lambda: inputs().collect(_repeated()))


def in_frame_int_columns() -> Any:
    return inputs().collect(pd.DataFrame(np.arange(4).reshape(2, 2) / 2))


def in_frame_datetime_columns() -> Any:
    frame = pd.DataFrame([[1, 2]], columns=pd.date_range("2020-01-01", periods=2))
    return told(lambda: inputs().collect(frame))


def in_frame_no_rows() -> Any:
    return inputs().collect(pd.DataFrame({"a": [], "b": []}))


def gen_frame_no_rows() -> Any:
    return general().collect(pd.DataFrame({"a": [], "b": []}))


def gen_frame_nothing() -> Any:
    return told(lambda: general().collect(pd.DataFrame()))


def in_frame_nothing() -> Any:
    return told(lambda: inputs().collect(pd.DataFrame()))


def pred_frame_no_rows() -> Any:
    return told(lambda: predictions().collect(pd.DataFrame({"p": []})))


def in_frame_sparse() -> Any:
    return inputs().collect(pd.DataFrame({"a": pd.arrays.SparseArray([0, 0, 1.5])}))


def gen_frame_complex() -> Any:
    return general().collect(pd.DataFrame({"a": [1 + 2j, None]}))


def in_frame_wide() -> Any:
    names = [f"c{at}" for at in range(300)]
    return inputs().collect(pd.DataFrame(np.arange(600).reshape(2, 300) / 4, columns=names))


def gen_frame_4000_rows() -> Any:
    texts = [f"t{at}" for at in range(4000)]
    return general().collect(pd.DataFrame({"a": np.arange(4000) / 3, "b": texts}))


def gen_frame_long_datetimes() -> Any:
    times = [pd.Timestamp("2020-01-01")] * 3 + [pd.Timestamp("2020-01-01 00:00:01")]
    return general().collect(pd.DataFrame({"t": times}))


class _Frame(pd.DataFrame):  # type: ignore[misc, unused-ignore]  # pandas has no types in old lanes
    @property
    def _constructor(self) -> Any:
        return _Frame


def gen_frame_subclass() -> Any:
    return general().collect(_Frame({"a": [1, 2]}))


def gen_frame_transposed() -> Any:
    return general().collect(pd.DataFrame({"a": [1, 2], "b": [0.5, "x"]}).T)


def ret_add_frame() -> Any:
    frame = pd.DataFrame({"p": [0.1, 0.2]}, index=[4, 5])
    return described(predictions(["p"]).add_correlations(frame, scored(1, version=7)))


def ret_add_int_columns() -> Any:
    return described(predictions(["p"]).add_correlations(pd.DataFrame([[1, 2]]), scored(1)))


def ret_add_shares_nothing() -> Any:
    frame = pd.DataFrame({"p": [0.1]})
    extended = predictions(["p"]).add_correlations(frame, scored(1))
    return [list(frame.columns), extended is frame]


CASES: Tuple[Callable[[], Any], ...] = (
    *(pred_frame_then_corr_frame, label_frame_id_boundary_request, label_frame_columns_first),
    *(label_frame_int_and_id, general_frame_corr, gen_frame_dtypes, in_frame_float32),
    *(in_frame_midnight_only, in_frame_two_datetimes, gen_frame_two_datetimes),
    *(gen_frame_two_datetimes_assigned, in_frame_two_timedeltas, in_frame_texts, in_frame_nested),
    *(in_frame_index, gen_frame_multiindex_columns, in_frame_multiindex_columns),
    *(gen_frame_repeated_columns, in_frame_repeated_columns, in_frame_int_columns),
    *(in_frame_datetime_columns, in_frame_no_rows, gen_frame_no_rows, gen_frame_nothing),
    *(in_frame_nothing, pred_frame_no_rows, in_frame_sparse, gen_frame_complex, in_frame_wide),
    *(gen_frame_4000_rows, gen_frame_long_datetimes, gen_frame_subclass, gen_frame_transposed),
    *(ret_add_frame, ret_add_int_columns, ret_add_shares_nothing),
)
