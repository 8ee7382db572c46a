"""What the caller's thread and the whole process pay for what is collected."""

from __future__ import annotations

from typing import Optional

from ..frames import FRAMES
from ..results.figures import Wanted
from .kinds import CALIBRATED, FEW, US, Row, Value, most, slug

_COUNTS = {"paced": 800, "flat out": 4000}
_OFFICIAL_COUNT = 1500
# In which setup each serves.
_SERVERS = {"thread": "folder", "asyncio": "folder", "gevent": "gevent"}
_WAYS = {"modern": "`Collector`", "legacy": "`ModelDataCollector`, dual"}


def call_rows() -> list[Row]:
    """Return all of them."""
    return [
        *_requests(),
        _collect("num 1x23", "paced", "p50", 0.3),
        _collect("mix 1x23", "paced", "p50", 0.6),
        _collect("num 100x23", "paced", "p99", 0.5),
        *(_collect(data, "loop", key) for key in ("p50", "p99") for data in FRAMES),
        _cpu("num 1x23", 1 / 50),
        _cpu("num 100x23", 1 / 6),
        _cpu("mix 1x23", 1 / 25),
        *_at_rest(),
        *(
            row
            for data in ("array 1x23", "array 100x23", "num 1x23", "num 100x23")
            for row in _legacy(data)
        ),
    ]


def _requests() -> list[Row]:
    request = f"request of 150 {US} that collects a pair"
    rows = []
    official = Value("official", "request_time.added", ("modern", CALIBRATED))
    for way, title in _WAYS.items():
        what = f"{request}, {title}, paced: p50 added"
        ours = Value("folder", "request_time.added", (way, CALIBRATED))
        rows.append(Row(f"request-paced-{way}", what, US, ours, "official", official, Wanted(25)))
    for server in _SERVERS:
        for pace in ("flat out",) if server == "thread" else _COUNTS:
            for way, title in _WAYS.items():
                shown = pace if server == "thread" else f"{server}, {pace}"
                what = f"{request}, {title}, {shown}: p99 of it"
                name = "flat" if server == "thread" else slug(shown.replace(",", ""))
                ours = _request(server, way, pace)
                alone = ours._replace(key="alone p99")
                rows.append(Row(f"request-{name}-{way}", what, US, ours, "none", alone, most(2)))
    what = f"{request}, {_WAYS['modern']}, flat out: p99 of it"
    ours = _request("thread", "modern", "flat out")
    arguments = ("modern", "thread", "flat out", CALIBRATED, _OFFICIAL_COUNT)
    official = ours._replace(setup="official", arguments=arguments)
    rows.append(Row("request-flat-official", what, US, ours, "official", official))
    return rows


def _request(server: str, way: str, pace: str) -> Value:
    arguments = (way, server, pace, CALIBRATED, _COUNTS[pace])
    return Value(_SERVERS[server], "request_time.request", arguments, "p99")


def _collect(data: str, pace: str, key: str, ratio: Optional[float] = None) -> Row:
    ours, official = (
        Value(setup, "collect_time.modern", (data, pace), key) for setup in ("folder", "official")
    )
    what = f"`Collector.collect` {data}, {pace}, {key}"
    wanted = None if ratio is None else most(ratio)
    return Row(f"collect-{pace}-{key}-{slug(data)}", what, US, ours, "official", official, wanted)


def _cpu(data: str, ratio: float) -> Row:
    ours, official = (
        Value(setup, "process_cpu.modern", (data,)) for setup in ("folder", "official")
    )
    what = f"CPU per event of `Collector` {data}, all delivered"
    return Row(f"cpu-{slug(data)}", what, US, ours, "official", official, most(ratio))


def _at_rest() -> list[Row]:
    data = "num 1x23"
    pauses = Value("plain", "process_cpu.paced_alone", (data,))
    ours, official = (
        Value(setup, "process_cpu.paced", (data,), less=pauses) for setup in ("folder", "official")
    )
    what = f"CPU per event of `Collector` {data} at 200 events/s"
    paced = Row("cpu-paced", what, US, ours, "official", official, most(1 / 25))
    ours, official = (Value(setup, "process_cpu.idle") for setup in ("folder", "official"))
    what = "wake-ups while nothing is collected"
    return [paced, Row("idle", what, "1/s", ours, "official", official, Wanted(0), rounds=FEW)]


def _legacy(data: str) -> list[Row]:
    peer = Value("plain", "process_cpu.to_csv", (data,))
    name = slug(data)
    rows = []
    for key in ("p50", "p99"):
        ours = Value("folder", "collect_time.legacy", (data, "paced"), key)
        what = f"`ModelDataCollector.collect` {data}, dual, paced, {key}"
        rows.append(Row(f"legacy-{key}-{name}", what, US, ours, "to_csv", peer))
    ours = Value("folder", "process_cpu.legacy", (data,))
    what = f"CPU per event of `ModelDataCollector` {data}, dual, all delivered"
    rows.append(Row(f"legacy-cpu-{name}", what, US, ours, "to_csv", peer))
    return rows
