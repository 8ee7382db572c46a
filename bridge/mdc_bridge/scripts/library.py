"""What well-known functions and methods return: builtins, json, numpy, pandas, Spark, models."""

from __future__ import annotations

from typing import Optional

from .arrays import REDUCTIONS, SAME_SHAPE, Arguments, Keywords, of_array, of_numpy
from .combining import container, dictionary, element_of, odd_cells, sequence
from .models import foreign, of_foreign
from .values import (
    ARRAY,
    BYTES,
    COMPLEX,
    DICT,
    FRAME,
    NUMBER,
    TEXT,
    UNKNOWN,
    Kind,
    Value,
    constant,
    named,
)

_RESULTS = {
    "json.dumps": TEXT,
    "os.getenv": TEXT,
    "os.environ.get": TEXT,
    "os.path.join": TEXT,
    "repr": TEXT,
    "format": TEXT,
    "float": NUMBER,
    "int": NUMBER,
    "len": NUMBER,
    "complex": NUMBER._replace(name=COMPLEX),
    "bool": NUMBER,
    "dict": DICT,
    "tuple": Value(Kind.TUPLE),
    "set": Value(Kind.SET),
    "frozenset": Value(Kind.SET),
    "base64.b64decode": BYTES,
    "base64.b64encode": BYTES,
    "base64.decodebytes": BYTES,
    "bytearray": BYTES,
    "memoryview": BYTES,
    "bytes": BYTES,
    "gzip.compress": BYTES,
    "gzip.decompress": BYTES,
    "pickle.dumps": BYTES,
    "zlib.compress": BYTES,
    "zlib.decompress": BYTES,
    "collections.ChainMap": DICT,
    "collections.OrderedDict": DICT,
    "collections.defaultdict": DICT,
    "pandas.get_dummies": FRAME,
    "pandas.merge": FRAME,
    "pandas.read_csv": FRAME,
    "pandas.read_json": FRAME,
    "pandas.read_parquet": FRAME,
}
_WITH_THE_CELLS = {
    "pandas.Series": Value(Kind.SERIES),
    "pandas.DataFrame.from_dict": FRAME,
    "pandas.DataFrame.from_records": FRAME,
    "pandas.concat": FRAME,
    "pandas.json_normalize": FRAME,
    "pandas.io.json.json_normalize": FRAME,
}
# Dicts that are empty when they are made with so many arguments.
_EMPTY_DICTS = {"dict": 0, "collections.OrderedDict": 0, "collections.defaultdict": 1}

_IMAGES_AS_ARRAYS = frozenset(
    {"cv2.imdecode", "cv2.imread", "imageio.imread", "skimage.io.imread", "matplotlib.image.imread"}
    | {f"{keras}preprocessing.image.img_to_array" for keras in ("keras.", "tensorflow.keras.")}
    | {f"{keras}utils.img_to_array" for keras in ("keras.", "tensorflow.keras.")}
)
_BINARY_FILE = "open(rb)"
_TEXT_LISTS = frozenset({"split", "splitlines", "rsplit"})
_GIVES_BYTES = frozenset({"get_data", "read_bytes", "tobytes"})
_SAME_WIDTH = SAME_SHAPE | {"dropna", "fillna", "head", "replace", "reset_index", "sample", "tail"}
_SPARK_SESSION = "pyspark.sql.SparkSession"


def result_of(name: str, arguments: Arguments, keywords: Keywords) -> Value:
    """Return what a builtin or imported function returns; its name followed by `()` if unknown."""
    first = arguments[0] if arguments else UNKNOWN
    if name in _EMPTY_DICTS and len(arguments) <= _EMPTY_DICTS[name] and first.entries is None:
        return dictionary(keywords)
    known = _RESULTS.get(name)
    if known is not None:
        return known
    if name in _WITH_THE_CELLS:
        return _WITH_THE_CELLS[name]._replace(odd=odd_cells(keywords.get("data", first)))
    if name == "str":
        return constant(str(first.constant)) if first.is_constant else TEXT
    if name in ("list", "sorted", "reversed"):
        return _list_of(first)
    if name in ("enumerate", "filter", "iter", "map", "next", "zip"):
        return _of_iterables(name, arguments)
    if name == "range":
        return _lazy("range", NUMBER)
    if name == "open":
        mode = arguments[1] if len(arguments) > 1 else keywords.get("mode", UNKNOWN)
        return named(_BINARY_FILE if "b" in str(mode.constant) else "open()")
    of_another = foreign(name)
    if of_another is not None:
        return of_another
    if name in _IMAGES_AS_ARRAYS:
        return Value(Kind.ARRAY, dimensions=3)
    if name.startswith("numpy."):
        return of_numpy(name.rpartition(".")[2], arguments, keywords)
    if name == "pandas.DataFrame":
        return _frame(first, arguments, keywords)
    if name in ("getattr",) and len(arguments) > 1 and isinstance(arguments[1].constant, str):
        return attribute_of(first, arguments[1].constant) or UNKNOWN
    return named(f"{name}()")


def attribute_of(base: Value, attribute: str) -> Optional[Value]:
    """Return an attribute of a value, None when it is not known to have one of interest."""
    if base.kind is Kind.NAMED:
        return named(f"{base.name}.{attribute}")
    if base.kind is Kind.FRAME:
        if attribute == "values":
            return Value(Kind.ARRAY, dimensions=2, width=base.width, odd=base.odd)
        if attribute in ("iloc", "loc", "at", "iat", "columns", "index", "shape", "dtypes"):
            return UNKNOWN
        return Value(Kind.FRAME, odd=base.odd) if attribute == "T" else None
    if base.kind is Kind.SERIES and attribute == "values":
        return Value(Kind.ARRAY, dimensions=1, odd=base.odd)
    if base.kind is Kind.ARRAY and attribute == "T":
        return base._replace(width=None)
    if base.kind is Kind.ARRAY and attribute in ("shape", "size", "dtype", "ndim"):
        return Value(Kind.TUPLE) if attribute == "shape" else UNKNOWN
    return None


def result_of_method(base: Value, method: str, arguments: Arguments, keywords: Keywords) -> Value:
    """Return what a method of a value returns."""
    if base.kind is Kind.NAMED and base.name.startswith(_SPARK_SESSION):
        return _of_spark_session(base.name, method)
    if base.name == _BINARY_FILE and method in ("read", "readline"):
        return BYTES
    if base.kind is Kind.BYTES and method not in ("decode", "hex", "find", "index", "split"):
        return BYTES
    if base.kind is Kind.TEXT:
        return _of_text(base, method, arguments)
    if base.kind is Kind.FRAME:
        return _of_frame(base, method)
    if base.kind is Kind.SERIES:
        return _of_series(base, method)
    if base.kind is Kind.FOREIGN:
        return of_foreign(base, method)
    if base.kind is Kind.SPARK_FRAME:
        return {"toPandas": FRAME, "collect": Value(Kind.LIST)}.get(method, base)
    if base.kind is Kind.DICT:
        return _of_dict(base, method, arguments)
    if method == "predict_proba":
        return Value(Kind.ARRAY, dimensions=2)
    if method == "predict":
        return Value(Kind.ARRAY, is_predicted=True)
    if method in ("decision_function", "predict_log_proba"):
        return ARRAY
    if base.kind is Kind.ARRAY:
        return of_array(base, method, arguments, keywords)
    if base.kind is Kind.LIST and method == "copy":
        return base
    if base.kind is Kind.NAMED:
        return result_of(f"{base.name}.{method}", arguments, keywords)
    return _of_anything(method, arguments)


def _of_anything(method: str, arguments: Arguments) -> Value:
    """Return what methods return that only arrays and frames have, whatever they are called on."""
    if method == "reshape":
        return of_array(ARRAY, method, arguments, {})
    if method == "tolist":
        return Value(Kind.LIST)
    if method in ("ravel", "flatten"):
        return Value(Kind.ARRAY, dimensions=1)
    if method == "to_numpy":
        return ARRAY
    if method == "toPandas":
        return FRAME
    if method in _GIVES_BYTES and not arguments:
        return BYTES
    if method == "encode" and all(given.kind is Kind.TEXT for given in arguments):
        return BYTES
    return TEXT if method in ("to_json", "isoformat", "strftime", "decode") else UNKNOWN


def _frame(first: Value, arguments: Arguments, keywords: Keywords) -> Value:
    columns = keywords.get("columns", arguments[2] if len(arguments) > 2 else UNKNOWN)
    data = keywords.get("data", first)
    frame = FRAME if "dtype" in keywords else Value(Kind.FRAME, odd=odd_cells(data))
    if columns.items is not None:
        return frame._replace(width=len(columns.items))
    if data.kind is Kind.DICT and data.entries is not None:
        return frame._replace(width=len(data.entries))
    if data.kind in (Kind.ARRAY, Kind.FRAME) and (data.kind is Kind.FRAME or data.dimensions == 2):
        return frame._replace(width=data.width)
    return frame


def _of_iterables(name: str, arguments: Arguments) -> Value:
    elements = tuple(map(element_of, arguments))
    if not elements:
        return UNKNOWN
    if name == "map":
        return _lazy(name, UNKNOWN)
    if name == "next":
        return elements[0]
    if name in ("iter", "filter"):
        return _lazy(name, elements[-1])
    parts = (NUMBER, elements[0]) if name == "enumerate" else elements
    return _lazy(name, sequence(Kind.TUPLE, parts))


def _lazy(name: str, element: Value) -> Value:
    """Return a value that can be iterated and is not a list."""
    return Value(Kind.FOREIGN, name=name, element=element, size=1 + element.size)


def _list_of(value: Value) -> Value:
    if value.kind in (Kind.LIST, Kind.TUPLE) or value.kind is Kind.ARRAY:
        return value._replace(kind=Kind.LIST)
    if value.kind is Kind.SERIES:
        return Value(Kind.LIST, dimensions=1, odd=value.odd)
    if value.items is not None:
        return sequence(Kind.LIST, value.items)
    return Value(Kind.LIST) if value.element is None else container(Kind.LIST, value.element)


def _of_text(base: Value, method: str, arguments: Arguments) -> Value:
    if method in _TEXT_LISTS:
        return Value(Kind.LIST, dimensions=1, element=TEXT)
    if method == "encode":
        return BYTES
    if base.is_constant and not arguments and method in ("strip", "lower", "upper"):
        return constant(getattr(base.constant, method)())
    return NUMBER if method in ("find", "index", "count") else TEXT


def _of_frame(base: Value, method: str) -> Value:
    if method in ("to_json", "to_csv", "to_string", "to_html"):
        return TEXT
    if method in ("to_numpy", "as_matrix"):
        return Value(Kind.ARRAY, dimensions=2, width=base.width, odd=base.odd)
    if method == "to_dict":
        return UNKNOWN  # a dict, or a list of them
    if method in REDUCTIONS or method in ("apply", "iterrows", "itertuples", "pop", "squeeze"):
        return UNKNOWN
    if method in ("astype", "replace"):
        return base._replace(odd=frozenset())
    return base if method in _SAME_WIDTH else FRAME


def _of_series(base: Value, method: str) -> Value:
    if method in ("tolist", "to_list"):
        return Value(Kind.LIST, dimensions=1, odd=base.odd)
    if method in ("to_numpy", "ravel", "unique"):
        return Value(Kind.ARRAY, dimensions=1, odd=base.odd)
    if method == "to_frame":
        return Value(Kind.FRAME, width=1, odd=base.odd)
    if method in ("astype", "map", "apply", "replace"):
        return Value(Kind.SERIES)
    if method == "to_json":
        return TEXT
    return UNKNOWN if method in REDUCTIONS or method in ("item", "to_dict") else base


def _of_dict(base: Value, method: str, arguments: Arguments) -> Value:
    if method == "values":
        entries = tuple((base.entries or {}).values())
        lazy = _lazy("dict view", element_of(base))
        return lazy._replace(items=entries) if entries else lazy
    if method == "items":
        pair = Value(Kind.TUPLE, items=(UNKNOWN, element_of(base)))
        return _lazy("dict view", pair._replace(size=2 + element_of(base).size))
    if method in ("get", "pop", "setdefault") and arguments:
        known = (base.entries or {}).get(arguments[0].constant) if base.entries else None
        return element_of(base) if known is None else known
    return base if method == "copy" else UNKNOWN


def _of_spark_session(name: str, method: str) -> Value:
    if ".read" in name or method in ("createDataFrame", "sql", "table"):
        return Value(Kind.SPARK_FRAME)
    return named(f"{name}.{method}()")
