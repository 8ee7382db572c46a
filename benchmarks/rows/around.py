"""What else there is to speed: encoding, conversion, rates, memory, start and end."""

from __future__ import annotations

from typing import Optional

from ..frames import FRAMES
from ..results.figures import Wanted
from .kinds import FEW, ONE, US, Row, Value, most, slug

_ORJSON = "numbers alone"
_PLACES = {"folder": "a folder", "azurite": "Azurite", "collector": "a collector"}


def other_rows() -> list[Row]:
    """Return all of them."""
    return [
        *_encodings(),
        *_conversions(),
        *_rate("burst", "folder", 15_000, 80_000),
        *_rate("burst", "azurite", 15_000, 40_000),
        *_rate("burst", "collector", 4_000),
        *_rate("steady", "folder", 100_000),
        *_rate("steady", "azurite", 50_000),
        *_memory(),
        *_starts(),
    ]


def _encodings() -> list[Row]:
    """Return what the writer takes beside its peers; of a mixture there are no numbers alone."""
    rows = []
    for data in FRAMES:
        for peer in (_ORJSON, "standard library", "to_json"):
            if peer == _ORJSON and data.startswith("mix"):
                continue
            ours, others = (
                Value("plain", "encoding.measure", (data,), key) for key in ("grouped", peer)
            )
            name = f"encoding-{slug(data)}-{slug(peer)}"
            shown = f"orjson, {peer}" if peer == _ORJSON else peer
            wanted = most(1.15) if peer == _ORJSON and "100x" in data else None
            rows.append(Row(name, f"rows as JSON, {data}, CPU", US, ours, shown, others, wanted))
    return rows


def _conversions() -> list[Row]:
    megabytes = 40
    rows = []
    for peer, shown in (("polars", "polars"), ("duckdb", "duckdb"), ("csv", "csv module")):
        ours, others = (
            Value("migration", "conversion.convert", (way, megabytes)) for way in ("migrate", peer)
        )
        what = "CSV to JSONL, one core"
        unit = "MB/CPU s"
        name = f"convert-{peer}"
        rows.append(Row(name, what, unit, ours, shown, others, more_is_better=True, rounds=FEW))
    return rows


def _rate(way: str, setup: str, count: int, least: Optional[int] = None) -> list[Row]:
    """Return a burst, which the queue holds whole, or what goes on for longer."""
    data = "num 1x23"
    ours = Value(setup, f"throughput.{way}", (data, count))
    official = Value("official", "throughput.burst", (data, 1000))
    what = f"{count:,} events {data} to {_PLACES[setup]}, {way}, none lost"
    wanted = None if least is None else Wanted(least, at_least=True)
    name = f"{way}-{setup}"
    rate, peers_rate = ours._replace(key="rate"), official._replace(key="rate")
    cpu, peers_cpu = ours._replace(key="cpu"), official._replace(key="cpu")
    return [
        Row(name, what, "events/s", rate, "official", peers_rate, wanted, True, FEW),
        Row(f"{name}-cpu", f"{what}: CPU per event", US, cpu, "official", peers_cpu, rounds=FEW),
    ]


def _memory() -> list[Row]:
    rows = []
    for data in ("num 1x23", "shared labels 1x23"):
        ours = Value("waiting", "memory.waiting", (data, 100_000))
        what = f"100,000 waiting events {data}: the process grows by"
        name = f"memory-100000-{slug(data)}"
        rows.append(Row(name, what, "MB", ours, wanted=Wanted(100), rounds=ONE))
    data = "num 1x23"
    for megabytes in (16, 64, 256):
        ours = Value("waiting", "memory.filled", (data, megabytes))
        what = f"queue full at MDC_QUEUE_BYTES of {megabytes} MB: the process grows by"
        wanted = Wanted(1.5 * megabytes)
        rows.append(Row(f"memory-{megabytes}", what, "MB", ours, wanted=wanted, rounds=FEW))
    return rows


def _starts() -> list[Row]:
    rows = []
    modern = "azureml.ai.monitoring"
    official = Value("official", "starts.import_time", (modern,), "ms")
    for face in ("azureml.monitoring", modern):
        name = f"import-{face}"
        what = f"import of `{face}` behind pandas, CPU"
        ours = Value("folder", "starts.import_time", (face,), "ms")
        rows.append(Row(name, what, "ms", ours, "official", official, Wanted(30), rounds=FEW))
        what = f"Azure packages that `{face}` loads"
        ours = ours._replace(key="azure")
        rows.append(Row(f"{name}-azure", what, "", ours, wanted=Wanted(0), rounds=FEW))
    ours, official = (Value(setup, "starts.exit_time", (1000,)) for setup in ("folder", "official"))
    alone = Value("plain", "starts.exit_time", (0,))
    what = "exit of a process behind 1,000 events"
    return [
        *rows,
        Row("exit", what, "ms", ours, "none", alone, rounds=FEW),
        Row("exit-official", what, "ms", ours, "official", official, rounds=FEW),
    ]
