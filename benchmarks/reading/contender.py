"""One way to read a tree, in a process of its own: arguments WAY TREE COLUMNS FORMAT OUT.

`migrate` and `compare` take an archive for TREE, processes for COLUMNS, and JSONL for OUT.

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


def main() -> None:
    """Read, and print seconds and the most memory."""
    way, tree, columns, form, out = sys.argv[1:]
    run = _WAYS[way]
    if run in (_read, _join, _duckdb) or int(columns) == 1:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if way == "duckdb":
        import duckdb  # noqa: F401
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
    from mdc_bridge.read.streaming import opened_rows
    from mdc_bridge.read.writing import WRITERS

    with opened_rows(tree, **options) as rows, Path(out).open("wb") as stream:  # type: ignore[arg-type]
        WRITERS[form](rows, stream)


def _join(tree: str, columns: int, form: str, out: str) -> None:
    _read(tree, columns, form, out, join=("model_inputs", "model_outputs"))


def _migrate(archive: str, jobs: int, _form: str, out: str) -> None:
    from mdc_bridge.migrate import migrate

    if not migrate(archive, out, jobs=jobs).is_complete:
        raise RuntimeError("rows were left out")


def _compare(archive: str, jobs: int, _form: str, out: str) -> None:
    from mdc_bridge.compare import compare

    report = compare(archive, out, jobs=jobs)
    if report.differences or report.is_empty:
        raise RuntimeError(f"{report.differences} differences")


def _duckdb(tree: str, columns: int, form: str, out: str) -> None:
    """The same rows, columns and order by a query that knows the types beforehand."""
    import duckdb

    fields = [*(f"c{n} double" for n in range(columns)), "age bigint", "city varchar", "p double"]
    texts = ("correlationid", "xrequestid", "modelversion")
    types = {**dict.fromkeys(texts, "VARCHAR"), "time": "TIMESTAMP"}
    types["data"] = f"STRUCT({', '.join(fields)})[]"
    given = ", ".join(f"{name}: '{kind}'" for name, kind in types.items())
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    options = "header" if form == "csv" else "format parquet"
    connection.execute(
        f"""
        copy (
            select correlationid as mdc_id, 0 as mdc_line, 0 as mdc_row, time as mdc_time,
                parts[-8] as mdc_endpoint, parts[-7] as mdc_deployment,
                parts[-6] as mdc_collection, modelversion as mdc_version,
                xrequestid as mdc_request, cells.*
            from (
                select *, unnest(data) as cells, string_split(filename, '/') as parts
                from read_ndjson('{tree}/**/*.jsonl', filename = true, columns = {{{given}}})
            )
            order by time
        )
        to '{out}' ({options})
        """
    )


_WAYS = {
    "read": _read,
    "join": _join,
    "duckdb": _duckdb,
    "migrate": _migrate,
    "compare": _compare,
}

if __name__ == "__main__":
    main()
