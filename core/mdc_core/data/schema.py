"""What is equal in tables that are encoded together: the names, dtypes and places of their columns.

The frames of a collection are alike. The schemas of those seen last are kept, because to make one
of the labels of 23 columns takes 6 us, and to find it takes less than 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, List, NamedTuple, Tuple

import numpy
import pandas
from numpy import ndarray

from .column_names import unique_names
from .snapshot import FrameSnapshot
from .text_labels import Labels, TextLabels

_NULLABLE_FLOATS: Any = getattr(pandas.arrays, "FloatingArray", ())  # since pandas 1.2
# A service collects inputs and outputs of a model or a few.
_MOST_KNOWN = 8
_MOST_CHARACTERS = 100_000
# Equal labels of these classes have the same text.
_PLAIN_LABELS = frozenset({str, int})
# Times of one unit; of older numpy any dtype of its own, and equal ones have the same text.
_TIMES = frozenset({type(numpy.dtype("M8[ns]")), type(numpy.dtype("m8[ns]"))})
# Arrays of one class with these dtypes are always of one kind.
_OF_ONE_KIND = (pandas.StringDtype, pandas.CategoricalDtype)


_indexer_of = attrgetter("indexer")


class Schema(NamedTuple):
    """The columns of a table, without their values.

    Attributes:
        names: unique column names, the keys of a row's JSON object.
        places: for each block where its columns stand.
        kinds: for each block what `kind_of` says.
    """

    names: Tuple[str, ...]
    places: Tuple[Sequence[int], ...]
    kinds: Tuple[object, ...]


class _Look(NamedTuple):
    """What a block looks like.

    Attributes:
        place: where its columns stand.
        mark: its dtype, or its class where that says it: a text column then takes 0.1 us for 0.5.
        kind: see `kind_of`.
    """

    place: Any
    mark: Any
    kind: object


class _Known(NamedTuple):
    """A schema, and what frames look like that have it."""

    labels: Any
    looks: Tuple[_Look, ...]
    schema: Schema


# The newest first; replaced as a whole, because several threads may use it.
_known: Tuple[_Known, ...] = ()


def schema_of_frame(snapshot: FrameSnapshot) -> Schema:
    """Return the schema of a frame; the same object for frames that come after one like it."""
    columns, _, values, placements, _ = snapshot
    labels = columns if type(columns) is TextLabels else _comparable(columns)
    for known_labels, looks, schema in _known:
        if (labels is not known_labels and labels != known_labels) or len(values) != len(looks):
            continue
        for placement, block, (known_place, mark, kind) in zip(placements, values, looks):
            place = getattr(placement, "indexer", placement)
            if (place if type(place) is slice else _comparable_place(place)) != known_place:
                break
            if type(block) is mark:
                continue
            dtype = block.dtype
            # The dtype itself is nearly always the same object: 0.1 us for 0.3. Times have their
            # own each.
            if dtype is mark or (type(dtype) is type(mark) in _TIMES and dtype == mark):
                continue
            if kind_of(block) != kind:
                break
        else:
            return schema
    return _new_schema(snapshot, labels)


def schema_of(names: Tuple[str, ...], blocks: Sequence[Tuple[Any, Sequence[int]]]) -> Schema:
    """Return the schema of columns.

    Args:
        names: unique.
        blocks: values, and where their columns stand.
    """
    return Schema(
        names,
        tuple(places if isinstance(places, range) else tuple(places) for _, places in blocks),
        tuple(kind_of(values) for values, _ in blocks),
    )


def kind_of(values: Any) -> object:
    """Return what must be equal for blocks that are encoded together.

    Of pandas' own arrays the class: to hash their dtype can cost more than to encode them, and
    raises for categories with a lone surrogate. Of numbers and times the dtype, as a text: numpy
    takes a class and the dtype of objects for equal.
    """
    dtype = values.dtype
    if isinstance(dtype, numpy.dtype):
        return dtype.str
    return dtype.name if isinstance(values, _NULLABLE_FLOATS) else type(values)


def positions_of(placement: Any, columns: int) -> Sequence[int]:
    """Return the column positions that a block's placement stands for."""
    if type(placement) is tuple:
        return [at for each in placement for at in positions_of(each, columns)]
    indexer = getattr(placement, "indexer", placement)
    if isinstance(indexer, slice):
        return range(*indexer.indices(columns))
    positions: List[int] = numpy.asarray(indexer, dtype=int).tolist()
    return positions


def labels_of(columns: Labels) -> List[Any]:
    """Return the labels of columns, without iterating: that costs as much as encoding a row."""
    if type(columns) is TextLabels:
        return list(columns)
    texts = _arrow_texts(columns)
    if texts is not None and not texts.null_count:
        return list(texts.to_pylist())
    return list(numpy.asarray(columns, dtype=object).tolist())


def _arrow_texts(columns: Labels) -> Any:
    """Return labels as Arrow keeps them: 1 us for 23, where numpy takes 7; None for others."""
    index: Any = columns
    if getattr(index.dtype, "storage", None) != "pyarrow":
        return None
    return index.array.__arrow_array__()


def _comparable(columns: Labels) -> Any:
    """Return what is equal for labels that have the same names, if it is remembered."""
    texts = _arrow_texts(columns)
    if texts is not None:
        return texts
    labels = labels_of(columns)
    return list(map(type, labels)), labels


def _comparable_place(place: Any) -> Any:
    if type(place) is tuple:
        places = list(map(_indexer_of, place))
        return list(map(_comparable_place, places)) if ndarray in map(type, places) else places
    return place.tobytes() if type(place) is ndarray else place


def _new_schema(snapshot: FrameSnapshot, labels: Any) -> Schema:
    global _known
    columns = len(snapshot.columns)
    own = snapshot.columns
    names = own.names if type(own) is TextLabels else unique_names(labels_of(own))
    places = [positions_of(each, columns) for each in snapshot.placements]
    schema = schema_of(names, list(zip(snapshot.values, places)))
    if _is_plain(labels) and sum(map(len, names)) <= _MOST_CHARACTERS:
        looks = tuple(map(_look_of, snapshot.placements, snapshot.values, schema.kinds))
        _known = (_Known(labels, looks, schema), *_known[: _MOST_KNOWN - 1])
    return schema


def _look_of(placement: Any, values: Any, kind: object) -> _Look:
    place = _comparable_place(getattr(placement, "indexer", placement))
    dtype = values.dtype
    return _Look(place, type(values) if isinstance(dtype, _OF_ONE_KIND) else dtype, kind)


def _is_plain(labels: Any) -> bool:
    """Return whether labels that are equal to these have the same names."""
    if type(labels) is TextLabels:
        return True
    if isinstance(labels, tuple):
        return _PLAIN_LABELS.issuperset(labels[0])
    return not labels.null_count
