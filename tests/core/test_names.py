"""Names as path segments, paths and deployments: safe, different, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.names import legal_deployment, legal_path, legal_segment, original_name

ANY_TEXT = st.text(st.characters(blacklist_categories=()))
TRICKY = st.text(st.sampled_from("%2EF~./\\\0a\ud800é"))


@pytest.mark.parametrize(
    "name", ["model_inputs", "My Model", "é", "🙂", "a.b", "..a", "100%", "%zz", "a b", "x" * 200]
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    """What harms no path is what the documents' own paths show."""
    assert legal_segment(name) == name


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("a\0", "a%00"),
        ("a\nb", "a%0Ab"),
        ("\x7f", "%7F"),
        ("%2F", "%252F"),
        ("%2f", "%252f"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_dangerous_characters_are_encoded(name: str, segment: str) -> None:
    """Separators, dots alone, control characters and lookalikes of escapes."""
    assert legal_segment(name) == segment
    assert original_name(segment) == name


@given(ANY_TEXT | TRICKY)
def test_any_name_is_one_safe_segment(name: str) -> None:
    """Never empty, dots alone, or with a separator, and at most 200 bytes of UTF-8."""
    segment = legal_segment(name)
    assert segment.strip(".")
    assert not set("/\\\0\n\r") & set(segment)
    assert len(segment.encode("utf-8")) <= 200


@given(ANY_TEXT | TRICKY)
def test_short_names_are_read_back(name: str) -> None:
    """`original_name` is the inverse of `legal_segment` where nothing had to be cut."""
    segment = legal_segment(name)
    if len(segment.encode("utf-8")) < 150:
        assert original_name(segment) == name


@given(ANY_TEXT | TRICKY, ANY_TEXT | TRICKY)
def test_different_names_are_different_segments(one: str, other: str) -> None:
    """No two names share a folder."""
    assert (legal_segment(one) == legal_segment(other)) == (one == other)


@pytest.mark.parametrize("character", ["x", "é", "🙂", "/", "%2F", "\ud800"])
def test_long_names_stay_different_and_can_be_read(character: str) -> None:
    """300 characters are cut to a readable start and a hash of the whole."""
    names = [character * 300, character * 301, character * 300 + "y"]
    segments = [legal_segment(name) for name in names]
    assert len(set(segments)) == 3
    assert all(150 < len(segment.encode()) <= 200 for segment in segments)
    assert all(original_name(segment).partition("~")[0] for segment in segments)
    assert segments == [legal_segment(name) for name in names]


@pytest.mark.parametrize("segment", ["caf%E9", "%FF", "%ED~0123", "100%", "%zz"])
def test_escapes_of_other_programs_stay(segment: str) -> None:
    """Folders of foreign archives are skipped."""
    assert original_name(segment) == segment


@given(st.lists(ANY_TEXT.filter(lambda part: "/" not in part)))
def test_a_path_has_a_legal_segment_for_each_part(parts: list[str]) -> None:
    """Empty parts vanish, the others are made legal one by one."""
    assert legal_path("/".join(parts)) == "/".join(legal_segment(part) for part in parts if part)


@pytest.mark.parametrize(
    ("name", "deployment"),
    [
        ("credit", "credit"),
        ("Credit_Model v2", "Credit-Model-v2"),
        ("a", "a00"),
        ("2024-model", "m-2024-model"),
        ("-x-", "x00"),
        ("a" * 31 + "_b", "a" * 31),
        ("a" * 40, "a" * 32),
    ],
)
def test_names_become_these_deployments(name: str, deployment: str) -> None:
    """The nearest name that Azure accepts."""
    assert legal_deployment(name) == deployment


def test_names_without_letters_become_different_deployments() -> None:
    """Two models named in Chinese do not share a folder."""
    assert legal_deployment("模型") != legal_deployment("型号")
    assert legal_deployment("模型") == legal_deployment("模型")


@given(ANY_TEXT)
def test_every_name_becomes_a_deployment(name: str) -> None:
    """3 to 32 letters, digits and dashes, a letter first, no dash last; twice is once."""
    deployment = legal_deployment(name)
    assert 3 <= len(deployment) <= 32
    assert deployment.replace("-", "").isalnum()
    assert deployment.isascii()
    assert deployment[0].isalpha()
    assert not deployment.endswith("-")
    assert legal_deployment(deployment) == deployment
