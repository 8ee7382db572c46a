"""duckdb, as fast as we could make it: rows encoded first, texts aggregated, lines concatenated."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .columns import DATA_NAMES, HEAD, ID, REQUEST, TIME, VERSION, csv_files


def convert(source: Path, destination: Path) -> int:
    """Convert an archive's only file to a file for each hour; return its bytes."""
    (path,) = csv_files(source)
    cells = ", ".join(f"'{name}': \"{name}\"" for name in DATA_NAMES)
    values = ("cid", "strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ')", "data", "strlen(data) - 1")
    values += ("strlen(data)", "cid", "request", "version")
    pieces = HEAD.split("%s")
    line = " || ".join(
        part for pair in zip((f"'{piece}'" for piece in pieces), (*values, "''")) for part in pair
    )
    connection = duckdb.connect()
    connection.execute("set threads = 1; set preserve_insertion_order = false")
    connection.execute(
        f"""
        copy (
            select {line} as line, hour(time) as hour
            from (
                select "{ID}" as cid, first("{TIME}") as time, first("{REQUEST}") as request,
                    first("{VERSION}") as version,
                    '[' || string_agg(to_json({{{cells}}})::varchar, ',') || ']' as data
                from read_csv('{path}', header = true)
                group by "{ID}"
            )
        )
        to '{destination}'
        (format csv, header false, quote '', escape '', delimiter '\x01', partition_by (hour))
        """
    )
    return path.stat().st_size
