"""Ctrl-C and handlers of signals reach the script; what cells raise does not."""

from __future__ import annotations

import functools
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from mdc_core.errors import CellError
from mdc_core.interrupts import is_interrupt, of_data, shown


class WorkerEnds(BaseException):
    """What a server's handler raises."""


def _end(*_arguments: Any) -> None:
    raise WorkerEnds


class _Server:
    def end(self, *_arguments: Any) -> None:
        _end()

    __call__ = end


HANDLERS: dict[str, Callable[..., Any]] = {
    "function": _end,
    "method": _Server().end,
    "object": _Server(),
    "partial": functools.partial(_end, 1),
    "none of Python": signal.default_int_handler,
}


@pytest.fixture
def user_signal() -> Iterator[None]:
    before = signal.getsignal(signal.SIGUSR1)
    yield
    signal.signal(signal.SIGUSR1, before)


class Cell:
    """Raises what it was given when its text is asked for, or has a signal sent."""

    def __init__(self, raised: type[BaseException] | None = None) -> None:
        self.raised = raised

    def __str__(self) -> str:
        if self.raised is not None:
            raise self.raised
        os.kill(os.getpid(), signal.SIGUSR1)
        return ""


def _raised(action: Callable[[], Any]) -> BaseException:
    try:
        action()
    except BaseException as error:  # noqa: BLE001  that is what is asked
        return error
    raise AssertionError("nothing was raised")


def _in_a_thread(action: Callable[[], Any]) -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("kind", HANDLERS)
def test_what_a_handler_raises_is_an_interrupt(kind: str, user_signal: None) -> None:
    """However the handler is written, and whatever it interrupts."""
    signal.signal(signal.SIGUSR1, HANDLERS[kind])
    error = _raised(lambda: str(Cell()))
    assert isinstance(error, (WorkerEnds, KeyboardInterrupt))
    assert is_interrupt(error)
    with pytest.raises(type(error)):
        of_data(str, Cell())


@pytest.mark.parametrize("raised", [WorkerEnds, SystemExit, GeneratorExit, ValueError])
def test_what_a_cell_raises_is_none(raised: type[BaseException]) -> None:
    """In the main thread it is known by where it comes from."""
    assert not is_interrupt(_raised(lambda: str(Cell(raised))))


def test_ctrl_c_comes_to_the_main_thread_alone() -> None:
    """There it always passes; a cell of another thread may raise it as any other."""
    error = _raised(lambda: str(Cell(KeyboardInterrupt)))
    assert is_interrupt(error)
    assert not _in_a_thread(lambda: is_interrupt(error))


def test_what_the_data_raise_becomes_an_error_of_ours() -> None:
    """Exceptions stay what they are."""
    with pytest.raises(CellError, match="the data raised SystemExit"):
        of_data(str, Cell(SystemExit))
    with pytest.raises(ValueError, match=r"^$"):
        of_data(str, Cell(ValueError))
    assert of_data(str, 5) == "5"


def test_an_error_without_a_text_is_shown_all_the_same() -> None:
    """The log names at least its class."""

    class Mute(BaseException):
        def __str__(self) -> str:
            raise SystemExit

    assert shown(Mute()).startswith(f"{__name__}.")
    assert shown(ValueError("x")) == "ValueError: x"
