"""The rows of a block in one text, as the compiled part makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union, overload


class PackedRows(Sequence[bytes]):
    """Rows as JSON, with commas between them.

    Args:
        text: of all rows.
        begins: where each begins, and where another one would, as `read_rows` returns it.
    """

    def __init__(self, text: bytes, begins: bytes) -> None:
        self._text = text
        self._begins: Sequence[int] = memoryview(begins).cast("n")  # type: ignore[call-overload]

    def __len__(self) -> int:
        return len(self._begins) - 1

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: Union[int, slice]) -> Union[bytes, list[bytes]]:
        numbers = range(len(self))[at]
        if isinstance(numbers, range):
            return [self[number] for number in numbers]
        return self._text[self._begins[numbers] : self._begins[numbers + 1] - 1]

    def joined(self, starts: Sequence[int]) -> list[bytes]:
        """Return the rows from each start up to the next one, with the commas between them."""
        begins = [self._begins[start] for start in starts]
        return [self._text[begin : end - 1] for begin, end in zip(begins, begins[1:])]


def joined(rows: Sequence[bytes], starts: Sequence[int]) -> list[bytes]:
    """Return the rows from each start up to the next one, with commas between them."""
    if isinstance(rows, PackedRows):
        return rows.joined(starts)
    return [
        rows[start] if stop == start + 1 else b",".join(rows[start:stop])
        for start, stop in zip(starts, starts[1:])
    ]
