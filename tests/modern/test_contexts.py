"""Correlation contexts: what they answer, and what they put into a line."""

from __future__ import annotations

import re
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import (
    BasicCorrelationContext,
    CorrelationContext,
    get_context,
    get_context_wrapper,
)
from mdc_core.errors import ContextError
from mdc_core.testing import collecting

FRAME = pd.DataFrame({"a": [1]})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _line(context: Any) -> dict[str, Any]:
    with collecting("modern") as collected:
        Collector(name="model_inputs").collect(FRAME, context)
    (line,) = collected.lines("model_inputs")
    return line


def test_the_base_correlates_nothing() -> None:
    """`CorrelationContext` answers with an empty id, on the class and on an instance."""
    assert CorrelationContext.get_id() == ""
    assert (CorrelationContext().get_id(), str(CorrelationContext())) == ("", "")


@pytest.mark.parametrize("identifier", [None, ""])
def test_a_falsy_id_becomes_a_uuid4(identifier: Any) -> None:
    """A context without an id has a new one each time."""
    first, second = BasicCorrelationContext(identifier), BasicCorrelationContext(identifier)
    assert UUID.fullmatch(first.get_id())
    assert first.get_id() != second.get_id()
    assert str(first) == first.get_id()


def test_timestamp_is_integer_seconds() -> None:
    """Now when it is not given, and what was given otherwise."""
    before = int(time.time())
    timestamp = BasicCorrelationContext().get_timestamp()
    assert isinstance(timestamp, int)
    assert before <= timestamp <= time.time()
    assert BasicCorrelationContext(timestamp=5).get_timestamp() == 5


def test_headers_are_what_was_given() -> None:
    """An empty dict when nothing was."""
    assert BasicCorrelationContext().get_headers() == {}
    assert BasicCorrelationContext(headers={"x-tenant": "a"}).get_headers() == {"x-tenant": "a"}


def test_get_context_is_a_new_basic_one() -> None:
    """Each call makes another."""
    assert isinstance(get_context(), BasicCorrelationContext)
    assert get_context().get_id() != get_context().get_id()


def test_a_wrapper_of_a_bare_context() -> None:
    """What the wrapped context does not answer, the wrapper answers with now and nothing."""
    wrapper: Any = get_context_wrapper(CorrelationContext(), False, "why")
    assert (wrapper.is_success(), wrapper.get_message()) == (False, "why")
    assert wrapper.get_id() == ""
    assert abs(wrapper.get_timestamp() - time.time()) < 60
    assert wrapper.get_headers() == {}


def test_the_id_is_in_the_line() -> None:
    """`correlationid` and `xrequestid` are the context's id."""
    line = _line(BasicCorrelationContext(id="test"))
    assert (line["correlationid"], line["xrequestid"]) == ("test", "test")


def test_without_a_context_there_is_a_new_one() -> None:
    """The returned context has the id of the line."""
    with collecting("modern") as collected:
        context = Collector(name="model_inputs").collect(FRAME)
    (line,) = collected.lines("model_inputs")
    assert UUID.fullmatch(context.get_id())
    assert line["correlationid"] == context.get_id()


@pytest.mark.parametrize(
    "timestamp",
    [
        1_669_884_690,
        1_669_884_690.0,
        np.int64(1_669_884_690),
        np.int32(1_669_884_690),
        "1669884690",
    ],
    ids=lambda timestamp: type(timestamp).__name__,
)
def test_the_timestamp_is_the_time_of_the_line(timestamp: Any) -> None:
    """Seconds of any type of number are the same time."""
    assert _line(BasicCorrelationContext(timestamp=timestamp))["time"] == "2022-12-01T08:51:30Z"


@pytest.mark.parametrize(
    "timestamp",
    [
        *("yesterday", float("nan"), [1], float("inf"), 10**400, "9" * 5000, 10**5000),
        *(1_796_000_000_123, 1_796_000_000_123_456, 253_402_300_800, -62_135_596_801),
    ],
    ids=lambda timestamp: ascii(timestamp)[:20] if not isinstance(timestamp, int) else "number",
)
def test_a_timestamp_that_is_none_is_an_error(timestamp: Any) -> None:
    """Text, milliseconds, what no calendar has: `on_error` gets it, nothing is lost later."""
    told: list[Exception] = []
    with collecting("modern") as collected:
        collector = Collector(name="c", on_error=told.append)
        collector.collect(FRAME, BasicCorrelationContext(timestamp=timestamp))
        collector.collect(FRAME)
        (counts,) = mdc_core.counts()
    assert [type(error) for error in told] == [ContextError]
    assert "valid: seconds since the epoch" in str(told[0])
    assert len(str(told[0])) < 250
    assert counts.dropped == {"bad_context": 1}
    assert len(collected.lines("c")) == 1


@pytest.mark.parametrize(
    ("timestamp", "time"),
    [
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        ("1669884690", "2022-12-01T08:51:30Z"),
    ],
)
def test_every_second_of_the_calendar_is_a_time(timestamp: Any, time: str) -> None:
    """From the first one to the last."""
    assert _line(BasicCorrelationContext(timestamp=timestamp))["time"] == time


def test_headers_without_a_text_are_an_error() -> None:
    """They are read when the frame is collected, so that `on_error` hears of them."""

    class Mute:
        def __str__(self) -> str:
            raise ValueError("no text")

    told: list[Exception] = []
    with collecting("modern"):
        collector = Collector(name="c", on_error=told.append)
        collector.collect(FRAME, BasicCorrelationContext(headers={"x": Mute()}))
    assert [str(error) for error in told] == ["no text"]


def test_headers_are_attributes_of_the_line() -> None:
    """Names as CloudEvents allows them; none replaces a field that the line has."""
    line = _line(
        BasicCorrelationContext(headers={"X-Tenant": "a", "n": 5, "data": "no", "id": "no"})
    )
    assert (line["xtenant"], line["n"]) == ("a", "5")
    assert line["data"] == [{"a": 1}]
    assert line["id"] != "no"


class _Minimal:
    def get_id(self) -> str:
        return "from a framework"


class _Full(CorrelationContext):
    def __init__(self) -> None:
        self.asked = 0

    def get_id(self) -> str:  # type: ignore[override]
        self.asked += 1
        return "own"

    def get_timestamp(self) -> int:
        return 1_669_884_690

    def get_headers(self) -> dict[str, str]:
        return {"tenant": "t"}


def test_a_context_of_any_class_with_an_id() -> None:
    """`get_id` is enough; the time is then now."""
    line = _line(_Minimal())
    assert line["correlationid"] == "from a framework"
    assert line["time"][:4] >= "2026"


def test_a_context_of_an_own_class() -> None:
    """Its id, time and headers are asked for by the official methods."""
    line = _line(_Full())
    assert (line["correlationid"], line["tenant"]) == ("own", "t")
    assert line["time"] == "2022-12-01T08:51:30Z"


def test_a_context_that_raises_is_told() -> None:
    """An error of the context's own is the script's, by `on_error` when there is one."""

    class Broken(CorrelationContext):
        @staticmethod
        def get_id() -> str:
            raise LookupError("no id")

    told: list[Exception] = []
    context = Broken()
    with collecting("modern") as collected:
        collector = Collector(name="model_inputs", on_error=told.append)
        assert collector.collect(FRAME, context) is context
    assert [str(error) for error in told] == ["no id"]
    assert collected.files == {}
