"""A set of many short keys in little memory: 16 bytes for each that it may hold, from the start.

A Python set takes about a hundred. Open addressing with linear probing, at most half full, in
anonymous memory that the system gives page by page. Only 8 bytes of a key are compared: among a
million keys, one look in 10^13 mistakes a key for another.
"""

from __future__ import annotations

import mmap

_WORD = 8


class KeyTable:
    """A set that only grows.

    Args:
        at_most: keys that it may hold.
    """

    def __init__(self, at_most: int) -> None:
        size = 1 << max(9, (2 * at_most).bit_length())
        self._mask = size - 1
        self._memory = mmap.mmap(-1, size * _WORD)
        self._words = memoryview(self._memory).cast("Q")
        self._at_most = at_most
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: bytes) -> bool:
        words, mask = self._words, self._mask
        word = _word(key)
        place = word & mask
        # As `_place` does, whose call would take as long as the look.
        while (found := words[place]) and found != word:
            place = (place + 1) & mask
        return found != 0

    def add(self, key: bytes) -> None:
        """Add a key; beyond the bound it is left out."""
        word = _word(key)
        place = self._place(word)
        if self._words[place] == 0 and self._count < self._at_most:
            self._words[place] = word
            self._count += 1

    def _place(self, word: int) -> int:
        """Return where a key is, or where it would be."""
        words, mask = self._words, self._mask
        place = word & mask
        while words[place] not in (0, word):
            place = (place + 1) & mask
        return place


def _word(key: bytes) -> int:
    return int.from_bytes(key[:_WORD], "little") or 1
