"""What headers say is the same for the first event of a sender and for all that follow."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_agent.receive.answers import RefusedRequestError
from mdc_agent.receive.wire_event import WireHead, read_head

_NAMES = [
    b"Host",
    b"authorization",
    b"Authorization",
    b"ce-agent",
    b"CE-Type",
    b"ce-time",
    b"ce-collect-data-type",
    b"ce-model-version",
    b"ce-x-request-id",
    b"ce-x-tenant",
    b"ce-mdc-request-id",
    b"content-type",
    b"content-length",
    b"trace-id",
    b"traceparent",
]
_VALUES = st.sampled_from([b"", b"a", b"\xe9", "\u00e9".encode(), b"1700000000", b"text/plain; x"])
_HEADERS = st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=8)
_TYPE = (b"ce-type", b"azureml.inference.model_inputs")
# What an event without them gets is its own.
_IDS = [(b"trace-id", b"t"), (b"ce-time", b"1700000001")]


def _read(headers: list[tuple[bytes, bytes]]) -> Any:
    try:
        head = read_head(headers)
    except RefusedRequestError as refused:
        return refused.status, refused.reason
    return head._replace(sender=head.sender._replace(attributes=dict(head.sender.attributes)))


@given(headers=_HEADERS, others=st.lists(_HEADERS, max_size=3))
def test_what_came_before_changes_nothing(
    headers: list[tuple[bytes, bytes]], others: list[list[tuple[bytes, bytes]]]
) -> None:
    """Headers read after those of others, and after themselves, give what they gave alone."""
    named = {name.lower() for name, _ in headers}
    headers = [each for each in [_TYPE, *_IDS] if each[0] not in named] + headers
    # Without an id or a time, each reading would make one of its own.
    headers = [(name, value or b"1") for name, value in headers]
    first = _read(headers)
    for other in others:
        _read([_TYPE, *other])
    assert _read(headers) == first


@pytest.mark.parametrize(
    ("header", "field"),
    [
        (b"trace-id", "id"),
        (b"ce-x-request-id", "correlation_id"),
        (b"ce-mdc-request-id", "request_id"),
    ],
)
def test_an_events_own_headers(header: bytes, field: str) -> None:
    """Events of one sender differ in what is theirs."""
    heads: list[WireHead] = [read_head([_TYPE, (header, value)]) for value in (b"a", b"b", b"a")]
    assert [getattr(head, field) for head in heads] == ["a", "b", "a"]
    assert heads[0].sender == heads[1].sender


@pytest.mark.parametrize("name", [each for each in _NAMES if each != b"traceparent"])
def test_a_header_twice(name: bytes) -> None:
    """A header that is read stands there once, whether it is the sender's or the event's."""
    again = [(name, b"azureml.inference.x"), (name.upper(), b"azureml.inference.x")]
    if name == b"ce-x-tenant":
        assert read_head([_TYPE, *again]).sender.attributes["xtenant"] == "azureml.inference.x"
        return
    given_type = [] if name.lower() == b"ce-type" else [_TYPE]
    with pytest.raises(RefusedRequestError) as refused:
        read_head([*given_type, *again])
    assert refused.value.reason == "repeated_header"
