"""The compiled part, where it is installed: `pip install 'mdc-bridge[fast]'`.

Nothing needs it: beside each call of it stands Python that gives the same bytes, in two to three
times the time. Its sources are in `fast/`. Both functions raise ValueError for arguments that do
not fit each other.

`weave(around, before, end, blocks, counts)` returns tables of rows whose cells are JSON already.
    around: what opens a table, stands between its rows, and closes it.
    before: what stands in a row in front of each of its cells.
    end: what stands behind the last one.
    blocks: of columns, each with its cells, row by row over all tables, and with the places of its
        columns in a row. The cells are a list, or the text of a JSON array of numbers.
    counts: the number of rows of each table.

`read_rows(content, before, end, kinds, nulls, boundaries)` returns what rows of a CSV file say:
their objects, with commas between them; where each begins, and where another one would, as integers
of the size of an address; and lists of their correlation ids, times as they stand, request ids and
versions. It returns None where a row is not like the first one, or needs a closer look.
    content: of the file: whole rows, all with correlation cells.
    before, end: as above, around the cells in front of the correlation cells.
    kinds: the first letters of the JSON types of these cells.
    nulls: the cells that are null, but in columns of texts, where these are the empty ones.
    boundaries: the texts that the third correlation cell may be.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union

# Another one's functions take or return other things.
INTERFACE = 1

Block = Tuple[Union[bytes, List[bytes]], Sequence[int]]
ReadRows = Tuple[bytes, bytes, List[bytes], List[bytes], List[bytes], List[bytes]]
_Texts = Sequence[bytes]
_Weave = Callable[
    [Tuple[bytes, bytes, bytes], _Texts, bytes, List[Block], Sequence[int]], List[bytes]
]
_ReadRows = Callable[[bytes, _Texts, bytes, bytes, _Texts, _Texts], Optional[ReadRows]]

logger = logging.getLogger("mdc_core")


def compiled_part() -> Any:
    """Return the module; None where there is none, or, with a message, none to be used."""
    try:
        found = import_module("mdc_fast")
    except ModuleNotFoundError:
        return None
    except ImportError as error:
        logger.warning("mdc-bridge-fast is not used, because it cannot be loaded: %s", error)
        return None
    if found.INTERFACE != INTERFACE:
        logger.warning(
            "mdc-bridge-fast is not used, because it belongs to another version of mdc-bridge; "
            "to get the right one: pip install 'mdc-bridge[fast]'"
        )
        return None
    return found


_part = compiled_part()
weave: Optional[_Weave] = getattr(_part, "weave", None)
read_rows: Optional[_ReadRows] = getattr(_part, "read_rows", None)
