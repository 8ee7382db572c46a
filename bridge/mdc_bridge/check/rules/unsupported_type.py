"""MDC303: data of a type that is never collected."""

from __future__ import annotations

from ...scripts.values import ValueKind
from ..rule import Facts, Hit, Hits, Verdict, rule

_INSTEAD = {
    ValueKind.BYTES: "[data.decode()]",
    ValueKind.DICT: "pandas.DataFrame([data])",
    ValueKind.NONE: "a list, array or frame",
    ValueKind.NUMBER: "[data]",
    ValueKind.SERIES: "data.to_frame()",
    ValueKind.SET: "sorted(data)",
    ValueKind.TEXT: "[data], or the data it was made of",
    ValueKind.TUPLE: "list(data)",
    ValueKind.CORRELATIONS: "the data themselves",
    ValueKind.FOREIGN: "the rows as an array",
    ValueKind.FUNCTION: "what it returns",
    ValueKind.CLASS: "the data",
    ValueKind.COLLECTOR: "the data",
    ValueKind.METHOD: "what it returns",
}
_OF_OTHERS = {
    "complex": "[data]",
    "dict view": "list(data)",
    "enumerate": "list(data)",
    "filter": "list(data)",
    "generator": "list(data)",
    "iter": "list(data)",
    "map": "list(data)",
    "range": "list(data)",
    "zip": "list(data)",
    "h2o.H2OFrame": "data.as_data_frame()",
    "polars.DataFrame": "data.to_pandas()",
    "pyarrow.Table": "data.to_pandas()",
    "scipy.sparse matrix": "data.toarray()",
    "tensorflow.Tensor": "data.numpy()",
    "torch.Tensor": "data.detach().cpu().numpy()",
    "xgboost.DMatrix": "the array that it was made of",
}


@rule(
    "MDC303",
    "data of a type that is never collected",
    Verdict.CHANGE,
    """
collect takes a list, a numpy array, a pandas or a Spark DataFrame. With anything else
(text, a number, a tuple, a dict, a Series, None, a tensor, a sparse matrix, a DMatrix) it warns and
collects nothing, in the original and in the bridge alike, so scripts that do this have never
collected. Some models return such types from predict: fastai's a tuple, autogluon's a Series.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls whose argument is seen to be of such a type."""
    for call in facts.collects:
        kind, name = call.data.kind, call.data.name
        instead = _OF_OTHERS.get(name, "the rows as an array") if name else _INSTEAD.get(kind)
        if kind not in _INSTEAD:
            continue
        what = name if kind is ValueKind.FOREIGN else kind.value
        article = "an" if what[0] in "aeiou" else "a"
        message = f"{article} {what} is never collected: only a warning is logged"
        yield Hit(call.place, message, f"collect({instead or _INSTEAD[kind]})")
