"""Form feeds before the first character of a line, which Python skips and libcst's trees lack."""

from __future__ import annotations

import bisect
import io
import tokenize

_INDENTATION = frozenset({tokenize.INDENT, tokenize.DEDENT})


class FormFeeds:
    """A text without them, and the positions of the one in the other.

    Args:
        text: Python source.

    Attributes:
        without: the text without what stands on a line up to the last form feed before its
            first character; indentation counts from there.
    """

    def __init__(self, text: str) -> None:
        # Where bytes are missing, counted without them, and how many up to there.
        self._at: list[int] = []
        self._missing: list[int] = []
        self.without = self._removed(text) if "\f" in text else text

    def position(self, at: int, is_end: bool = False) -> int:
        """Return where in the text a position is.

        Args:
            at: bytes of UTF-8 before it, in the text without form feeds.
            is_end: it is behind what it belongs to, so that a form feed there follows it.
        """
        find = bisect.bisect_left if is_end else bisect.bisect_right
        found = find(self._at, at)
        return at + self._missing[found - 1] if found else at

    def _removed(self, text: str) -> str:
        # Only a line's beginning tells code from what is within a literal.
        first: dict[int, int] = {}
        last_line = 0
        lines = io.StringIO(text, newline=None)
        try:
            for token in tokenize.generate_tokens(lines.readline):
                if token.type in _INDENTATION:
                    continue
                line, column = token.start
                if line > last_line:
                    first[line] = column
                last_line = token.end[0]
        except (tokenize.TokenError, SyntaxError):
            return text
        kept = []
        position = missing = 0
        for number, line_text in enumerate(io.StringIO(text, newline=""), 1):
            removed = line_text.rfind("\f", 0, first.get(number, 0)) + 1
            if removed:
                missing += removed
                self._at.append(position)
                self._missing.append(missing)
            kept.append(line_text[removed:])
            position += len(line_text[removed:].encode())
        return "".join(kept)
