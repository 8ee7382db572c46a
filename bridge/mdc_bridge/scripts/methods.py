"""What methods return: of texts, frames, arrays, dicts, models and Spark sessions."""

from __future__ import annotations

from .arrays import REDUCTIONS, SAME_SHAPE, Keywords, Positions, of_array
from .combining import element_of, lazy
from .library import BINARY_FILE, result_of
from .models import of_foreign
from .values import ARRAY, BYTES, FRAME, NUMBER, TEXT, UNKNOWN, Value, ValueKind, constant, named

_TEXT_LISTS = frozenset({"split", "splitlines", "rsplit"})
_GIVES_BYTES = frozenset({"get_data", "read_bytes", "tobytes"})
_SAME_WIDTH = SAME_SHAPE | {"dropna", "fillna", "head", "replace", "reset_index", "sample", "tail"}
_SPARK_SESSION = "pyspark.sql.SparkSession"


def result_of_method(base: Value, method: str, positions: Positions, keywords: Keywords) -> Value:
    """Return what a method of a value returns."""
    if base.kind is ValueKind.NAMED and base.name.startswith(_SPARK_SESSION):
        return _of_spark_session(base.name, method)
    if base.name == BINARY_FILE and method in ("read", "readline"):
        return BYTES
    if base.kind is ValueKind.BYTES and method not in ("decode", "hex", "find", "index", "split"):
        return BYTES
    if base.kind is ValueKind.TEXT:
        return _of_text(base, method, positions)
    if base.kind is ValueKind.FRAME:
        return _of_frame(base, method)
    if base.kind is ValueKind.SERIES:
        return _of_series(base, method)
    if base.kind is ValueKind.FOREIGN:
        return of_foreign(base, method)
    if base.kind is ValueKind.SPARK_FRAME:
        return {"toPandas": FRAME, "collect": Value(ValueKind.LIST)}.get(method, base)
    if base.kind is ValueKind.DICT:
        return _of_dict(base, method, positions)
    if method == "predict_proba":
        return Value(ValueKind.ARRAY, dimensions=2)
    if method == "predict":
        return Value(ValueKind.ARRAY, is_predicted=True)
    if method in ("decision_function", "predict_log_proba"):
        return ARRAY
    if base.kind is ValueKind.ARRAY:
        return of_array(base, method, positions, keywords)
    if base.kind is ValueKind.LIST and method == "copy":
        return base
    if base.kind is ValueKind.NAMED:
        return result_of(f"{base.name}.{method}", positions, keywords)
    return _of_anything(method, positions)


def _of_anything(method: str, positions: Positions) -> Value:
    """Return what methods return that only arrays and frames have, whatever they are called on."""
    if method == "reshape":
        return of_array(ARRAY, method, positions, {})
    if method == "tolist":
        return Value(ValueKind.LIST)
    if method in ("ravel", "flatten"):
        return Value(ValueKind.ARRAY, dimensions=1)
    if method == "to_numpy":
        return ARRAY
    if method == "toPandas":
        return FRAME
    if method in _GIVES_BYTES and not positions:
        return BYTES
    if method == "encode" and all(given.kind is ValueKind.TEXT for given in positions):
        return BYTES
    return TEXT if method in ("to_json", "isoformat", "strftime", "decode") else UNKNOWN


def _of_text(base: Value, method: str, positions: Positions) -> Value:
    if method in _TEXT_LISTS:
        return Value(ValueKind.LIST, dimensions=1, element=TEXT)
    if method == "encode":
        return BYTES
    if base.is_constant and not positions and method in ("strip", "lower", "upper"):
        return constant(getattr(base.constant, method)())
    return NUMBER if method in ("find", "index", "count") else TEXT


def _of_frame(base: Value, method: str) -> Value:
    if method in ("to_json", "to_csv", "to_string", "to_html"):
        return TEXT
    if method in ("to_numpy", "as_matrix"):
        return Value(ValueKind.ARRAY, dimensions=2, width=base.width, odd=base.odd)
    if method == "to_dict":
        return UNKNOWN  # a dict, or a list of them
    if method in REDUCTIONS or method in ("apply", "iterrows", "itertuples", "pop", "squeeze"):
        return UNKNOWN
    if method in ("astype", "replace"):
        return base._replace(odd=frozenset())
    return base if method in _SAME_WIDTH else FRAME


def _of_series(base: Value, method: str) -> Value:
    if method in ("tolist", "to_list"):
        return Value(ValueKind.LIST, dimensions=1, odd=base.odd)
    if method in ("to_numpy", "ravel", "unique"):
        return Value(ValueKind.ARRAY, dimensions=1, odd=base.odd)
    if method == "to_frame":
        return Value(ValueKind.FRAME, width=1, odd=base.odd)
    if method in ("astype", "map", "apply", "replace"):
        return Value(ValueKind.SERIES)
    if method == "to_json":
        return TEXT
    return UNKNOWN if method in REDUCTIONS or method in ("item", "to_dict") else base


def _of_dict(base: Value, method: str, positions: Positions) -> Value:
    if method == "values":
        entries = tuple((base.entries or {}).values())
        view = lazy("dict view", element_of(base))
        return view._replace(items=entries) if entries else view
    if method == "items":
        pair = Value(ValueKind.TUPLE, items=(UNKNOWN, element_of(base)))
        return lazy("dict view", pair._replace(size=2 + element_of(base).size))
    if method in ("get", "pop", "setdefault") and positions:
        return (base.entries or {}).get(positions[0].constant) or element_of(base)
    return base if method == "copy" else UNKNOWN


def _of_spark_session(name: str, method: str) -> Value:
    if ".read" in name or method in ("createDataFrame", "sql", "table"):
        return Value(ValueKind.SPARK_FRAME)
    return named(f"{name}.{method}()")
