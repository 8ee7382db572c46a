"""Work that threads do before its results are needed: in order, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ..cores import usable_cores

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
# Each holds some MB, and what takes them keeps up with no more.
_MOST = 3


def most_ahead() -> int:
    """Return how many items are worth to be worked on at once; one means none ahead."""
    return min(_MOST, usable_cores())


def map_ahead(
    items: Iterable[_Item], make: Callable[[_Item], _Result], ahead: int, threads: int = _MOST
) -> Generator[_Result, None, None]:
    """Yield what is made of items, in their order, as if each were made when it is asked for.

    What fails, be it an item or what is made of it, is raised in its turn.

    Args:
        items: are taken here.
        make: called in other threads, unless only one item is worked on.
        ahead: how many are worked on at once, or wait to be taken.
        threads: at most; with one, items are made one after the other.
    """
    if ahead < 2:
        yield from map(make, items)
        return
    left = iter(items)
    is_open = True
    waiting: deque[Future[_Result]] = deque()
    pool = ThreadPoolExecutor(min(ahead, threads), thread_name_prefix="mdc-bridge-read")
    try:
        while is_open or waiting:
            if is_open and len(waiting) < ahead:
                try:
                    waiting.append(pool.submit(make, next(left)))
                except StopIteration:
                    is_open = False
                except Exception as error:  # noqa: BLE001  raised in its turn
                    failed: Future[_Result] = Future()
                    failed.set_exception(error)
                    waiting.append(failed)
                    is_open = False
            else:
                yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
