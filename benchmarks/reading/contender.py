"""One way to read a tree, in a process of its own: arguments WAY CORES TREE COLUMNS FORMAT OUT.

`migrate` and `compare` take processes for CORES, an archive for TREE, and JSONL for OUT.

Prints what it took, without the start of Python and the imports, as JSON.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

_TRUTHS = 10_000


def main() -> None:
    """Read, and print seconds and the most memory."""
    way, cores, tree, columns, form, out = sys.argv[1:]
    run = _WAYS[way]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(cores) :])
    if way.startswith("duckdb"):
        import duckdb  # noqa: F401
        import pandas  # noqa: F401
    else:
        import pyarrow.parquet  # noqa: F401

        import mdc_bridge.compare
        import mdc_bridge.migrate
        import mdc_bridge.read.regular
        import mdc_bridge.read.writing  # noqa: F401
    cpu, start = _cpu(), time.perf_counter()
    run(tree, int(columns), form, out)
    taken = {"seconds": _cpu() - cpu, "clock": time.perf_counter() - start}
    most = max(_own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({**taken, "memory": most * 1024}))


def _own_peak() -> int:
    """Return the most memory in KiB; `ru_maxrss` would be at least that of the process before."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _read(tree: str, _columns: int, form: str, out: str, **options: object) -> None:
    from mdc_bridge.read.reading import opened_rows
    from mdc_bridge.read.writing import WRITERS

    with opened_rows(tree, **options) as rows, Path(out).open("wb") as stream:  # type: ignore[arg-type]
        WRITERS[form](rows, stream)


def _join(tree: str, columns: int, form: str, out: str) -> None:
    _read(tree, columns, form, out, join=("model_inputs", "model_outputs"))


def _limit(tree: str, columns: int, form: str, out: str) -> None:
    _read(tree, columns, form, out, limit=1000)


def _truth() -> Any:
    """Return what turned out to be true of every second request."""
    import pandas

    ids = [str(UUID(int=2 * number)) for number in range(_TRUTHS)]
    return pandas.DataFrame(
        {"request": ids, "paid": [number % 3 == 0 for number in range(_TRUTHS)]}
    )


def _read_truth(tree: str, _columns: int, form: str, out: str) -> None:
    from mdc_bridge.read.reading import opened_rows
    from mdc_bridge.read.truth_rows import RowsWithTruth
    from mdc_bridge.read.writing import WRITERS

    with opened_rows(tree) as rows, Path(out).open("wb") as stream:
        WRITERS[form](RowsWithTruth(rows, _truth(), ("mdc_id", "request")), stream)


def _iter_frames(tree: str, _columns: int, _form: str, _out: str) -> None:
    from mdc_bridge.read import iter_frames

    options = {"join": ("model_inputs", "model_outputs"), "on": ("mdc_id", "request")}
    if not sum(map(len, iter_frames(tree, truth=_truth(), **options))):  # type: ignore[arg-type]
        raise RuntimeError("no rows")


def _migrate(archive: str, _columns: int, _form: str, out: str) -> None:
    from mdc_bridge.migrate import migrate

    jobs = len(os.sched_getaffinity(0))
    if not migrate(archive, out, jobs=jobs).is_complete:
        raise RuntimeError("rows were left out")


def _compare(archive: str, _columns: int, _form: str, out: str) -> None:
    from mdc_bridge.compare import compare

    jobs = len(os.sched_getaffinity(0))
    report = compare(archive, out, jobs=jobs)
    if report.differences or report.is_empty:
        raise RuntimeError(f"{report.differences} differences")


def _duckdb(tree: str, columns: int, form: str, out: str) -> None:
    """The same rows, columns and order by a query that knows the types beforehand."""
    fields = [*_inputs(columns), *_OUTPUTS]
    _copy(f"select {_ORIGIN}, cells.* from {_lines(tree, fields)} order by time", form, out)


def _duckdb_join(tree: str, columns: int, form: str, out: str) -> None:
    inputs = _lines(f"{tree}/{_BELOW}/model_inputs", _inputs(columns))
    outputs = _lines(f"{tree}/{_BELOW}/model_outputs", _OUTPUTS)
    left = f"(select {_ORIGIN}, cells.* from {inputs})"
    right = f"(select correlationid as mdc_id, cells.* from {outputs})"
    _copy(f"select * from {left} full join {right} using (mdc_id) order by mdc_time", form, out)


def _duckdb_truth(tree: str, columns: int, form: str, out: str) -> None:
    fields = [*_inputs(columns), *_OUTPUTS]
    left = f"(select {_ORIGIN}, cells.* from {_lines(tree, fields)})"
    joined = f"{left} left join truth on mdc_id = request"
    _copy(f"select * exclude (request) from {joined} order by mdc_time", form, out, _truth())


_OUTPUTS = ["p double"]
_BELOW = "modelDataCollector/credit/blue"
_ORIGIN = """
    correlationid as mdc_id, 0 as mdc_line, 0 as mdc_row, time as mdc_time,
    parts[-8] as mdc_endpoint, parts[-7] as mdc_deployment, parts[-6] as mdc_collection,
    modelversion as mdc_version, xrequestid as mdc_request
"""


def _inputs(columns: int) -> list[str]:
    return [*(f"c{n} double" for n in range(columns)), "age bigint", "city varchar"]


def _lines(folder: str, fields: list[str]) -> str:
    texts = ("correlationid", "xrequestid", "modelversion")
    types = {**dict.fromkeys(texts, "VARCHAR"), "time": "TIMESTAMP"}
    types["data"] = f"STRUCT({', '.join(fields)})[]"
    given = ", ".join(f"{name}: '{kind}'" for name, kind in types.items())
    found = f"read_ndjson('{folder}/**/*.jsonl', filename = true, columns = {{{given}}})"
    return f"(select *, unnest(data) as cells, string_split(filename, '/') as parts from {found})"


def _copy(query: str, form: str, out: str, truth: Any = None) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {len(os.sched_getaffinity(0))}")
    if truth is not None:
        connection.register("truth", truth)
    options = {"csv": "header", "parquet": "format parquet", "jsonl": "format json"}[form]
    connection.execute(f"copy ({query}) to '{out}' ({options})")


_WAYS = {
    "read": _read,
    "join": _join,
    "limit": _limit,
    "truth": _read_truth,
    "frames": _iter_frames,
    "duckdb": _duckdb,
    "duckdb join": _duckdb_join,
    "duckdb truth": _duckdb_truth,
    "migrate": _migrate,
    "compare": _compare,
}

if __name__ == "__main__":
    main()
