"""Row groups of Parquet grow, so that what they leave in memory stays small beside the rows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.read import parquet

pyarrow = pytest.importorskip("pyarrow")

_COLUMNS, _ROWS = 30, 10
_TABLES = 400


def test_row_groups_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """No group is much smaller than what those before it left, and no row is lost."""
    import pyarrow.parquet

    monkeypatch.setattr(parquet, "_GROUP_BYTES", 1)
    tables = [
        pyarrow.table({f"c{at}": [float(number)] * _ROWS for at in range(_COLUMNS)})
        for number in range(_TABLES)
    ]
    stream: Any = io.BytesIO()
    with pyarrow.parquet.ParquetWriter(stream, tables[0].schema) as writer:
        for group in parquet._groups(iter(tables)):
            writer.write_table(group)
    stored = pyarrow.parquet.ParquetFile(stream)
    left = _COLUMNS * parquet._COLUMN_BYTES
    size = tables[0].nbytes / _ROWS
    sizes = [stored.metadata.row_group(at).num_rows * size for at in range(stored.num_row_groups)]
    assert len(sizes) > 2
    assert all(size >= at * left for at, size in enumerate(sizes[:-1]))
    assert all(size <= at * left + 2 * tables[0].nbytes for at, size in enumerate(sizes))
    assert stored.read().equals(pyarrow.concat_tables(tables))


@pytest.mark.parametrize("lines", [3, 300])
@pytest.mark.parametrize("number", ["1", "0.5"])
def test_booleans_among_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: int, number: str
) -> None:
    """They are refused, as other mixtures are, and not written as 0 and 1."""
    folder = tmp_path / "collected/modelDataCollector/e/d/c/2026/11/21/09"
    folder.mkdir(parents=True)
    cells = ["true"] + [number] * lines
    text = "".join(f'{{"correlationid":"i","data":[{{"x":{cell}}}]}}\n' for cell in cells)
    (folder / "a.jsonl").write_text(text)
    out = tmp_path / "rows.parquet"
    command = ["read", str(tmp_path / "collected"), "--format", "parquet", "--out", str(out)]
    assert run(command) == 2
    assert "'x' has booleans and numbers" in capsys.readouterr().err
    assert not out.exists()


def test_binary_payloads_among_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are refused, as other mixtures are."""
    root = tmp_path / "collected/modelDataCollector"
    folder = root / "e/d/c/2026/11/21/09"
    folder.mkdir(parents=True)
    (root / "image").write_bytes(b"\xff\xd8image")
    (folder / "a.jsonl").write_text(
        '{"data":"a/modelDataCollector/image","datainblob":"true","datacontenttype":"image/jpeg"}\n'
        '{"data":true}\n'
    )
    out = tmp_path / "rows.parquet"
    command = ["read", str(tmp_path / "collected"), "--format", "parquet", "--out", str(out)]
    assert run(command) == 2
    assert "'payload' has binary data and booleans" in capsys.readouterr().err
