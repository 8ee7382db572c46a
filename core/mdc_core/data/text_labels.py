"""Labels of columns that are texts alone: copied, and held once for all frames that have the same.

A script that serves requests makes the same labels for each. With labels of its own each, a
waiting event of 23 columns takes 2.2 kB in pandas 3, and 3.2 with pyarrow; with these, 0.75. Each
known set is found again by what a frame's labels hold at that moment, so what a script does to the
array behind older labels is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

import numpy
import pandas

from .column_names import unique_names
from .label_sizes import LABEL_BYTES

# Sets of labels that are known at a time, and what one may take: 4 MB together.
_MOST = 64
_MOST_BYTES = 64_000
# More are left as they are: to look at each of them takes as long as the rest of a call.
_MOST_COLUMNS = 1024
# So many of Arrow's labels are known for each number of columns: they are compared in turn.
_MOST_ALIKE = 4
OBJECTS = numpy.dtype(object)

if TYPE_CHECKING:
    _Texts = Tuple[str, ...]
else:
    _Texts = tuple  # Python 3.6 cannot derive from the other


class TextLabels(_Texts):
    """Labels, each of the class `str` itself; only what the writer notes in it changes.

    Attributes:
        nlevels: as of pandas' labels.
        whole: the placement of a block that has all columns.
    """

    nlevels = 1
    whole: Tuple[slice]
    _names: Tuple[str, ...]

    @property
    def names(self) -> Tuple[str, ...]:
        """The unique names of the columns, made at the first use."""
        try:
            return self._names
        except AttributeError:
            self._names = unique_names(self)
            return self._names


Labels = Union[pandas.Index, TextLabels]

# By the addresses of the objects that they hold, which they keep from being used again: to compare
# these takes 0.1 us, texts 0.5, and to make sure that all are texts 0.5 more.
by_addresses: Dict[bytes, TextLabels] = {}
_by_texts: Dict[Tuple[str, ...], TextLabels] = {}
# Arrow's copies of them, by the number of columns.
_arrows: Dict[int, List[Tuple[Any, TextLabels]]] = {}


def text_labels(labels: pandas.Index) -> Tuple[Optional[TextLabels], int]:
    """Return labels that are texts alone, isolated, and the bytes that they take more than before.

    Args:
        labels: a frame's, which are not in `by_addresses`.

    Returns:
        None for all other labels, and for too many.
    """
    if type(labels) is not pandas.Index or len(labels) > _MOST_COLUMNS:
        return None, 0
    held = getattr(labels, "_data", None)
    objects = held if type(held) is numpy.ndarray else getattr(held, "_ndarray", None)
    if type(objects) is numpy.ndarray:
        return _shared_labels(objects.tolist(), objects) if objects.dtype is OBJECTS else (None, 0)
    arrow = getattr(held, "_pa_array", None)
    if arrow is None or not isinstance(labels.dtype, pandas.StringDtype):
        return None, 0
    for known, alike in _arrows.get(len(labels), ()):
        if known.equals(arrow):
            return alike, 0
    found, size = _shared_labels(arrow.to_pylist())
    if found is not None:
        # The copy's memory is ours alone.
        copied = pandas.Index(list(found), dtype=labels.dtype)
        others = _arrows.setdefault(len(found), [])
        if len(others) >= _MOST_ALIKE:
            others.clear()
        others.append((getattr(copied, "_data")._pa_array, found))  # noqa: B009, SLF001  as above
    return found, size


def _shared_labels(
    texts: List[Any], objects: Optional[numpy.ndarray] = None
) -> Tuple[Optional[TextLabels], int]:
    # Only what is equal when its text is: other classes have their own `==` and `str`.
    if texts and set(map(type, texts)) != {str}:
        return None, 0
    found = _by_texts.get(tuple(texts))
    if found is not None:
        return found, 0
    labels = TextLabels(texts)
    labels.whole = (slice(0, len(texts), 1),)
    size = LABEL_BYTES * len(texts) + sum(map(len, texts))
    if size <= _MOST_BYTES:
        if len(_by_texts) >= _MOST:
            _by_texts.clear()
            by_addresses.clear()
            _arrows.clear()
        _by_texts[labels] = labels
        if objects is not None:
            by_addresses[numpy.array(texts, object).tobytes()] = labels
    return labels, size
