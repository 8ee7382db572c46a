"""The cases, in processes whose instructions are counted from outside.

`python -m benchmarks.instructions.cases FOLDER`

All is imported once, and each case forks twice: one child runs it a few times, the other many
times more. Both begin alike, so their difference is what the calls between took. Printed is a
line of JSON for each child: case, how many times, process id.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import uuid
from functools import partial
from typing import Any, Callable

from ..frames import FRAMES, MAKERS
from ..sdks import Sdk
from .counts import REFERENCE

# Of the first child; the second runs so many more times.
_FEW = 20
_CELLS = 20_000
_LEAST, _MOST = 5, 400
# Events that the writer encodes together.
_BATCH = 16
_TIME_US = 1_700_000_000_000_000

Case = Callable[[], Any]


def cases() -> dict[str, tuple[Case, int]]:
    """Return what can be run, by name, and the cells of one call."""
    sdk = Sdk()
    modern, legacy = sdk.collector(), sdk.legacy_collector()
    made = {data: make() for data, make in MAKERS.items()}
    waiting: queue.Queue[Any] = queue.Queue()

    def simplest() -> None:
        waiting.put_nowait((made["num 1x23"].copy(deep=False), str(uuid.uuid4())))
        waiting.get_nowait()

    found: dict[str, tuple[Case, int]] = {REFERENCE: (simplest, 23)}
    for data in FRAMES:
        found[f"collect {data}"] = (partial(modern, made[data]), 23)
    for data in ("array 1x23", "num 1x23"):
        found[f"dual collect {data}"] = (partial(legacy, made[data]), 23)
    for data in FRAMES:
        found[f"encode {data}, {_BATCH} together"] = (
            _encoder(made[data]),
            _BATCH * made[data].size,
        )
        found[f"write {data}, {_BATCH} together"] = (_writer(data), _BATCH * made[data].size)
    return found


def _encoder(frame: Any) -> Case:
    from mdc_core.data.snapshot import snapshot_frame
    from mdc_core.data.table import table_of_frame
    from mdc_core.encoding.jsonl import encode_tables

    tables = [table_of_frame(snapshot_frame(frame)[0])] * _BATCH
    return lambda: encode_tables(tables)


def _writer(data: str) -> Case:
    from mdc_core.data.events import Event, Stream
    from mdc_core.data.receipts import Receipts
    from mdc_core.data.snapshot import snapshot_frame
    from mdc_core.destinations.memory import MemoryDestination
    from mdc_core.transport.batches import BatchEncoder
    from mdc_core.transport.counters import Counters

    stream = Stream("endpoint", "deployment", "model_inputs", "a/b/c")
    frames = [MAKERS[data]() for _ in range(_BATCH)]
    events = [
        # At a whole second, as the contexts of `Collector` have them.
        Event(snapshot_frame(frame)[0], 0, _TIME_US, str(uuid.uuid4()), "1", stream)
        for frame in frames
    ]
    encoder = BatchEncoder(MemoryDestination(), None)
    counters = Counters()
    receipts = Receipts(counters.add_delivered, counters.add_dropped)

    def fail(_event: Event, error: BaseException) -> None:
        raise error

    def write() -> None:
        for share in [
            share
            for portion in encoder.encode(events[:], fail).portions(receipts)[0]
            for share in portion.shares
        ]:
            share.arrive()

    return write


def main() -> None:
    """Run all cases."""
    os.environ.update(
        MDC_STORAGE=sys.argv[1],
        MDC_BRIDGE_MODE="dual",
        # No thread of the writer's, whose turns depend on the clock.
        AZUREML_MDC_WORKER_DISABLED="true",
    )
    found = cases()
    gc.collect()
    gc.freeze()  # how often all of pandas is looked through depends on what was made before
    for name, (case, cells) in found.items():
        many = _FEW + max(_LEAST, min(_MOST, _CELLS // cells))
        for count in (_FEW, many):
            child = os.fork()
            if not child:
                for _ in range(count):
                    case()
                os._exit(0)  # without what a process does at its end
            os.waitpid(child, 0)
            print(json.dumps([name, count, child]), flush=True)


if __name__ == "__main__":
    main()
