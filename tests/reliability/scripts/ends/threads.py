"""Threads that collect until the process ends in the given way: `threads.py WAY`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import numbers_collected

THREADS = 2
EVENTS = 30


def collect_all_the_time(first: int) -> None:
    number = first
    while numbers_collected.collect(number):
        number += 1
        time.sleep(0.001)


def collect_some(first: int) -> None:
    for number in range(first, first + EVENTS):
        numbers_collected.collect(number)


def exit_in_handler(signum: int, frame: object) -> None:
    os._exit(5)


def main(way: str) -> None:
    """Collect, in daemon threads and in this one; then end, or wait to be ended."""
    numbers_collected.at("init")
    if way.endswith("handler"):
        signal.signal(signal.SIGTERM, exit_in_handler)
    for at in range(1, THREADS + 1):
        threading.Thread(target=collect_all_the_time, args=(10_000 * at,), daemon=True).start()
    others = threading.Thread(target=collect_some, args=(0,))
    others.start()
    others.join()
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    if way == "end":
        return
    if way == "exception":
        raise LookupError("the script's own")
    if way == "sys.exit":
        sys.exit(3)
    if way == "os._exit":
        os._exit(4)
    if way == "os.abort":
        os.abort()
    if way == "exec":
        os.execvp("true", ["true"])
    if way.endswith("default"):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if way == "kills itself":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(6)
    # Nothing but C until the signal: a thread's join, which signals interrupt.
    never = threading.Thread(target=threading.Event().wait, daemon=True)
    never.start()
    never.join()


if __name__ == "__main__":
    main(sys.argv[1])
