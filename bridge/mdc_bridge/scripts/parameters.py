"""What is known of a function's parameters when its body is read."""

from __future__ import annotations

import ast
from typing import Any, Optional

from .expressions import evaluate
from .tables import Look, Variables
from .values import ARRAY, DICT, FRAME, NUMBER, TEXT, UNKNOWN, Value, ValueKind

_ANNOTATED = {
    "pandas.DataFrame": FRAME,
    "numpy.ndarray": ARRAY,
    "numpy.array": ARRAY,
    "pyspark.sql.DataFrame": Value(ValueKind.SPARK_FRAME),
}
_ANNOTATED_NAMES = {
    "str": TEXT,
    "float": NUMBER,
    "int": NUMBER,
    "dict": DICT,
    "list": Value(ValueKind.LIST),
}


def parameters_of(look: Look, node: Any) -> Variables:
    """Return the parameters of a function by name.

    They are what its calls were seen to hand over, else what its decorators make of a request,
    else what its annotations say. Its defaults are looked at on the way.
    """
    samples = _samples(look, node)
    found: Variables = {}
    signature = node.args
    for argument in [*signature.posonlyargs, *signature.args, *signature.kwonlyargs]:
        known = look.tables.parameters.get((id(node), argument.arg), UNKNOWN)
        if known.kind is ValueKind.UNKNOWN and not known.collectors:
            known = samples.get(argument.arg, _annotated(look, argument.annotation))
        found[argument.arg] = known
    positional = [*signature.posonlyargs, *signature.args]
    defaults = [*zip(reversed(positional), reversed(signature.defaults))]
    for argument, default in [*defaults, *zip(signature.kwonlyargs, signature.kw_defaults)]:
        value = evaluate(look, default)
        if value.collectors and found[argument.arg] == UNKNOWN:
            found[argument.arg] = value
    for extra, value in ((signature.vararg, Value(ValueKind.TUPLE)), (signature.kwarg, DICT)):
        if extra is not None:
            found[extra.arg] = value
    return found


def _samples(look: Look, node: Any) -> dict[str, Value]:
    """Return the parameters that `inference_schema` converts before the function sees them."""
    found = {}
    for decorator in node.decorator_list:
        if not (isinstance(decorator, ast.Call) and len(decorator.args) == 2):
            continue
        name, sample = decorator.args
        if not (isinstance(name, ast.Constant) and isinstance(sample, ast.Call)):
            continue
        kind = evaluate(look, sample.func).name.rpartition(".")[2]
        value = evaluate(look, sample.args[0]) if sample.args else UNKNOWN
        if kind == "NumpyParameterType":
            found[str(name.value)] = value if value.kind is ValueKind.ARRAY else ARRAY
        elif kind == "PandasParameterType":
            found[str(name.value)] = value if value.kind is ValueKind.FRAME else FRAME
    return found


def _annotated(look: Look, annotation: Optional[ast.expr]) -> Value:
    if isinstance(annotation, ast.Name) and annotation.id in _ANNOTATED_NAMES:
        return _ANNOTATED_NAMES[annotation.id]
    if isinstance(annotation, (ast.Name, ast.Attribute)):
        return _ANNOTATED.get(evaluate(look, annotation).name, UNKNOWN)
    return UNKNOWN
