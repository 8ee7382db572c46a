"""Collects, then ends in the given way: `ending.py KIND WAY`."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import Optional

from collecting import make_collect, ready

EVENTS = 50


def say_and_stay(signum: int, frame: Optional[FrameType]) -> None:
    sys.stdout.write("HANDLER\n")


def say_and_exit(signum: int, frame: Optional[FrameType]) -> None:
    sys.stdout.write("HANDLER\n")
    sys.exit(3)


def say_and_vanish(signum: int, frame: Optional[FrameType]) -> None:
    os.write(1, b"HANDLER\n")
    os._exit(4)


HANDLERS = {
    "ignored": signal.SIG_IGN,
    "staying": say_and_stay,
    "exiting": say_and_exit,
    "vanishing": say_and_vanish,
}


def main() -> None:
    kind, way = sys.argv[1:]
    if way in HANDLERS:
        signal.signal(signal.SIGTERM, HANDLERS[way])
    collect = make_collect(kind)
    if way in ("return", "exit", "exception"):
        ready()
    for number in range(EVENTS):
        collect(number)
    if way == "exit":
        sys.exit(5)
    if way == "exception":
        raise LookupError("the script's own")
    if way != "return":
        sys.stdout.write("READY\n")
        sys.stdout.flush()
        if way in ("ignored", "staying"):
            sys.stdin.readline()
        else:
            # Naps: a signal that comes just before one is handled only behind it.
            for _ in range(1200):
                time.sleep(0.05)


main()
