"""Calls with arrays and lists whose outcome with the original is in `legacy-golden-2.json`."""

from __future__ import annotations

import enum
import fractions
import pathlib
import sys
import uuid
from typing import Any, Callable, Tuple

import numpy as np
import pandas as pd

from tests.bridge.golden.case_parts import (
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


def in_float32_2d() -> Any:
    return inputs(["a", "b"]).collect(np.array([[0.1, 1 / 3], [1e-7, 16777216]], np.float32))


def in_int8_2d() -> Any:
    return inputs(["a", "b"]).collect(np.array([[1, -128]], np.int8))


def in_uint64_2d() -> Any:
    return inputs(["a"]).collect(np.array([[2**64 - 1], [0]], np.uint64))


def in_bool_2d() -> Any:
    return inputs(["a", "b"]).collect(np.array([[True, False]]))


def in_datetime64_s() -> Any:
    times = [["2020-01-02T03:04:05"], ["2020-01-02T00:00:00"]]
    return inputs(["t"]).collect(np.array(times, "datetime64[s]"))


def in_datetime64_ns() -> Any:
    times = [["2020-01-02T03:04:05.123456789"]]
    return inputs(["t"]).collect(np.array(times, "datetime64[ns]"))


def in_bytes_array() -> Any:
    return inputs(["a"]).collect(np.array([[b"ab"]]))


def in_longdouble() -> Any:
    return inputs(["a"]).collect(np.array([[np.longdouble(1) / 3]]))


def in_bigendian_strided() -> Any:
    return inputs(["a", "b"]).collect(np.arange(12, dtype=">f8").reshape(3, 4)[::-1, ::2])


def in_fortran() -> Any:
    return inputs(["a", "b"]).collect(np.asfortranarray(np.array([[1.5, 2], [3, 4]])))


def in_empty_1d() -> Any:
    return told(lambda: inputs(["a"]).collect(np.array([])))


def in_two_rows_no_columns() -> Any:
    return told(lambda: inputs(["a"]).collect(np.zeros((2, 0))))


def gen_datetime64() -> Any:
    collector = general(["t"])
    collector.collect(np.array([["2020-01-02T03:04:05"], ["NaT"]], "datetime64[s]"))
    return collector.collect(np.array([["2020-01-02T03:04:05.5"]], "datetime64[ns]"))


def gen_timedelta64() -> Any:
    return general(["t"]).collect(np.array([[90061], [1]], "timedelta64[s]"))


def gen_text_array() -> Any:
    return general().collect(np.array([*TEXTS[:8], "None"]))


def gen_complex() -> Any:
    return general().collect(np.array([[1 + 2j, 3 - 0.5j]]))


def gen_3d_long() -> Any:
    return general().collect(np.arange(3000).reshape(1, 2, 1500))


def gen_two_rows_no_columns() -> Any:
    return general(["a"]).collect(np.zeros((2, 0)))


def gen_3000_rows() -> Any:
    return general(["a", "b"]).collect(np.arange(6000).reshape(3000, 2) / 3)


def gen_cells_under_printoptions() -> Any:
    with np.printoptions(threshold=sys.maxsize, precision=3, linewidth=200):
        return general().collect([np.arange(1200), np.array([1 / 3, 2 / 3])])


def gen_cells_suppress() -> Any:
    with np.printoptions(suppress=True, precision=2):
        return general().collect(np.array([[[1e-7, 123456.789], [1, 2]]]))


def pred_float16_proba_corr() -> Any:
    return correlated(predictions(["p", "q"]), np.array([[0.1, 0.9]], np.float16), scored(1))


def pred_text_corr() -> Any:
    return correlated(predictions(["p"]), np.array([["a,b"], ["é"]]), scored(1))


def pred_datetime_corr() -> Any:
    times = np.array([["2020-01-01T00:00:01"]], "datetime64[s]")
    return correlated(predictions(["p"]), times, scored(1))


def pred_empty() -> Any:
    return told(lambda: predictions(["p"]).collect(np.array([])))


def pred_corr_no_names_late() -> Any:
    return correlated(predictions(), np.array([[0.5]]), scored(1, "2020-02-03T04:05:06"))


def pred_corr_of_two_services() -> Any:
    collector = predictions(["p"])
    correlated(collector, np.array([[1]]), scored(1, service="s1"))
    return correlated(collector, np.array([[2]]), scored(2, service="s2", version="9"))


def ret_add_1d() -> Any:
    return described(predictions(["p"]).add_correlations(np.array([0.1, 0.2]), scored(1)))


def ret_add_datetime() -> Any:
    times = np.array([["2020-01-01T00:00:01"]], "datetime64[us]")
    return described(predictions(["p"]).add_correlations(times, scored(1)))


def in_list_uneven() -> Any:
    return inputs(["a", "b", "c"]).collect([[1], [2, 3], []])


def in_list_series_frame() -> Any:
    series = pd.Series([1.5, 2.5], name="s")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    return inputs().collect([series, frame, pd.Index([1, 2])])


def gen_list_of_empty_list() -> Any:
    return general(["a"]).collect([[]])


def gen_list_long_text() -> Any:
    return general().collect(["x," * 50000 + "é"])


def gen_list_enum_path() -> Any:
    plain, number = enum.Enum("E", "A"), enum.IntEnum("N", "B")
    path, identifier = pathlib.PurePosixPath("/a,b"), uuid.UUID(int=1)
    third = fractions.Fraction(1, 3)
    return general().collect([plain.A, number.B, path, identifier, third, 1 + 2j])


def names_empty_general() -> Any:
    return general([]).collect([1, 2])


def names_empty_inputs() -> Any:
    return inputs([]).collect([1, 2])


def names_index_general() -> Any:
    return told(lambda: general(pd.Index(["a", "b"])).collect([1, 2]))


def names_array_general() -> Any:
    return told(lambda: general(np.array(["a", "b"])).collect([1, 2]))


def names_fewer() -> Any:
    return inputs(["a"]).collect([1, 2, 3])


def env_hour_pred_corr() -> Any:
    return correlated(predictions(["p"]), [1], scored(1, "2026-01-02T03:04:05", 60))


def env_hour_label_daily_row() -> Any:
    return correlated(labels(["p"]), [1], scored(1, "2026-01-02T03:04:05", 1440))


CASES: Tuple[Callable[[], Any], ...] = (
    *(in_float32_2d, in_int8_2d, in_uint64_2d, in_bool_2d, in_datetime64_s, in_datetime64_ns),
    *(in_bytes_array, in_longdouble, in_bigendian_strided, in_fortran, in_empty_1d),
    *(in_two_rows_no_columns, gen_datetime64, gen_timedelta64, gen_text_array, gen_complex),
    *(gen_3d_long, gen_two_rows_no_columns, gen_3000_rows, gen_cells_under_printoptions),
    *(gen_cells_suppress, pred_float16_proba_corr, pred_text_corr, pred_datetime_corr, pred_empty),
    *(pred_corr_no_names_late, pred_corr_of_two_services, ret_add_1d, ret_add_datetime),
    *(in_list_uneven, in_list_series_frame, gen_list_of_empty_list, gen_list_long_text),
    *(gen_list_enum_path, names_empty_general, names_empty_inputs, names_index_general),
    *(names_array_general, names_fewer, env_hour_pred_corr, env_hour_label_daily_row),
)
