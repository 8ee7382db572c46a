"""What models of well-known packages return, and values of types that are never collected.

`collect` takes lists, numpy arrays, and frames of pandas and Spark; a tensor, a sparse matrix or a
DMatrix is none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from .values import ARRAY, FRAME, Value, ValueKind

_TENSOR, _TF_TENSOR = "torch.Tensor", "tensorflow.Tensor"
# Functions that return such a value, by their dotted names; a dot at the end stands for all below.
_FOREIGN = {
    "catboost.Pool": "catboost.Pool",
    "cudf.": "cudf.DataFrame",
    "dask.array.": "dask.array.Array",
    "dask.dataframe.": "dask.dataframe.DataFrame",
    "datasets.Dataset.": "datasets.Dataset",
    "h2o.H2OFrame": "h2o.H2OFrame",
    "jax.numpy.": "jax.Array",
    "lightgbm.Dataset": "lightgbm.Dataset",
    "modin.pandas.": "modin.pandas.DataFrame",
    "polars.DataFrame": "polars.DataFrame",
    "polars.from_": "polars.DataFrame",
    "polars.read_": "polars.DataFrame",
    "pyarrow.Table.": "pyarrow.Table",
    "scipy.sparse.": "scipy.sparse matrix",
    "tensorflow.Variable": _TF_TENSOR,
    "tensorflow.math.": _TF_TENSOR,
    "tensorflow.nn.": _TF_TENSOR,
    "tensorflow.image.": _TF_TENSOR,
    "tensorflow.io.decode_": _TF_TENSOR,
    "torch.nn.functional.": _TENSOR,
    "vaex.": "vaex.DataFrame",
    "xgboost.DMatrix": "xgboost.DMatrix",
    "xgboost.QuantileDMatrix": "xgboost.DMatrix",
}
_TENSOR_FUNCTIONS = frozenset(
    {"BFloat16Tensor", "DoubleTensor", "FloatTensor", "HalfTensor", "IntTensor", "LongTensor"}
    | {"Tensor", "abs", "arange", "argmax", "as_tensor", "cast", "cat", "clamp", "concat"}
    | {"constant", "convert_to_tensor", "empty", "exp", "expand_dims", "eye", "flatten", "full"}
    | {"from_numpy", "linspace", "log", "matmul", "mean", "ones", "ones_like", "rand", "randn"}
    | {"reduce_max", "reduce_mean", "reduce_sum", "reshape", "round", "sigmoid", "softmax"}
    | {"squeeze", "stack", "sum", "tensor", "tile", "transpose", "unsqueeze", "zeros"}
    | {"zeros_like", "ragged", "sparse_coo_tensor", "where", "sqrt", "tanh"}
)
_TENSOR_PACKAGES = {
    "torch": _TENSOR,
    "tensorflow": _TF_TENSOR,
    "keras": _TF_TENSOR,
    "tf_keras": _TF_TENSOR,
}
_SPARSE_TO_DENSE = frozenset({"toarray", "todense"})
_TO_FRAME = frozenset({"as_data_frame", "compute", "toPandas", "to_pandas", "to_pandas_df"})
_IMAGES = ("PIL.", "cv2.imdecode", "cv2.imread", "imageio.", "skimage.io.")
_MADE_DENSE = frozenset({"numpy", "to_numpy", "__array__"})

# What `predict` of a package's models returns, where it is not an array.
_PREDICTED = {
    "autogluon": Value(ValueKind.SERIES),
    "fastai": Value(ValueKind.TUPLE),
    "fbprophet": FRAME,
    "h2o": Value(ValueKind.FOREIGN, name="h2o.H2OFrame"),
    "keras": Value(ValueKind.ARRAY, dimensions=2),
    "mlflow": Value(),
    "prophet": FRAME,
    "statsmodels": Value(),
    "surprise": Value(ValueKind.TUPLE),
    "tensorflow": Value(ValueKind.ARRAY, dimensions=2),
    "tf_keras": Value(ValueKind.ARRAY, dimensions=2),
}
_SPARSE = ("sklearn.feature_extraction.", "sklearn.preprocessing.OneHotEncoder")
_PREDICTS = frozenset({"predict"})
_TUPLES_OF_FASTAI = frozenset({"get_preds", "predict", "show_results", "validate"})


def foreign(name: str) -> Optional[Value]:
    """Return what an imported function returns when it is of a type that is never collected."""
    package, _, function = name.partition(".")
    if package in _TENSOR_PACKAGES:
        is_model_called = name.endswith("()")
        if is_model_called or function in _TENSOR_FUNCTIONS:
            return Value(ValueKind.FOREIGN, name=_TENSOR_PACKAGES[package])
    for beginning, kind in _FOREIGN.items():
        is_all = beginning.endswith((".", "_"))
        if (name.startswith(beginning) and is_all) or name == beginning:
            return Value(ValueKind.FOREIGN, name=kind)
    return None


def of_foreign(base: Value, method: str) -> Value:
    """Return what a method of a value that is never collected returns."""
    if method in _SPARSE_TO_DENSE:
        return Value(ValueKind.ARRAY, dimensions=2)
    if method in _MADE_DENSE:
        return ARRAY
    if method in _TO_FRAME:
        return FRAME
    if method in ("tolist", "to_list", "to_pylist", "to_dicts"):
        return Value(ValueKind.LIST)
    return Value(ValueKind.NUMBER) if method in ("item", "dim", "size") else base


def is_image(value: Value) -> bool:
    """Return whether a value is an image as a package for images reads it."""
    return value.kind is ValueKind.NAMED and value.name.startswith(_IMAGES)


def predicted(base: Value, method: str, packages: Iterable[str]) -> Optional[Value]:
    """Return what a model's method returns; None where its package is known for nothing else.

    Args:
        base: the model.
        method: that is called.
        packages: that the script imports; one of them made a model that is not seen to be made.
    """
    if base.kind not in (ValueKind.NAMED, ValueKind.NONE, ValueKind.UNKNOWN, ValueKind.INSTANCE):
        return None
    is_seen = base.kind is ValueKind.NAMED and base.name.partition(".")[0] not in (
        "joblib",
        "pickle",
    )
    made_by = [base.name.partition(".")[0]] if is_seen else packages
    if method in ("transform", "fit_transform") and base.name.startswith(_SPARSE):
        return Value(ValueKind.FOREIGN, name="scipy.sparse matrix")
    for package in made_by:
        if package == "fastai" and method in _TUPLES_OF_FASTAI:
            return Value(ValueKind.TUPLE)
        if package == "onnxruntime" and method == "run":
            return Value(ValueKind.LIST, element=ARRAY, size=2)
        if package == "autogluon" and method == "predict_proba":
            return FRAME
        if method in _PREDICTS and package in _PREDICTED:
            return _PREDICTED[package]
    return None
