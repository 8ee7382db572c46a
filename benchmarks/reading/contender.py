"""One way to read a tree, in a process of its own: arguments WAY TREE COLUMNS FORMAT OUT.

Prints what it took, without the start of Python and the imports, as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

WAYS = ("read", "join", "duckdb")


def main() -> None:
    """Read, and print seconds and the most memory."""
    way, tree, columns, form, out = sys.argv[1:]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    run = {"read": _read, "join": _join, "duckdb": _duckdb}[way]
    if way == "duckdb":
        import duckdb  # noqa: F401
    else:
        import mdc_bridge.read.writing  # noqa: F401
    start = time.process_time()
    run(tree, int(columns), form, out)
    seconds = time.process_time() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "memory": most}))


def _read(tree: str, _columns: int, form: str, out: str, **options: object) -> None:
    from mdc_bridge.read.streaming import opened_rows
    from mdc_bridge.read.writing import WRITERS

    with opened_rows(tree, **options) as rows, Path(out).open("wb") as stream:  # type: ignore[arg-type]
        WRITERS[form](rows, stream)


def _join(tree: str, columns: int, form: str, out: str) -> None:
    _read(tree, columns, form, out, join=("model_inputs", "model_outputs"))


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


if __name__ == "__main__":
    main()
