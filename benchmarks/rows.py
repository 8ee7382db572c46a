"""All that `make bench` measures: the rows of the table, and the curves."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from .results.figures import Wanted

ROUNDS = 5
# Where a round takes long, or the figure hardly moves.
FEW = 3
_US = "\u00b5s"


class Value(NamedTuple):
    """One number that a worker measures.

    Attributes:
        setup: of the worker.
        subject: a function in `subjects`.
        arguments: for it; `CALIBRATED` stands for what the round before all others found.
        key: in what it returns.
        less: what is subtracted, the same without collection.
    """

    setup: str
    subject: str
    arguments: tuple[Any, ...] = ()
    key: str = "value"
    less: Optional[Value] = None


class Row(NamedTuple):
    """One row of the table; the attributes are those of its `Result`."""

    name: str
    what: str
    unit: str
    ours: Value
    peer_name: str = ""
    peer: Optional[Value] = None
    wanted: Optional[Wanted] = None
    more_is_better: bool = False
    rounds: int = ROUNDS


class Growth(NamedTuple):
    """One curve: a value for each size, which is its only argument."""

    name: str
    what: str
    unit: str
    sizes: tuple[int, ...]
    setup: str
    subject: str
    rounds: int = FEW

    def value(self, size: int) -> Value:
        """Return what is measured for a size."""
        return Value(self.setup, self.subject, (size,))


CALIBRATED = "calibrated"
CALIBRATION = Value("plain", "request_time.calibrate")
_PACED, _FLAT = "paced", "flat out"
_COUNTS = {_PACED: 400, _FLAT: 4000}
_OFFICIAL_COUNTS = {_PACED: 400, _FLAT: 1500}


def _ratio_most(bound: float) -> Wanted:
    return Wanted(bound, of_ratio=True)


def _request(setup: str, way: str, pace: str, key: str) -> Value:
    counts = _OFFICIAL_COUNTS if setup == "official" else _COUNTS
    return Value(setup, "request_time.request", (way, pace, CALIBRATED, counts[pace]), key)


def _requests() -> list[Row]:
    rows = []
    ways = (("modern", "`Collector`"), ("legacy", "`ModelDataCollector`, dual"))
    for way, title in ways:
        what = f"request of 150 {_US} that collects a pair, {title}, paced: p50 added"
        ours = _request("folder", way, _PACED, "added")
        official = _request("official", "modern", _PACED, "added")
        rows.append(Row(f"request-paced-{way}", what, _US, ours, "official", official, Wanted(25)))
    for way, title in ways:
        what = f"the same, {title}, flat out: p99 of the request"
        ours = _request("folder", way, _FLAT, "p99")
        alone = ours._replace(key="alone p99")
        rows.append(Row(f"request-flat-{way}", what, _US, ours, "none", alone, _ratio_most(2)))
    official = _request("official", "modern", _FLAT, "p99")
    what = "the same, `Collector`, flat out: p99 of the request"
    ours = _request("folder", "modern", _FLAT, "p99")
    rows.append(Row("request-flat-official", what, _US, ours, "official", official))
    return rows


def _collect(data: str, pace: str, key: str, wanted: Optional[float] = None) -> Row:
    arguments = (data, pace)
    return Row(
        f"collect-{pace}-{key}-{data}".replace(" ", "-"),
        f"`Collector.collect` {data}, {pace}, {key}",
        _US,
        Value("folder", "collect_time.modern", arguments, key),
        "official",
        Value("official", "collect_time.modern", arguments, key),
        None if wanted is None else _ratio_most(wanted),
    )


def _cpu(data: str, wanted: float) -> Row:
    return Row(
        f"cpu-{data}".replace(" ", "-"),
        f"CPU per event {data}, all delivered",
        _US,
        Value("folder", "process_cpu.modern", (data,)),
        "official",
        Value("official", "process_cpu.modern", (data,)),
        _ratio_most(1 / wanted),
    )


def _legacy(data: str) -> list[Row]:
    name = data.replace(" ", "-")
    call = ("folder", "collect_time.legacy", (data, "paced"))
    return [
        *(
            Row(
                f"legacy-{key}-{name}",
                f"`ModelDataCollector.collect` {data}, dual, paced, {key}",
                _US,
                Value(*call, key),
                "to_csv",
                Value("plain", "process_cpu.to_csv", (data,)),
            )
            for key in ("p50", "p99")
        ),
        Row(
            f"legacy-cpu-{name}",
            f"CPU per event of `ModelDataCollector` {data}, dual",
            _US,
            Value("folder", "process_cpu.legacy", (data,)),
            "to_csv",
            Value("plain", "process_cpu.to_csv", (data,)),
        ),
    ]


def _rates() -> list[Row]:
    """Return bursts, which the queue holds whole, and what goes on for longer."""

    def row(way: str, setup: str, count: int, wanted: Optional[int] = None) -> Row:
        what = f"{way} of {count:,} events 1x23 to {places[setup]}, none lost"
        arguments = ("num 1x23", count)
        ours = Value(setup, f"throughput.{way}", arguments)
        official = Value("official", "throughput.burst", ("num 1x23", 1000))
        bound = None if wanted is None else Wanted(wanted, at_least=True)
        return Row(f"{way}-{setup}", what, "events/s", ours, "official", official, bound, True, FEW)

    places = {"folder": "a folder", "azurite": "Azurite", "collector": "a collector"}
    return [
        row("burst", "folder", 15_000, 80_000),
        row("burst", "azurite", 15_000, 40_000),
        row("burst", "collector", 4_000),
        row("steady", "folder", 100_000),
        row("steady", "azurite", 50_000),
    ]


def _memory() -> list[Row]:
    rows = [
        Row(
            "memory-100000",
            "100,000 waiting events 1x23: the process grows by",
            "MB",
            Value("waiting", "memory.waiting", ("num 1x23", 100_000)),
            wanted=Wanted(100),
            rounds=FEW,
        )
    ]
    for megabytes in (16, 64, 256):
        ours = Value("waiting", "memory.filled", ("num 1x23", megabytes))
        what = f"queue full at MDC_QUEUE_BYTES of {megabytes} MB: the process grows by"
        wanted = Wanted(1.5 * megabytes)
        rows.append(Row(f"memory-{megabytes}", what, "MB", ours, wanted=wanted, rounds=FEW))
    return rows


def _starts() -> list[Row]:
    def imported(setup: str, face: str, key: str = "ms") -> Value:
        return Value(setup, "starts.import_time", (face,), key)

    rows = []
    official = imported("official", "azureml.ai.monitoring")
    for face in ("azureml.monitoring", "azureml.ai.monitoring"):
        what = f"import of `{face}` behind pandas"
        ours = imported("folder", face)
        rows.append(
            Row(f"import-{face}", what, "ms", ours, "official", official, Wanted(30), rounds=FEW)
        )
        what = f"Azure packages that `{face}` loads"
        ours = imported("folder", face, "azure")
        rows.append(Row(f"import-azure-{face}", what, "", ours, wanted=Wanted(0), rounds=FEW))
    alone = Value("plain", "starts.exit_time", (0,))
    ours = Value("folder", "starts.exit_time", (1000,), less=alone)
    peer = Value("official", "starts.exit_time", (1000,), less=alone)
    what = "exit behind 1,000 events, added"
    rows.append(Row("exit", what, "ms", ours, "official", peer, rounds=FEW))
    return rows


def _encodings() -> list[Row]:
    def way(data: str, key: str) -> Value:
        return Value("plain", "encoding.measure", (data,), key)

    rows = []
    for data, wanted in (("num 1x23", None), ("num 100x23", 1.15), ("mix 1x23", None)):
        name = data.replace(" ", "-")
        for peer in ("numbers alone", "standard library", "to_json"):
            bound = _ratio_most(wanted) if wanted and peer == "numbers alone" else None
            if peer == "numbers alone" and wanted is None:
                continue
            rows.append(
                Row(
                    f"encoding-{name}-{peer}".replace(" ", "-"),
                    f"rows as JSON, {data}, grouped",
                    _US,
                    way(data, "grouped"),
                    "orjson, numbers alone" if peer == "numbers alone" else peer,
                    way(data, peer),
                    bound,
                )
            )
    return rows


def _conversions() -> list[Row]:
    def way(name: str) -> Value:
        return Value("migration", "conversion.convert", (name, 40))

    return [
        Row(
            f"convert-{peer}",
            "CSV to JSONL, one core",
            "MB/CPU s",
            way("migrate"),
            {"csv": "csv module"}.get(peer, peer),
            way(peer),
            more_is_better=True,
            rounds=FEW,
        )
        for peer in ("polars", "duckdb", "csv")
    ]


ROWS = (
    *_requests(),
    _collect("num 1x23", "paced", "p50", 0.3),
    _collect("mix 1x23", "paced", "p50", 0.6),
    _collect("num 100x23", "paced", "p99", 0.5),
    *(_collect(data, "loop", "p50") for data in ("num 1x23", "num 100x23", "mix 1x23")),
    *(_collect(data, "loop", "p99") for data in ("num 1x23", "num 100x23", "mix 1x23")),
    _cpu("num 1x23", 50),
    _cpu("num 100x23", 6),
    _cpu("mix 1x23", 25),
    Row(
        "cpu-paced",
        "CPU per event 1x23 at 200 events/s",
        _US,
        Value("folder", "process_cpu.paced", ("num 1x23",)),
        "official",
        Value("official", "process_cpu.paced", ("num 1x23",)),
        _ratio_most(1 / 25),
    ),
    Row(
        "idle",
        "wake-ups while nothing is collected",
        "1/s",
        Value("folder", "process_cpu.idle"),
        "official",
        Value("official", "process_cpu.idle"),
        Wanted(0),
        rounds=FEW,
    ),
    *(
        row
        for data in ("array 1x23", "array 100x23", "num 1x23", "num 100x23")
        for row in _legacy(data)
    ),
    *_encodings(),
    *_conversions(),
    *_rates(),
    *_memory(),
    *_starts(),
)

GROWTHS = (
    Growth(
        "rows", "CPU by rows of an event", "ms", (1, 10, 100, 1000, 10_000), "folder", "growth.rows"
    ),
    Growth(
        "columns",
        "CPU by columns of an event",
        "ms",
        (1, 4, 16, 64, 256, 1024),
        "folder",
        "growth.columns",
    ),
    Growth("collectors", "CPU by collectors", "ms", (1, 4, 16, 64), "folder", "growth.collectors"),
    Growth("threads", "CPU by threads", "ms", (1, 4, 16, 64), "folder", "growth.threads"),
    Growth(
        "processes",
        "CPU by processes on one folder",
        "ms",
        (1, 2, 4, 8),
        "folder",
        "growth.processes",
    ),
    Growth(
        "partitions",
        "CPU by open partitions",
        "ms",
        (1, 4, 16, 64, 256),
        "folder",
        "growth.partitions",
    ),
    Growth(
        "spool-azurite",
        "recovery by kB left in the spool, to Azurite",
        "s",
        (1000, 4000, 16_000, 64_000),
        "azurite",
        "recovery.recover",
    ),
    Growth(
        "spool-collector",
        "recovery by kB left in the spool, to a collector",
        "s",
        (250, 1000, 4000),
        "collector",
        "recovery.recover",
    ),
)
