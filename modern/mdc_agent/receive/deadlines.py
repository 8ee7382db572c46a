"""How long the store may take for each event, watched by one timer for all."""

from __future__ import annotations

import asyncio
from collections import deque


class Deadlines:
    """Ends futures that are not done in time, by one timer; `wait_for` makes one for each.

    Args:
        seconds: that each future has.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        # Futures of one loop, the oldest first.
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    async def meet(self, future: asyncio.Future[None]) -> None:
        """Wait for a future.

        Raises:
            asyncio.TimeoutError: it was not done in time.
        """
        loop = future.get_loop()
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            waiting.popleft()
        waiting.append((loop.time() + self._seconds, future))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look, loop)
        try:
            await future
        finally:
            # Its error refers to this frame, and with it to the event.
            del future

    def close(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        waiting, now = self._waiting, loop.time()
        while waiting and (waiting[0][1].done() or waiting[0][0] <= now):
            _, future = waiting.popleft()
            if not future.done():
                future.set_exception(asyncio.TimeoutError())
        if waiting:
            self._timer = loop.call_at(waiting[0][0], self._look, loop)
