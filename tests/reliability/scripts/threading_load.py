"""Collects from many threads with one collector: `threading_load.py KIND THREADS EVENTS FIRST`."""

from __future__ import annotations

import sys
import threading

from collecting import make_collect, ready


def main() -> None:
    kind, threads, events, first = sys.argv[1], *map(int, sys.argv[2:])
    collect = make_collect(kind)
    ready()
    together = threading.Barrier(threads)

    def work(at: int) -> None:
        together.wait()
        for number in range(events):
            collect(first + at * events + number)

    workers = [threading.Thread(target=work, args=(at,)) for at in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


main()
