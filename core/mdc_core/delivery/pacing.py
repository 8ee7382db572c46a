"""When what waits may be tried again: each file at its own pace, the destination at its own.

A file that fails while others are delivered waits longer and longer, and holds up nothing else.
Where all that is tried fails, the destination does; two files are asked before that is believed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Dict, Optional, Set

from .errors import BusyError, DeliveryError, RefusedError

# The destination's pause after a failure that lasts until somebody acts.
LASTING_PAUSE = 30.0
FIRST_FILE_PAUSE = 1.0
LONGEST_FILE_PAUSE = 60.0
# Another writer's turn is shorter; a lease that is held for longer is not given back.
TURN_SECONDS = 6.0
# A file waits so many times as long as its last try took: one that hangs takes little time.
_PAUSE_FOR_TIME = 10.0
# Failures of a busy service that one file may meet by chance.
_CHANCES = 2
# Files that have to fail before nothing else is tried.
WITNESSES = 2


class Backoff:
    """Pauses between tries: doubling, jittered, never shorter than the destination asks for.

    Args:
        first: seconds of the first pause, before jitter.
        longest: seconds of the longest pause, unless the destination asks for more.
        jitter: returns a number from 0 to 1.
    """

    def __init__(
        self,
        first: float = 0.25,
        longest: float = 8.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._failures = 0

    def next(self, retry_after: Optional[float] = None) -> float:
        """Return the seconds to wait after one more failure.

        Args:
            retry_after: seconds that the destination asks for.
        """
        pause: float = min(self._longest, self._first * 2.0**self._failures)
        self._failures = min(self._failures + 1, 32)
        # Half is fixed and half random: replicas that failed together do not come back together.
        jittered = pause / 2 * (1 + self._jitter())
        return max(jittered, retry_after or 0.0)

    def reset(self) -> None:
        """A try has succeeded."""
        self._failures = 0


@dataclass
class Holdup:
    """A file that cannot be delivered while others can.

    Attributes:
        since: monotonic seconds of the first failure.
        due: when it is tried again.
        error: the last one.
        failures: in a row.
        is_logged: a message says so.
    """

    since: float
    due: float
    error: DeliveryError
    failures: int = 0
    is_logged: bool = False

    def is_certain(self, now: float) -> bool:
        """Return whether it is more than another writer's turn, or a moment of a busy service."""
        if isinstance(self.error, BusyError):
            return now - self.since >= TURN_SECONDS
        return isinstance(self.error, RefusedError) or self.failures > _CHANCES


class Pacing:
    """The pauses of a destination and of its files; used by the delivery thread alone.

    Args:
        clock: monotonic seconds.
        backoff: of the destination.

    Attributes:
        holdups: files with a pause of their own, by path.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, backoff: Optional[Backoff] = None
    ) -> None:
        self.holdups: Dict[str, Holdup] = {}
        self._clock = clock
        self._backoff = backoff or Backoff()
        # The destination is paused until then, by the failures of these files.
        self._resumes = 0.0
        self._witnesses: Dict[str, DeliveryError] = {}
        self._pause_was_requested = False
        # Files whose failures came with a Retry-After.
        self._requested_pause: Set[str] = set()

    @property
    def is_paused(self) -> bool:
        """Whether nothing at all may be tried now."""
        certain = self._pause_was_requested or len(self._witnesses) >= WITNESSES
        return certain and self._clock() < self._resumes

    def keep(self, paths: Collection[str]) -> None:
        """Forget all files but these."""
        self._requested_pause.intersection_update(paths)
        for path in self.holdups.keys() - set(paths):
            del self.holdups[path]

    def due(self, paths: Collection[str]) -> list[str]:
        """Return what may be tried now: first what has not failed, then what waits longest."""
        if self.is_paused:
            return []
        now = self._clock()
        if now >= self._resumes:
            self._pause_was_requested = False
            self._witnesses.clear()
        held = self._witnesses if now < self._resumes else {}
        fit = [path for path in paths if path not in self.holdups and path not in held]
        fit.sort(key=self._requested_pause.__contains__)
        late = [path for path in self.holdups if path in paths and self.holdups[path].due <= now]
        return fit + sorted(late, key=lambda path: self.holdups[path].due)

    def pause(self, interval: float) -> float:
        """Return the seconds until something may be due again, when all that is now was tried."""
        now = self._clock()
        if self.is_paused:
            return self._resumes - now
        ends = [self._resumes, *(each.due for each in self.holdups.values())]
        return min([interval, *(end - now for end in ends if end > now)])

    def is_hopeless(self, path: str, now: float) -> bool:
        """Return whether a file is not likely to be taken soon."""
        if now < self._resumes and path in self._witnesses:
            return True
        holdup = self.holdups.get(path)
        return holdup is not None and (
            not isinstance(holdup.error, BusyError) or holdup.is_certain(now)
        )

    def certain(self) -> Set[str]:
        """Return the files that are held up by more than chance."""
        now = self._clock()
        return {path for path, each in self.holdups.items() if each.is_certain(now)}

    def is_own(self, path: str, error: DeliveryError, others_work: bool) -> bool:
        """Return whether a failure is to be held against the file, and not the destination.

        Args:
            path: of the file.
            error: its failure.
            others_work: files were delivered in this round.
        """
        known = self.holdups.get(path)
        if isinstance(error, RefusedError) or (known and not isinstance(known.error, BusyError)):
            return True
        return others_work and (error.retry_after is None or path in self._requested_pause)

    def hold_up(self, path: str, error: DeliveryError, took: float = 0.0) -> Holdup:
        """Try a file later, the more so the longer it fails.

        Args:
            path: of the file.
            error: its failure.
            took: seconds of the try.
        """
        now = self._clock()
        holdup = self.holdups.get(path)
        if holdup is None:
            holdup = self.holdups[path] = Holdup(now, now, error)
        holdup.error = error
        holdup.failures += 1
        time_of_others = took * _PAUSE_FOR_TIME
        if not isinstance(error, BusyError):
            pause = FIRST_FILE_PAUSE * 2.0 ** min(holdup.failures - 1, 32)
        elif holdup.is_certain(now):
            pause = (now - holdup.since) / 10
        else:
            pause = 0.0
            # The try that makes it certain, and known to the operator, is not put off.
            time_of_others = min(time_of_others, holdup.since + TURN_SECONDS - now)
        pause = max(min(pause, LONGEST_FILE_PAUSE), time_of_others, error.retry_after or 0.0)
        holdup.due = now + pause
        return holdup

    def suspend(self, path: str, error: DeliveryError) -> None:
        """Pause the destination, with which a file has failed and no other works."""
        now = self._clock()
        if self._resumes <= now:
            pause = self._backoff.next()
            self._resumes = now + (max(pause, LASTING_PAUSE) if error.lasting else pause)
        self._witnesses[path] = error
        if error.retry_after is not None:
            self._pause_was_requested = True
            self._requested_pause.add(path)
            self._resumes = max(self._resumes, now + error.retry_after)

    def answers(self, path: str) -> None:
        """The destination has worked for a file: what failed before failed by itself."""
        self._backoff.reset()
        self._resumes, self._pause_was_requested = 0.0, False
        witnesses, self._witnesses = self._witnesses, {}
        for each, error in witnesses.items():
            if each != path:
                self.hold_up(each, error)

    def goes_on(self, path: str) -> Optional[Holdup]:
        """Something of a file was taken; return what held it up until now."""
        self._requested_pause.discard(path)
        holdup = self.holdups.pop(path, None)
        if holdup is not None:
            # A permission that was granted, most likely, concerns more than one file.
            for other in self.holdups.values():
                if str(other.error) == str(holdup.error):
                    other.due = self._clock()
        return holdup
