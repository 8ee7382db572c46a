"""A content type says kind and codec, in whatever way it is written."""

from __future__ import annotations

import pytest

from mdc_core.payload_rows.media import media_of


@pytest.mark.parametrize(
    ("content_type", "codec"),
    [
        ("", "utf-8"),
        ("text/csv", "utf-8"),
        ("text/csv; charset=UTF8", "utf-8"),
        ('text/csv; charset="utf-8"', "utf-8"),
        ("text/csv;charset=ISO-8859-1;header=present", "latin-1"),
        ("text/csv; charset*=us-ascii''latin1", "latin-1"),
        ("text/csv; charset=windows-1252", "cp1252"),
        ("text/csv; charset=utf-32", "utf-32"),
        ("text/csv; charset=us-ascii", "ascii"),
        ("text/csv; charset=idna", None),
        ("text/csv; charset=", "utf-8"),
        ("text/csv; charset=\x00", None),
    ],
)
def test_codecs(content_type: str, codec: str | None) -> None:
    """Text without a charset is UTF-8; charsets that are not known have no codec."""
    assert media_of(content_type).codec == codec


def test_kind_and_parameter() -> None:
    """The parameter of CSV is found beside the kind, in lower case."""
    media = media_of("Text/CSV; Header=Present")
    assert (media.kind, media.header) == ("text/csv", "present")
    assert media_of("") == ("", "utf-8", "utf-8", "")
