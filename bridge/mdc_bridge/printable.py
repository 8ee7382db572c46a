"""Texts of others, such as names of files, on their way to a terminal or a file."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with escapes for what a terminal would obey or cannot show."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def encodable(text: str) -> str:
    """Return a text that UTF-8 can hold: names of files need not be."""
    return text.encode("utf-8", "replace").decode("utf-8")
