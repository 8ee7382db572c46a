"""Kills collecting processes at random moments and checks what each left: `killing.py KILLS`.

Children are forked before the first collector is made, so each starts as a fresh process would,
without its imports. Prints a JSON object with what was seen.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

import numpy

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.destinations import FolderDestination

# Megabytes in one append, so that many kills hit the middle of one.
ROWS = 30
TEXT = 'a "quoted"\nline, ' * 2000
QUOTED_OR_END = re.compile(rb'"[^"]*"?|\n')


def collect_until_killed(worker: int, acknowledged: int) -> None:
    """Collect without end; a number goes to the pipe when everything up to it was flushed."""
    collector = ModelDataCollector("model", designation="inputs", feature_names=["n", "text"])
    number = 0
    while True:
        for _ in range(ROWS):
            collector.collect(numpy.array([[worker * 1_000_000 + number, TEXT]], dtype=object))
            number += 1
        mdc_core.flush()
        os.write(acknowledged, b"%d\n" % number)


def kill_one(worker: int) -> int:
    """Fork a child, kill it after a random time; return how many events it had flushed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            collect_until_killed(worker, writer)
        finally:
            os._exit(1)
    os.close(writer)
    flushed = os.read(reader, 100)  # it is at work
    time.sleep(random.random() * 0.04)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for chunk in iter(lambda: os.read(reader, 65536), b""):
        flushed += chunk
    os.close(reader)
    return int(flushed.split(b"\n")[-2])


def whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def whole_rows(content: bytes) -> bytes:
    """Return the rows up to the last line feed outside quotes."""
    ends = [match.end() for match in QUOTED_OR_END.finditer(content) if match.group() == b"\n"]
    return content[: ends[-1] if ends else 0]


def check(root: Path) -> tuple[int, int]:
    """Start on the folder; return how many fragments were there and how many were counted."""
    before = {path: path.read_bytes() for path in root.rglob("model*/**/*") if path.is_file()}
    whole = {
        path: (whole_rows if path.suffix == ".csv" else whole_lines)(content)
        for path, content in before.items()
    }
    destination = FolderDestination(root)
    repaired = destination.recover()
    for path in whole:
        if path.suffix == ".csv":
            repaired += destination.append_rows(str(path.relative_to(root)), b"n,text\r\n", b"")
    for path, content in whole.items():
        assert path.read_bytes() == content, path
    return sum(before[path] != whole[path] for path in before), repaired


def main() -> None:
    root = Path(os.environ["MDC_STORAGE"])
    torn = counted = 0
    flushed = []
    for worker in range(int(sys.argv[1])):
        # A few in a row share a folder: each starts on what the one before left.
        folder = root / str(worker // 5)
        os.environ["MDC_STORAGE"] = str(folder)
        flushed.append(kill_one(worker))
        seen, repaired = check(folder)
        torn += seen
        counted += repaired
    sys.stdout.write(json.dumps({"flushed": flushed, "torn": torn, "counted": counted}))


main()
