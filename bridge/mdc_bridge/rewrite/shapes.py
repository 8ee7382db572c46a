"""What can be said of collected data before they are there: a frame, plain values, a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import libcst as cst

from .bindings import is_global_in, module_alias, resolved
from .owners import bindings_of
from .script import ScopeNode, Script

_FRAME_MAKERS = ("DataFrame", "DataFrame.from_dict", "DataFrame.from_records", "json_normalize")
_SCALAR_CALLS = {"float": "float", "int": "int", "str": "str", "bool": "bool", "len": "int"}
_CONSTANTS = {
    cst.Integer: "int",
    cst.Float: "float",
    cst.SimpleString: "str",
    cst.FormattedString: "str",
}


@dataclass(frozen=True)
class FrameShape:
    """A DataFrame.

    Attributes:
        is_new: nothing else holds it.
    """

    is_new: bool


@dataclass(frozen=True)
class ListShape:
    """A list of plain values.

    Attributes:
        types: of the values, by name.
    """

    types: tuple[str, ...]


@dataclass(frozen=True)
class ArrayShape:
    """A two-dimensional array of numbers.

    Attributes:
        width: number of columns.
    """

    width: int


DataShape = Optional[Union[FrameShape, ListShape, ArrayShape]]


def shape_of(script: Script, data: cst.BaseExpression, scope: ScopeNode) -> DataShape:
    """Return what an expression certainly is, None where only a running script knows it."""
    if isinstance(data, cst.Name):
        return _shape_of_name(script, data, scope)
    if isinstance(data, cst.List) and data.elements:
        types = [_type_of(script, element) for element in data.elements]
        known = [type_ for type_ in types if type_ is not None]
        return ListShape(tuple(known)) if len(known) == len(types) else None
    return FrameShape(is_new=True) if _makes_frame(script, data) else None


def _type_of(script: Script, element: cst.BaseElement) -> Optional[str]:
    value = element.value
    if isinstance(element, cst.StarredElement):
        return None
    for kind, name in _CONSTANTS.items():
        if isinstance(value, kind):
            is_bytes = isinstance(value, cst.SimpleString) and "b" in value.prefix
            return None if is_bytes else name
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name):
        name = value.func.value
        return None if bindings_of(script, name) else _SCALAR_CALLS.get(name)
    return None


def _makes_frame(script: Script, data: cst.BaseExpression) -> bool:
    if not isinstance(data, cst.Call):
        return False
    called = script.code(data.func)
    pandas = module_alias(script, "pandas", script.start(data))
    return pandas is not None and called in {f"{pandas}.{maker}" for maker in _FRAME_MAKERS}


def _shape_of_name(script: Script, data: cst.Name, scope: ScopeNode) -> DataShape:
    if not isinstance(scope, cst.FunctionDef) or is_global_in(script, data.value, scope):
        return None
    bindings = [
        found for found in bindings_of(script, data.value) if scope in script.ancestors(found)
    ]
    if len(bindings) == 1 and isinstance(script.parent(bindings[0]), cst.Param):
        return _shape_of_parameter(script, data.value, scope)
    value = _reaching_value(script, data, bindings)
    return FrameShape(is_new=False) if value is not None and _makes_frame(script, value) else None


def _reaching_value(
    script: Script, data: cst.Name, bindings: list[cst.Name]
) -> Optional[cst.BaseExpression]:
    """Return the value that a name was last given, None where the way to it is not straight."""
    before = [found for found in bindings if script.start(found) < script.start(data)]
    if not before or script.loops(data):
        return None
    target = script.parent(before[-1])
    assign = script.parent(target)
    if not (isinstance(assign, cst.Assign) and len(assign.targets) == 1):
        return None
    if not isinstance(target, cst.AssignTarget) or target.target is not before[-1]:
        return None
    block = script.parent(script.parent(assign))
    straight = isinstance(block, cst.IndentedBlock) and block in script.ancestors(data)
    return assign.value if straight else None


def _shape_of_parameter(script: Script, name: str, scope: cst.FunctionDef) -> DataShape:
    """Return what `inference_schema` makes of a parameter before the function sees it."""
    for decorator in scope.decorators:
        call = decorator.decorator
        if not (isinstance(call, cst.Call) and script.code(call.func) == "input_schema"):
            continue
        if not _is_imported_from(script, "input_schema", "inference_schema.schema_decorators"):
            continue
        arguments = _schema_arguments(call)
        kind = arguments.get("param_type")
        named = arguments.get("param_name")
        if isinstance(named, cst.SimpleString) and named.evaluated_value == name:
            return _shape_of_schema(script, kind)
    return None


def _schema_arguments(call: cst.Call) -> dict[str, cst.BaseExpression]:
    positional = ("param_name", "param_type", "convert_to_provided_type")
    arguments = {
        argument.keyword.value if argument.keyword else positional[min(position, 2)]: argument.value
        for position, argument in enumerate(call.args)
    }
    return {} if "convert_to_provided_type" in arguments else arguments


def _shape_of_schema(script: Script, kind: Optional[cst.BaseExpression]) -> DataShape:
    kind = kind and resolved(script, kind)
    if not isinstance(kind, cst.Call) or len(kind.args) != 1 or kind.args[0].keyword:
        return None
    module = "inference_schema.parameter_types"
    called = script.code(kind.func)
    if called == "PandasParameterType":
        known = _is_imported_from(script, called, f"{module}.pandas_parameter_type")
        return FrameShape(is_new=False) if known else None
    if called != "NumpyParameterType" or not _is_imported_from(
        script, called, f"{module}.numpy_parameter_type"
    ):
        return None
    return _number_table(script, resolved(script, kind.args[0].value))


def _number_table(script: Script, sample: cst.BaseExpression) -> DataShape:
    numpy = module_alias(script, "numpy", script.start(sample))
    if not isinstance(sample, cst.Call) or len(sample.args) != 1 or numpy is None:
        return None
    rows = sample.args[0].value
    if script.code(sample.func) != f"{numpy}.array" or not isinstance(rows, cst.List):
        return None
    widths = set()
    for row in rows.elements:
        if not isinstance(row.value, cst.List) or isinstance(row, cst.StarredElement):
            return None
        widths.add(len(row.value.elements))
        if not all(_is_number(cell) for cell in row.value.elements):
            return None
    return ArrayShape(widths.pop()) if len(widths) == 1 else None


def _is_number(cell: cst.BaseElement) -> bool:
    value = cell.value
    if isinstance(value, cst.UnaryOperation) and isinstance(value.operator, cst.Minus):
        value = value.expression
    return isinstance(value, (cst.Integer, cst.Float)) and len(value.value) <= 18


def _is_imported_from(script: Script, name: str, module: str) -> bool:
    bindings = bindings_of(script, name)
    statement = script.above(bindings[0], cst.ImportFrom) if len(bindings) == 1 else None
    if statement is None or statement.module is None:
        return False
    return script.code(statement.module) == module
