"""Requests as bytes, good and bad, each with the answers that are right for it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

OK, NONE = 200, 0  # none: the connection is closed, or the request was never whole
_BOMB = gzip.compress(bytes(10_000_000))


_ONCE = (b"Content-Encoding", b"ce-x-request-id", b"ce-time", b"ce-type", b"trace-id", b"Host")


@dataclass(frozen=True, repr=False)
class Raw:
    """A request before it is bytes.

    Attributes:
        headers: lines without their ends.
        after: what follows the body.
        right: statuses that are right for what was changed; those of a good one when empty.
        cut: bytes that are sent before the client goes; None for all.
    """

    method: bytes = b"POST"
    target: bytes = b"/modeldata/log"
    version: bytes = b"HTTP/1.1"
    headers: tuple[bytes, ...] = ()
    length: tuple[bytes, ...] | None = None
    body: bytes = b'[{"a":1}]'
    end: bytes = b"\r\n"
    after: bytes = b""
    right: frozenset[int] = frozenset()
    cut: int | None = None

    def content(self) -> bytes:
        """Return the bytes to send."""
        lengths = self.length
        if lengths is None:
            lengths = (b"Content-Length: %d" % len(self.body),)
        start = b" ".join((self.method, self.target, self.version))
        head = self.end.join((start, *self.headers, *lengths))
        content = head + 2 * self.end + self.body + self.after
        return content if self.cut is None else content[: self.cut]

    def __repr__(self) -> str:
        return f"{self.content()[:500]!r}, right: {sorted(self.answers())}"

    def answers(self) -> frozenset[int]:
        """Return the statuses that are right."""
        names = [line.partition(b":")[0] for line in self.headers]
        repeated = {400} if any(names.count(name) > 1 for name in _ONCE) else set()
        return (self.right or frozenset({OK})) | repeated

    def but(self, *right: int, **changes: Any) -> Raw:
        """Return a changed request, for which more statuses are right."""
        return replace(self, right=self.right | frozenset(right), **changes)

    def without(self, name: bytes) -> tuple[bytes, ...]:
        """Return the headers without one."""
        return tuple(each for each in self.headers if not each.lower().startswith(name + b":"))


def good(identity: str) -> Raw:
    """Return a request as the SDK sends it."""
    return Raw(
        headers=(
            b"Host: 127.0.0.1:50011",
            b"Connection: close",
            b"Content-Type: application/json",
            b"ce-type: azureml.inference.model_inputs",
            b"trace-id: " + identity.encode(),
        )
    )


Change = Callable[[Raw], Raw]

_any_bytes = st.binary(max_size=300)
_field_bytes = st.binary(max_size=200).map(
    lambda value: bytes(each for each in value if each >= 32 and each != 127).strip()
)


def _with_header(line: bytes, *right: int) -> Change:
    return lambda raw: raw.but(*right, headers=(*raw.headers, line))


def _instead(name: bytes, line: bytes, *right: int) -> Change:
    return lambda raw: raw.but(*right, headers=(*raw.without(name), line))


def _lengths() -> st.SearchStrategy[Change]:
    bad = st.sampled_from(
        [b"-1", b"+9", b"9, 9", b"", b"nine", b"0x9", b"1" * 40, b"9 9", b"\xb2", b"9.0", b"1e1"]
    )
    line = bad.map(lambda value: (b"Content-Length: " + value,))
    twice = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
        lambda both: tuple(b"Content-Length: %d" % each for each in both)
    )
    both = st.permutations([b"Content-Length: 9", b"Transfer-Encoding: chunked"]).map(tuple)
    codings = st.sampled_from(
        [
            b"xchunked",
            b"chunked, identity",
            b"identity",
            b"chunked, chunked",
            b"gzip, chunked",
            b"\x0bchunked",
            b"chunked\x00",
            b"chunk",
        ]
    ).map(lambda value: (b"Transfer-Encoding: " + value,))
    wrong = st.one_of(line, twice, both, codings).map(
        lambda lengths: lambda raw: raw.but(400, length=lengths)
    )
    longer = st.integers(1, 10**7).map(
        lambda more: (
            lambda raw: raw.but(
                NONE, 400, 408, length=(b"Content-Length: %d" % (len(raw.body) + more),)
            )
        )
    )
    shorter = st.integers(0, 8).map(
        lambda size: lambda raw: raw.but(OK, 400, NONE, length=(b"Content-Length: %d" % size,))
    )
    huge = st.just(lambda raw: raw.but(413, length=(b"Content-Length: 99999999999",)))
    return st.one_of(wrong, longer, shorter, huge)


def _chunks() -> st.SearchStrategy[Change]:
    sizes = st.sampled_from(
        [b"-9", b"0x9", b"9 ", b" 9", b"F" * 17, b"9\n", b"g", b"+9", b"", b"8", b"a", b"9;x\ny"]
    )
    return sizes.map(
        lambda size: (
            lambda raw: raw.but(
                400,
                NONE,
                408,
                length=(b"Transfer-Encoding: chunked",),
                body=size + b"\r\n" + b'[{"a":1}]' + b"\r\n0\r\n\r\n",
            )
        )
    )


def _heads() -> st.SearchStrategy[Change]:
    broken = st.sampled_from(
        [
            b"X : y",
            b"X: y\r\n z",
            b"X: y\x00",
            b"X: a\rb",
            b"X: y\nZ: z",
            b": y",
            b"a\xffb: y",
            b"no colon",
            b"X\x01: y",
            b"(x): y",
            b" x: y",
        ]
    ).map(lambda line: _with_header(line, 400))
    many = st.integers(130, 400).map(
        lambda count: (
            lambda raw: raw.but(
                400, 431, headers=raw.headers + tuple(b"x%d: y" % at for at in range(count))
            )
        )
    )
    long = st.integers(66_000, 200_000).map(
        lambda size: _with_header(b"x: " + b"y" * size, 400, 431, NONE)
    )
    large = st.integers(66_000, 120_000).map(
        lambda size: (
            lambda raw: raw.but(
                431,
                400,
                headers=raw.headers
                + tuple(b"ce-x%d: " % at + b"y" * (size // 4) for at in range(4)),
            )
        )
    )
    ends = st.sampled_from([b"\n", b"\r", b"\n\r"]).map(
        lambda end: lambda raw: raw.but(400, NONE, 408, end=end)
    )
    return st.one_of(broken, many, long, large, ends)


def _lines() -> st.SearchStrategy[Change]:
    methods = st.sampled_from([b"GET", b"PUT", b"get", b"POSTT", b"", b"CONNECT", b"PRI", b"\xff"])
    targets = st.sampled_from(
        [
            b"//modeldata/log",
            b"/modeldata/log/../../etc/passwd",
            b"*",
            b"/" + b"a" * 9000,
            b"/%2e%2e/%2e%2e/etc",
            b"/\xff",
            b"/a b",
            b"/%00",
            b"http://[::1/",
            b"http://a:99999999/",
            b"modeldata/log",
            b"",
            b"/modeldata/log/",
            b"/health/../modeldata/log",
        ]
    )
    versions = st.sampled_from([b"HTTP/9.9", b"http/1.1", b"HTTP/1.1 x", b"", b"ICE/1.0", b"HTTP/"])
    return st.one_of(
        methods.map(lambda each: lambda raw: raw.but(400, 404, 405, method=each)),
        targets.map(lambda each: lambda raw: raw.but(400, 404, target=each)),
        versions.map(lambda each: lambda raw: raw.but(400, version=each)),
    )


def _fields() -> st.SearchStrategy[Change]:
    """Names and values that are hostile, or merely strange, in a request that is well-formed."""
    names = st.sampled_from(
        [
            b"../../../tmp/x",
            b"a/b",
            b"%2e%2e",
            b"..",
            b"x" * 500,
            "é".encode(),
            b"model_inputs/..",
            b"C:\\x",
            b"~",
            b"model_inputs%00",
            b"",
        ]
    )
    return st.one_of(
        names.map(lambda n: _instead(b"ce-type", b"ce-type: azureml.inference." + n, 400, 403)),
        _field_bytes.map(lambda v: _instead(b"ce-type", b"ce-type: " + v, 400, 403)),
        _field_bytes.map(lambda v: _instead(b"trace-id", b"trace-id: " + v, OK)),
        _field_bytes.map(lambda v: _with_header(b"ce-x-request-id: " + v, OK)),
        _field_bytes.map(lambda v: _with_header(b"ce-" + b"../x: " + v, 400)),
        _field_bytes.map(lambda v: _with_header(b"ce-specversion: " + v, OK)),
        _field_bytes.map(lambda v: _with_header(b"ce-captured: " + v, OK)),
        _field_bytes.map(lambda v: _with_header(b"ce-time: x" + v, 400)),
        st.integers(0, 253402300799).map(lambda t: _with_header(b"ce-time: %d" % t, OK)),
        st.just(_with_header(b"ce-type: azureml.inference.model_outputs", 400)),
        st.just(_with_header(b"trace-id: another", 400)),
        st.just(_with_header(b"Host: evil.example", 400, 403)),
        st.just(_with_header(b"Origin: null", 403)),
        st.just(_instead(b"host", b"Host: evil.example", 403)),
        st.just(_instead(b"host", b"X: no host", 400)),
        st.just(_with_header(b"Expect: 200-ok", 417)),
    )


def _bodies() -> st.SearchStrategy[Change]:
    wrong = st.one_of(
        _any_bytes.map(lambda value: b"\xff" + value),
        st.sampled_from(
            [
                b"",
                b"[" * 200_000,
                b'{"a":' * 50_000,
                b"[1,]",
                b"NaN",
                b"[1] [2]",
                b'"\xed\xa0\x80"',
                b"\xef\xbb\xbf[1]",
                b"[1]\x00",
                b'"a\nb"',
                b"nul",
            ]
        ),
    )
    strange = st.sampled_from(
        [
            b"null",
            b"[]",
            b'{"id":"x","data":[]}',
            b'[{"a":1e308}]',
            b" \r\n[\n1 ,\r 2]\n",
            b'"\\u0000"',
            b"[" + b"1," * 200_000 + b"1]",
            b'[{"\\n":"\\r"}]',
            b"123456789012345678901234567890",
        ]
    )
    return st.one_of(
        wrong.map(lambda body: lambda raw: raw.but(400, body=body)),
        strange.map(lambda body: lambda raw: raw.but(OK, body=body)),
        st.just(
            lambda raw: raw.but(415, body=_BOMB, headers=(*raw.headers, b"Content-Encoding: gzip"))
        ),
    )


def _hang_ups() -> st.SearchStrategy[Change]:
    return st.integers(0, 200).map(lambda cut: lambda raw: raw.but(NONE, 400, 408, cut=cut))


# Together the answers of all changes are right: which one the server sees first is its own matter.
CHANGES = st.one_of(_lengths(), _chunks(), _heads(), _lines(), _fields(), _bodies(), _hang_ups())


@st.composite
def raw_requests(draw: st.DrawFn) -> Raw:
    """A request with up to three changes, or bytes that are none."""
    raw = good(f"good-{draw(st.uuids())}")
    if draw(st.integers(0, 19)) == 0:
        return raw.but(400, NONE, 408, method=draw(st.binary(min_size=1, max_size=300)))
    for change in draw(st.lists(CHANGES, min_size=0, max_size=3)):
        raw = change(raw)
    return raw
