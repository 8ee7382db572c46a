"""Compressed bodies: what they were before, within the bound, or the reason why not."""

from __future__ import annotations

import gzip
import itertools
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mdc_agent.payload.decoding import LostBodyError, decoded

BOUND = 1 << 20


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _zstd_without_size(body: bytes) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(body) + packer.flush()


def _br(body: bytes) -> bytes:
    # Its usual quality takes seconds for many MB.
    return bytes(brotli.compress(body, quality=5))


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", _raw_deflate),
    ("zstd", zstandard.compress),
    ("zstd", _zstd_without_size),
    ("br", _br),
]
any_packer = st.sampled_from(PACKERS)
# Also such as are longer than one step of decoding.
any_body = st.binary(max_size=300) | st.builds(bytes.__mul__, st.binary(), st.integers(0, 3000))


def _pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    ends = [0, *sorted(min(each, len(body)) for each in cuts), len(body)]
    return [body[begin:end] for begin, end in itertools.pairwise(ends)]


def _reason(parts: list[bytes], encoding: str, bound: int = BOUND) -> str:
    with pytest.raises(LostBodyError) as caught:
        decoded(parts, encoding, bound)
    return caught.value.reason


@given(packer=any_packer, body=any_body, cuts=st.lists(st.integers(0, 2000), max_size=4))
def test_every_encoding_gives_the_body_back(
    packer: tuple[str, Callable[[bytes], bytes]], body: bytes, cuts: list[int]
) -> None:
    """However the copy is cut into pieces."""
    encoding, pack = packer
    assert decoded(_pieces(pack(body), cuts), encoding, BOUND) == body


@given(packers=st.lists(any_packer, min_size=1, max_size=3), body=any_body)
def test_several_encodings_are_undone_from_the_last(
    packers: list[tuple[str, Callable[[bytes], bytes]]], body: bytes
) -> None:
    """As the header lists them, in any case, with what is none of them in between."""
    packed = body
    for _, pack in packers:
        packed = pack(packed)
    header = " , identity,".join(name.upper() for name, _ in packers)
    assert decoded([packed], header, BOUND) == body


@pytest.mark.parametrize("encoding", ["", "identity", " Identity , identity"])
def test_a_plain_body_is_itself(encoding: str) -> None:
    """No encoding, and the one that changes nothing."""
    assert decoded([b"a", b"b"], encoding, BOUND) == b"ab"


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_what_ends_early_or_was_changed_is_not_decoded(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    """A part of a body would pass for the whole of it."""
    packed = pack(b"0123456789" * 1000)
    assert _reason([packed[:-1]], encoding) == "undecodable"
    assert _reason([packed[: len(packed) // 2]], encoding) == "undecodable"
    assert _reason([b"\xff\xfe not packed"], encoding) == "undecodable"


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_a_bomb_is_left_at_the_bound(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """64 MB in some KB cost little more memory than the bound."""
    packed = pack(bytes(64 << 20))
    tracemalloc.start()
    try:
        assert _reason([packed], encoding) == "body_too_large"
        assert tracemalloc.get_traced_memory()[1] < 8 * BOUND
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_the_bound_is_that_of_the_body(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """As large as it may be, and a byte larger."""
    packed = pack(bytes(200_000))
    assert decoded([packed], encoding, 200_000) == bytes(200_000)
    assert _reason([packed], encoding, 199_999) == "body_too_large"


@pytest.mark.parametrize("encoding", ["compress", "gzip, unknown", "gzip,gzip,gzip,gzip", "\xe4"])
def test_other_encodings_are_not_guessed(encoding: str) -> None:
    """Unknown ones, and more than anybody needs."""
    assert _reason([gzip.compress(b"x")], encoding) == "undecodable"


@pytest.mark.parametrize(("encoding", "package"), [("zstd", "zstandard"), ("br", "brotli")])
def test_a_package_that_is_missing_is_a_reason_of_its_own(
    encoding: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody can install it."""
    monkeypatch.setitem(sys.modules, package, None)
    assert _reason([b"x"], encoding) == "encoding_not_installed"
