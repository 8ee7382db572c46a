"""The function that rewritten scripts get for data whose shape they only know when they run.

Inline code cannot be right for these: `pandas.DataFrame(data, columns=names)` raises into scoring
for every request of another width, and what a 1-D value stands for depends on the request. The
rows are those of `mdc_core.data.rows`.
"""

from __future__ import annotations

import ast
import itertools

from .values import FRAME, Value, ValueKind

NAME = "collected_frame"

_HEAD = '''\
def {name}(data, columns=(){inputs}{texts}):
    """Return an array or a list as the DataFrame to collect: the rows that it stands for."""
    if isinstance(data, {pandas}.DataFrame):
        return data.copy()  # what happens to it later is not collected
    if not isinstance(data, (list, {numpy}.ndarray)):
        return data  # the collector refuses it, and tells on_error
    try:
'''
_ANY_NAMES = """\
        if columns is None or isinstance(columns, str):
            columns = () if columns is None else (columns,)
        columns = list(columns)
"""
_IS_LIST = """\
        is_list = isinstance(data, list)
"""
_TABLE = """\
        if isinstance(data, {numpy}.ndarray) and (data.dtype.names or {numpy}.ma.isMA(data)):
            data = data.tolist()
        if isinstance(data, {numpy}.ndarray):
            is_table = data.ndim > 1
            data = {numpy}.atleast_1d({numpy}.asarray(data))
            if data.dtype.kind not in "biuf" or data.ndim > 2:
                data = list(data)
        else:
            sequences = (list, tuple, {numpy}.ndarray)
            widths = {{
                len(row) if isinstance(row, sequences) and getattr(row, "ndim", 1) else None
                for row in data
            }}
            is_table = len(widths) == 1 and None not in widths
        if not is_table:
            is_column = len(data) == 0 or len(columns) == 1
"""
_TAKES_TEXTS = """\
            if texts and not len(columns):
                is_column = is_column or all(isinstance(cell, (str, bytes)) for cell in data)
"""
_FOLLOWS_INPUTS = """\
            if isinstance(inputs, {pandas}.DataFrame) and len(data) > 1:
                is_column = is_column or len(inputs) == len(data)
"""
_TAKES_COLUMNS = """\
        elif is_list and isinstance(inputs, {pandas}.DataFrame):
            if len(data) == len(columns) != len(data[0]) == len(inputs):
                data = list(zip(*data))
"""
_SHAPED = """\
            if isinstance(data, list):
                data = [[cell] for cell in data] if is_column else [data]
            else:
                data = data.reshape((-1, 1) if is_column else (1, -1))
"""
_TAIL = """\
        width = len(data[0]) if len(data) else 0
        names = [*columns[:width], *(f"column_{{i}}" for i in range(len(columns), width))]
        if isinstance(data, list):  # as objects, so that integers beside None stay integers
            return {pandas}.DataFrame([list(row) for row in data], columns=names, dtype=object)
        return {pandas}.DataFrame(data, columns=names if len(data) else None, copy=True)
    except Exception as error:  # collecting must not fail the request
        {logging}.getLogger(__name__).warning("not collected: %s", error)
        return None
"""


def frame_function(
    name: str,
    pandas: str,
    numpy: str,
    logging: str,
    *,
    any_names: bool,
    follows_inputs: bool,
    takes_texts: bool,
) -> str:
    """Return the source of the function.

    Args:
        name: of the function.
        pandas: by which the script knows pandas.
        numpy: by which it knows numpy.
        logging: by which it knows logging.
        any_names: feature names may be anything that the old SDK took for them.
        follows_inputs: the rows of a list or a 1-D value may depend on those of the inputs.
        takes_texts: inputs may be texts without names.
    """
    parts = [
        _HEAD,
        _ANY_NAMES if any_names else "",
        _IS_LIST if follows_inputs else "",
        _TABLE,
        _TAKES_TEXTS if takes_texts else "",
        _FOLLOWS_INPUTS if follows_inputs else "",
        _SHAPED,
        _TAKES_COLUMNS if follows_inputs else "",
        _TAIL,
    ]
    return "".join(parts).format(
        name=name,
        pandas=pandas,
        numpy=numpy,
        logging=logging,
        inputs=", inputs=None" if follows_inputs else "",
        texts=", texts=False" if takes_texts else "",
    )


def is_frame_function(function: ast.AST) -> bool:
    """Return whether a function is the one that rewritten scripts get, unchanged."""
    if not isinstance(function, ast.FunctionDef):
        return False
    modules = {
        found.attr: found.value.id
        for found in ast.walk(function)
        if isinstance(found, ast.Attribute) and isinstance(found.value, ast.Name)
    }
    pandas, numpy, logging = map(modules.get, ("DataFrame", "ndarray", "getLogger"))
    if pandas is None or numpy is None or logging is None:
        return False
    known = ast.dump(function)
    for any_names, follows_inputs, takes_texts in itertools.product((False, True), repeat=3):
        source = frame_function(
            function.name,
            pandas,
            numpy,
            logging,
            any_names=any_names,
            follows_inputs=follows_inputs,
            takes_texts=takes_texts,
        )
        if known == ast.dump(ast.parse(source).body[0]):
            return True
    return False


def framed(data: Value) -> Value:
    """Return what the function makes of a value.

    What is not a frame, array or list stays as it is: the collector refuses it, as the old one did.
    """
    is_taken = data.kind in (ValueKind.ARRAY, ValueKind.FRAME, ValueKind.LIST)
    is_unseen = data.kind in (ValueKind.UNKNOWN, ValueKind.NAMED, ValueKind.INSTANCE)
    return FRAME if is_taken or is_unseen else data
