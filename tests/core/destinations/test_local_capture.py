"""Local capture: one log line for each event, in the form of the new SDK."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from mdc_core.destinations import LocalCaptureDestination

LINE = (
    b'{"time":"2022-12-01T08:51:30Z","type":"azureml.inference.model_inputs",'
    b'"correlationid":"id-1","data":[{"a":1,"b":"\xc3\xa4"}]}\n'
)
FORM = '2022-12-01 08:51:30 | model_inputs | id-1 | [{"a":1,"b":"\u00e4"}]'


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The logger of local capture, as it is before anything configured it."""
    logger = logging.getLogger("local.capture")
    before = (logger.handlers[:], logger.propagate, logger.level)
    logger.handlers[:], logger.propagate = [], True
    logger.setLevel(logging.NOTSET)
    yield logger
    logger.handlers[:], logger.propagate = before[:2]
    logger.setLevel(before[2])


def test_each_line_is_logged(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """Time, collection, correlation id and rows, one log line for each."""
    LocalCaptureDestination().append_lines("folder", LINE + LINE)
    assert [record.getMessage() for record in caplog.records] == [FORM, FORM]
    assert {record.name for record in caplog.records} == {"local.capture"}


def test_an_application_without_logging_sees_them_on_stdout(
    logger: logging.Logger,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The user asked to see the lines, so they appear where nobody configured logging."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    LocalCaptureDestination().append_lines("folder", LINE)
    assert logger.handlers[0].stream is sys.stdout  # type: ignore[attr-defined]
    assert capsys.readouterr().out.endswith(f"| local.capture | INFO | {FORM}\n")


def test_a_second_capture_does_not_log_twice(
    logger: logging.Logger,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many collectors there are, each event is one line."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    LocalCaptureDestination()
    LocalCaptureDestination().append_lines("folder", LINE)
    assert capsys.readouterr().out.count("id-1") == 1


def test_a_large_event_is_named_not_shown(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    """The data of an event over 4 MB are not logged, their size is."""
    capture = LocalCaptureDestination()
    raw = capture.put_raw("folder", [b"x" * 10, b"y" * 5])
    assert raw.size == 15
    line = LINE.replace(b'"data":[{"a":1,"b":"\xc3\xa4"}]', f'"dataref":"{raw.url}"'.encode())
    capture.append_lines("folder", line)
    assert caplog.records[0].getMessage().endswith('| "not kept: 15 bytes of data"')


def test_rows_are_refused() -> None:
    """Local capture is the new SDK's; the old one's CSV needs a place."""
    with pytest.raises(OSError, match="no CSV"):
        LocalCaptureDestination().append_rows("path", b"", b"")
