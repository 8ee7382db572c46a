"""Collects events of each kind that cannot be written, and prints what the process holds of them.

Arguments: events of each kind, a folder. Prints a line of JSON: by kind, the bytes by which the
process has grown, and those by which the queue has, for each event.
"""

from __future__ import annotations

import decimal
import gc
import json
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Dict

import numpy
import pandas

_SHARED = pandas.CategoricalDtype([f"v{each}" for each in range(500)])


class _Object:
    def __init__(self, number: int) -> None:
        self.text = f"{number}" * 60
        self.numbers = [number] * 9


class _Slotted:
    __slots__ = ("text",)

    def __init__(self, number: int) -> None:
        self.text = f"{number}" * 60


def _large_text_column() -> pandas.DataFrame:
    return pandas.DataFrame({"a": [f"{each:0100d}" for each in range(300)]})


FRAMES: Dict[str, Callable[[int], Any]] = {
    "23 numbers": lambda k: pandas.DataFrame(numpy.arange(23.0)[None] + k),
    "23 named numbers": lambda k: pandas.DataFrame({f"feature_{n}": [1.0 * k] for n in range(23)}),
    "1 number": lambda k: pandas.DataFrame({"a": [k]}),
    "number and text": lambda k: pandas.DataFrame({"a": [k], "b": [f"t{k}"]}),
    "three types": lambda k: pandas.DataFrame({"a": [k], "b": [1.0], "c": [True]}),
    "texts": lambda k: pandas.DataFrame({"a": [f"é{k}" * 30] * 20}),
    "wide unicode": lambda k: pandas.DataFrame({"a": pandas.Series([f"\U0001f600{k}" * 30] * 9)}),
    "part of texts": lambda k: _large_text_column().iloc[k % 9 : k % 9 + 1],
    "categories": lambda k: pandas.DataFrame(
        {"a": pandas.Categorical([f"v{n}" for n in range(200)])}
    ),
    "five categories": lambda k: pandas.DataFrame(
        {f"c{i}": pandas.Categorical([f"v{n + i}" for n in range(10)]) for i in range(5)}
    ),
    "long categories": lambda k: pandas.DataFrame({"a": pandas.Categorical([f"{k}" * 300, "b"])}),
    "shared categories": lambda k: pandas.DataFrame({"a": pandas.array(["v3"], dtype=_SHARED)}),
    "number categories": lambda k: pandas.DataFrame({"a": pandas.Categorical(range(k, k + 200))}),
    "levels": lambda k: pandas.DataFrame(
        [[1, 2, 3.0]], columns=pandas.MultiIndex.from_tuples([("a", "b"), ("a", "c"), ("d", "e")])
    ),
    "moments": lambda k: pandas.DataFrame({"a": pandas.to_datetime(["2020-01-01"]), "b": [k]}),
    "zones": lambda k: pandas.DataFrame({"a": pandas.date_range("2020", periods=3, tz="UTC")}),
    "periods": lambda k: pandas.DataFrame({"a": pandas.period_range("2020", periods=3, freq="D")}),
    "nullable": lambda k: pandas.DataFrame(
        {"a": pandas.array([k], dtype="Int64"), "b": pandas.array([True], dtype="boolean")}
    ),
    "decimals": lambda k: pandas.DataFrame({"a": [decimal.Decimal(k)] * 10}),
    "long integers": lambda k: pandas.DataFrame({"a": pandas.Series([10**2000 + k], dtype=object)}),
    "lists": lambda k: pandas.DataFrame({"a": [[list(range(k, k + 50))] * 3]}),
    "dicts": lambda k: pandas.DataFrame({"a": [{"x": k, "y": {k}, "z": f"t{k}"}]}),
    "objects": lambda k: pandas.DataFrame({"a": [_Object(k)]}),
    "slotted objects": lambda k: pandas.DataFrame({"a": [_Slotted(k)] * 3}),
    "classes": lambda k: pandas.DataFrame({"a": [type("Made", (), {})() for _ in range(3)]}),
}
OTHERS: Dict[str, Callable[[int], Any]] = {
    "an array": lambda k: numpy.array([k]),
    "a text array": lambda k: numpy.array([[f"é{k}"] * 10]),
    "a list": lambda k: [k * 1.5] * 20,
    "an object array": lambda k: numpy.array([[{"a": [k] * 5, "b": {"c": k}}] * 5], dtype=object),
    "a legacy frame": lambda k: pandas.DataFrame({"a": [k], "b": [f"t{k}"]}),
}


def main(events: int) -> None:
    """Fill the queue with one kind after the other; nothing leaves it."""
    warnings.simplefilter("ignore")
    import mdc_core
    from azureml.ai.monitoring import Collector
    from azureml.monitoring import ModelDataCollector
    from mdc_core.transport.event_queue import EventQueue

    collector = Collector(name="model_inputs")
    legacy = ModelDataCollector("m", designation="inputs", feature_names=["a"])
    collector.collect(FRAMES["1 number"](0))
    legacy.collect(OTHERS["a list"](0))
    assert not any(counts.written for counts in mdc_core.counts())
    queues = [each for each in gc.get_objects() if isinstance(each, EventQueue)]

    def counted() -> int:
        return sum(each._added_bytes - each._taken_bytes + each._held_bytes for each in queues)

    measured = {}
    for name, make in {**FRAMES, **OTHERS}.items():
        collect = legacy.collect if name in OTHERS else collector.collect
        for number in range(16):
            collect(make(number))
        gc.collect()
        held, estimate = _resident_bytes(), counted()
        for number in range(events):
            collect(make(1000 + number))
        gc.collect()
        grown = _resident_bytes() - held
        measured[name] = [grown / events, (counted() - estimate) / events]
    assert not any(counts.written or counts.dropped for counts in mdc_core.counts())
    sys.stdout.write(json.dumps(measured) + "\n")
    sys.stdout.flush()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    root = Path(sys.argv[2])
    (root / "file").write_bytes(b"")
    os.environ.update(
        MDC_STORAGE=str(root / "file" / "folder"),  # where no folder can be
        MDC_BRIDGE_MODE="dual",
        MDC_QUEUE_BYTES=str(1 << 40),
        AZUREML_MDC_QUEUE_CAPACITY="10000000",
    )
    main(int(sys.argv[1]))
    os.kill(os.getpid(), signal.SIGKILL)  # nothing of it is to be written now
