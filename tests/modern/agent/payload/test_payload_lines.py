"""What is logged of an exchange: the documented lines."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from mdc_agent.metrics import AgentCounts
from mdc_agent.payload import PayloadSettings
from mdc_agent.payload.bodies import body_of
from mdc_agent.payload.exchange import Exchange, Message
from mdc_agent.payload.keeper import Keeper
from mdc_agent.payload.memory import CopyMemory
from mdc_agent.store.line import line_of
from mdc_agent.stored_event import StoredEvent
from tests.modern.agent.payload.exchanges import plain, request, response
from tests.modern.agent.payload.payload_peers import DEPLOYMENT, Agent, ListStore, run_exchange

pytestmark = pytest.mark.newest_only

MIB = 1024 * 1024


def exchange(sent: bytes, answered: bytes, **settings: object) -> Agent:
    script = plain(sent, answered)
    _, agent = run_exchange(script.client, script.server, through=True, **settings)
    assert agent is not None
    assert agent.server.memory.held == 0
    return agent


def lines(agent: Agent) -> tuple[StoredEvent, StoredEvent]:
    (sent,), (answered,) = agent.store.of("request"), agent.store.of("response")
    return sent, answered


def test_the_documented_exchange() -> None:
    """The documents' request and response become the documents' lines."""
    body = b'{"data": [  [1,2,3,4,5,6,7,8,9,10], [10,9,8,7,6,5,4,3,2,1]]}'
    answer = b"[11055.977245525679, 4503.079536107787]"
    identifier = "aaaa0000-bb11-2222-33cc-444444dddddd"
    agent = exchange(
        request(
            b"Content-Type: application/json\r\nx-request-id: %s\r\n" % identifier.encode(), body
        ),
        response(b"Content-Type: application/json\r\n", answer),
    )
    sent, answered = lines(agent)
    assert (sent.data, answered.data) == (body, answer)
    assert (sent.content_range, answered.content_range) == ("bytes 0-59/60", "bytes 0-38/39")
    assert sent.attributes == {"path": "/score", "method": "POST"}
    assert answered.attributes == {}
    for each in (sent, answered):
        assert each.correlation_id == each.request_id == identifier
        assert each.content_type == "application/json"
        assert each.time_us == sent.time_us
    assert sent.id != answered.id


def test_a_length_that_was_not_said_is_a_star() -> None:
    """Bytes that came in chunks have no total."""
    agent = exchange(
        b"POST /score HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n",
        response(),
    )
    sent, _ = lines(agent)
    assert (sent.data, sent.content_range) == (b"[1]", "bytes 0-2/*")


@pytest.mark.parametrize(
    ("body", "content_type", "data", "said_type"),
    [
        (
            b'{"a":\r\n1.0000000000000000001}',
            "",
            b'{"a":\r\n1.0000000000000000001}',
            "application/json",
        ),
        (b"[1]", "application/x-www-form-urlencoded", b"[1]", "application/json"),
        (b"a,b\n1,2\n", "text/csv", b'"a,b\\n1,2\\n"', "text/csv"),
        (b"[NaN]", "application/json", b'"[NaN]"', "application/json"),
        (b'[1]} {"x":1', "application/json", b'"[1]} {\\"x\\":1"', "application/json"),
        (b"caf\xe9", "text/plain; charset=ISO-8859-1", '"café"'.encode(), "text/plain"),
        ("\ufeff[1]".encode("utf-16-le"), 'text/plain; charset="utf-16"', b'"[1]"', "text/plain"),
        ("☃".encode(), "", '"☃"'.encode(), "text/plain"),
        (b"", "application/json", b'""', "application/json"),
        (b'"' + b"[" * 5000, "application/json", b'"\\"' + b"[" * 5000 + b'"', "application/json"),
    ],
)
def test_bodies_are_json_or_text(
    body: bytes, content_type: str, data: bytes, said_type: str
) -> None:
    """JSON stays as it is, digits included; anything else that is text is a text.

    Its line is one line, whatever lines the JSON has.
    """
    head = b"Content-Type: %s\r\n" % content_type.encode() if content_type else b""
    sent, answered = lines(exchange(request(head, body), response(head, body)))
    for each in (sent, answered):
        assert (each.data, each.raw, each.content_type) == (data, None, said_type)
        (line,) = line_of(each, b'""').splitlines()
        assert json.loads(line)["data"] == json.loads(data)


@pytest.mark.parametrize("content_type", ["image/png", "", "text/plain; charset=idna"])
def test_bytes_that_are_no_text_are_files(content_type: str) -> None:
    """Binary bodies are stored beside the line, with their true size."""
    body = bytes(range(256)) * 4
    head = b"Content-Type: %s\r\n" % content_type.encode() if content_type else b""
    sent, _ = lines(exchange(request(head, body), response()))
    assert (sent.raw, sent.raw_is_binary, sent.data) == (body, True, b"")
    assert sent.content_range == "bytes 0-1023/1024"


def test_large_bodies_are_files() -> None:
    """More than four megabytes of JSON are stored beside the line."""
    body = b"[" + b"1," * (2 * MIB + 10) + b"1]"
    sent, answered = lines(exchange(request(body=body), response(body=body)))
    for each in (sent, answered):
        assert (each.raw, each.raw_is_binary) == (body, False)


def _deflated(body: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(body) + deflater.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"gzip", gzip.compress(b"[1, 2]", mtime=0)),
        (b"x-gzip", gzip.compress(b"[1,", mtime=0) + gzip.compress(b" 2]", mtime=0)),
        (b"deflate", zlib.compress(b"[1, 2]")),
        (b"deflate", _deflated(b"[1, 2]")),
        (b"gzip, gzip", gzip.compress(gzip.compress(b"[1, 2]", mtime=0), mtime=0)),
        (b"identity", b"[1, 2]"),
        (b"zstd", b"(\xb5/\xfd \x061\x00\x00[1, 2]"),
    ],
)
def test_compressed_bodies_are_decoded(encoding: bytes, body: bytes) -> None:
    """The line has what was compressed, the peers what was sent."""
    head = b"Content-Encoding: %s\r\n" % encoding
    sent, answered = lines(exchange(request(head, body), response(head, body)))
    assert sent.data == answered.data == b"[1, 2]"
    assert sent.content_range == "bytes 0-5/6"


@pytest.mark.parametrize(
    "encoding", [b"gzip", b"deflate", b"zstd", b"compress", b"gzip" + b",gzip" * 9]
)
def test_what_cannot_be_decoded_is_stored_as_it_came(encoding: bytes) -> None:
    """A body whose encoding is broken or unknown is bytes, and counted."""
    agent = exchange(request(b"Content-Encoding: %s\r\n" % encoding, b"no such thing"), response())
    sent, _ = lines(agent)
    assert (sent.raw, sent.raw_is_binary) == (b"no such thing", True)
    assert agent.counts.read().lost == {("request", "undecodable"): 1}


@pytest.mark.parametrize(
    "encoding", [b"gzip", b"deflate", b"zstd", b"br", b"compress", b"gzip, br"]
)
@pytest.mark.parametrize("method", [b"HEAD", b"POST"])
def test_no_body_needs_no_decoding(method: bytes, encoding: bytes) -> None:
    """An empty body is one, whatever its head says of it; that of HEAD speaks of another."""
    head = b"Content-Encoding: %s\r\n" % encoding
    says = b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: %d\r\n\r\n"
    line = method + b" /score HTTP/1.1"
    agent = exchange(request(head, b"", line=line), says % (100 if method == b"HEAD" else 0))
    for each in lines(agent):
        assert (each.data, each.raw, each.content_range) == (b'""', None, "bytes */0")
    assert not agent.counts.read().lost


def test_bombs_are_counted() -> None:
    """What decodes to more than is asked for is not logged; its answer is."""
    bomb = gzip.compress(b" " * (64 * MIB), 1)
    agent = exchange(
        request(b"Content-Encoding: gzip\r\n", bomb),
        response(),
        body_bytes=MIB,
        memory_bytes=8 * MIB,
    )
    assert [event.collection for event in agent.store.events] == ["response"]
    assert agent.counts.read().lost == {("request", "body_too_large"): 1}


def test_headers_are_captured_by_name() -> None:
    """Names match in any case, repeated ones are one value, and those of secrets are refused."""
    deployment = DEPLOYMENT.__class__(
        DEPLOYMENT.endpoint,
        DEPLOYMENT.name,
        DEPLOYMENT.collections,
        capture_headers=("X-Tenant", "AUTHORIZATION", "x-api-key", "Path", "absent"),
    )
    head = (
        b"x-tenant: a\r\nAuthorization: Bearer abc\r\nX-TENANT: b\r\nX-Api-Key: k\r\nPath: /p\r\n"
    )
    sent, answered = lines(
        exchange(request(head), response(b"X-tenant: c\r\n"), deployment=deployment)
    )
    assert sent.attributes == {"path": "/score", "method": "POST", "xtenant": "a, b"}
    assert answered.attributes == {"xtenant": "c"}
    forced, _ = lines(
        exchange(
            request(head), response(), deployment=deployment, forced_headers=("authorization",)
        )
    )
    assert forced.attributes["authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"\xc3\xa9", "\xe9"), (b"\xe9", "\xe9"), (b"\xff\xfe", "\xff\xfe"), (b"a\tb", "a\tb")],
)
def test_headers_are_utf8_else_latin1(value: bytes, text: str) -> None:
    """A captured header is the text that its sender meant, as the id is."""
    head = b"x-tenant: %s\r\nx-request-id: %s\r\n" % (value, value)
    sent, _ = lines(exchange(request(head), response()))
    assert (sent.attributes["xtenant"], sent.request_id) == (text, text)


@pytest.mark.parametrize("before", [b"", b"\r\n"])
@pytest.mark.parametrize("target", [bytes([byte]) for byte in range(0x80, 0x100, 9)])
def test_targets_of_any_bytes_are_logged(target: bytes, before: bytes) -> None:
    """What is not ASCII is escaped in the line, and passes as it came."""
    line = before + b"POST /%s?a=%s HTTP/1.1" % (target, target)
    agent = exchange(request(b"x-tenant: \xe9\r\n", b'["\xc3\xa9"]', line=line), response())
    sent, _ = lines(agent)
    escaped = f"%{target[0]:02X}"
    assert sent.attributes["path"] == f"/{escaped}?a={escaped}"
    assert (sent.attributes["xtenant"], sent.data) == ("\xe9", b'["\xc3\xa9"]')


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (
            b"/score?a=1&sig=abc%2B&access_token=t&api-key=k&code=c&b=2",
            "/score?a=1&sig=***&access_token=***&api-key=***&code=***&b=2",
        ),
        (
            b"/score?s%69g=abc&API%5FKEY=k&jwt=x&auth=x&pwd=x",
            "/score?s%69g=***&API%5FKEY=***&jwt=***&auth=***&pwd=***",
        ),
        (b"/score;jsessionid=abc", "/score;jsessionid=***"),
        (b"http://user:abc@host/score?a=1", "http://host/score?a=1"),
        (b"http://user:a@b@host/score", "http://host/score"),
        (b"/score@v2?mail=a@b", "/score@v2?mail=a@b"),
    ],
)
def test_secrets_in_the_path_are_left_out(target: bytes, shown: str) -> None:
    """A signature, key or password in the target is in no line, however its name is written."""
    sent, _ = lines(exchange(request(line=b"POST %s HTTP/1.1" % target), response()))
    assert sent.attributes["path"] == shown


@pytest.mark.parametrize(
    ("body", "content_type", "is_binary"),
    [
        ("☃".encode() * 2 * MIB, "", False),
        ("☃".encode() * 2 * MIB + b"\xe2", "", True),
        (b"\xe9" * 5 * MIB, "text/plain; charset=latin-1", False),
        (b"a" * 5 * MIB + b"\x00", "text/plain", True),
    ],
)
def test_large_texts_are_told_from_bytes(body: bytes, content_type: str, is_binary: bool) -> None:
    """As small ones are, also where a character is cut by a piece."""
    found = body_of(body, content_type, says_length=True)
    assert (found.raw, found.is_binary) == (body, is_binary)


ODD_BODIES = [
    b"abcde",
    b"ab",
    b"\xff\xfe",
    b"\xff\xfea",
    b"\xff\xfe\x00\xd8",
    b"\x81\x8d",
    b"a" * 70001,
]
CHARSETS = ("utf-8", "us-ascii", "latin1", "windows-1252", "utf-16", "UTF-16", "utf-7", "x" * 300)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("body", ODD_BODIES)
def test_whatever_a_client_says_of_its_text_is_a_line_or_a_file(charset: str, body: bytes) -> None:
    """A charset that the body is not in loses nothing, whether it is checked whole or in pieces."""
    for content in (body, body + b" " * 5 * MIB):
        found = body_of(content, f"text/plain; charset={charset}", True)
        if found.raw is None:
            assert isinstance(json.loads(found.data), str)
        else:
            assert found.raw == content


def test_a_fault_in_one_line_loses_that_line_alone() -> None:
    """An error that nobody expected is counted, lets go of the copies, and ends nothing."""

    def looks(body: bytes) -> bool:
        if b"odd" in body:
            raise RuntimeError("unexpected")
        return True

    store, counts, memory = ListStore(), AgentCounts(), CopyMemory(MIB)
    keeper = Keeper(DEPLOYMENT, PayloadSettings(), store, memory, counts, looks)
    for body in (b'["odd"]', b"[1]"):
        exchange = Exchange(memory)
        exchange.response = Message(memory)
        exchange.status = 200
        exchange.request.add(body, MIB)
        exchange.response.add(b"[2]", MIB)
        kept = keeper.wants(exchange)
        assert kept is not None
        keeper.store(exchange, keeper.events(exchange, kept))
    assert [event.data for event in store.of("request")] == [b"[1]"]
    assert [event.data for event in store.of("response")] == [b"[2]", b"[2]"]
    assert counts.read().lost == {("request", "fault"): 1}
    assert memory.held == 0
