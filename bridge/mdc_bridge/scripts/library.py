"""What well-known functions return: builtins, json, numpy, pandas; and attributes of values."""

from __future__ import annotations

from typing import Optional

from .arrays import Keywords, Positions, of_numpy
from .combining import container, dictionary, element_of, lazy, odd_cells, sequence
from .models import foreign
from .values import (
    BYTES,
    COMPLEX,
    DICT,
    FRAME,
    NUMBER,
    TEXT,
    UNKNOWN,
    Value,
    ValueKind,
    constant,
    named,
)

_BY_RESULT = (
    (TEXT, "json.dumps os.getenv os.environ.get os.path.join repr format"),
    (NUMBER, "bool float int len"),
    (NUMBER._replace(name=COMPLEX), "complex"),
    (Value(ValueKind.TUPLE), "tuple"),
    (Value(ValueKind.SET), "set frozenset"),
    (DICT, "dict collections.ChainMap collections.OrderedDict collections.defaultdict"),
    (BYTES, "base64.b64decode base64.b64encode base64.decodebytes bytearray bytes memoryview"),
    (BYTES, "gzip.compress gzip.decompress zlib.compress zlib.decompress pickle.dumps"),
    (FRAME, "pandas.get_dummies pandas.merge"),
    (FRAME, "pandas.read_csv pandas.read_json pandas.read_parquet"),
)
_RESULTS = {name: value for value, names in _BY_RESULT for name in names.split()}
_WITH_THE_CELLS = {
    "pandas.Series": Value(ValueKind.SERIES),
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
BINARY_FILE = "open(rb)"


def result_of(name: str, positions: Positions, keywords: Keywords) -> Value:
    """Return what a builtin or imported function returns; its name followed by `()` if unknown."""
    first = positions[0] if positions else UNKNOWN
    if name in _EMPTY_DICTS and len(positions) <= _EMPTY_DICTS[name] and first.entries is None:
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
        return _of_iterables(name, positions)
    if name == "range":
        return lazy("range", NUMBER)
    if name == "open":
        mode = positions[1] if len(positions) > 1 else keywords.get("mode", UNKNOWN)
        return named(BINARY_FILE if "b" in str(mode.constant) else "open()")
    of_another = foreign(name)
    if of_another is not None:
        return of_another
    if name in _IMAGES_AS_ARRAYS:
        return Value(ValueKind.ARRAY, dimensions=3)
    if name.startswith("numpy."):
        return of_numpy(name.rpartition(".")[2], positions, keywords)
    if name == "pandas.DataFrame":
        return _frame(first, positions, keywords)
    return named(f"{name}()")


def attribute_of(base: Value, attribute: str) -> Optional[Value]:
    """Return an attribute of a value, None when it is not known to have one of interest."""
    if base.kind is ValueKind.NAMED:
        return named(f"{base.name}.{attribute}")
    if base.kind is ValueKind.FRAME:
        if attribute == "values":
            return Value(ValueKind.ARRAY, dimensions=2, width=base.width, odd=base.odd)
        if attribute in ("iloc", "loc", "at", "iat", "columns", "index", "shape", "dtypes"):
            return UNKNOWN
        return Value(ValueKind.FRAME, odd=base.odd) if attribute == "T" else None
    if base.kind is ValueKind.SERIES and attribute == "values":
        return Value(ValueKind.ARRAY, dimensions=1, odd=base.odd)
    if base.kind is ValueKind.ARRAY and attribute == "T":
        return base._replace(width=None)
    if base.kind is ValueKind.ARRAY and attribute in ("shape", "size", "dtype", "ndim"):
        return Value(ValueKind.TUPLE) if attribute == "shape" else UNKNOWN
    return None


def _frame(first: Value, positions: Positions, keywords: Keywords) -> Value:
    columns = keywords.get("columns", positions[2] if len(positions) > 2 else UNKNOWN)
    data = keywords.get("data", first)
    frame = FRAME if "dtype" in keywords else Value(ValueKind.FRAME, odd=odd_cells(data))
    if columns.items is not None:
        return frame._replace(width=len(columns.items))
    if data.kind is ValueKind.DICT and data.entries is not None:
        return frame._replace(width=len(data.entries))
    if data.kind in (ValueKind.ARRAY, ValueKind.FRAME) and (
        data.kind is ValueKind.FRAME or data.dimensions == 2
    ):
        return frame._replace(width=data.width)
    return frame


def _of_iterables(name: str, positions: Positions) -> Value:
    elements = tuple(map(element_of, positions))
    if not elements:
        return UNKNOWN
    if name == "map":
        return lazy(name, UNKNOWN)
    if name == "next":
        return elements[0]
    if name in ("iter", "filter"):
        return lazy(name, elements[-1])
    parts = (NUMBER, elements[0]) if name == "enumerate" else elements
    return lazy(name, sequence(ValueKind.TUPLE, parts))


def _list_of(value: Value) -> Value:
    if value.kind in (ValueKind.LIST, ValueKind.TUPLE) or value.kind is ValueKind.ARRAY:
        return value._replace(kind=ValueKind.LIST)
    if value.kind is ValueKind.SERIES:
        return Value(ValueKind.LIST, dimensions=1, odd=value.odd)
    if value.items is not None:
        return sequence(ValueKind.LIST, value.items)
    return (
        Value(ValueKind.LIST) if value.element is None else container(ValueKind.LIST, value.element)
    )
