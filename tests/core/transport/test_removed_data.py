"""The stored data of a large event are removed before the lines that refer to them are appended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Tuple

import pytest

from mdc_core.data.receipts import Receipts
from mdc_core.destinations.folder import FolderDestination
from mdc_core.transport.batches import Portion
from mdc_core.transport.counters import Counters
from mdc_core.transport.held import Bounds
from mdc_core.transport.outlets import Outlet


@pytest.mark.parametrize("others", [0, 3])
def test_only_the_event_without_data_is_lost(tmp_path: Path, others: int) -> None:
    """It holds nothing up, and the lines beside it are written."""
    dropped: Counter[str] = Counter()
    delivered: Counter[str] = Counter()
    receipts = Receipts(
        lambda events: delivered.update({"": events}),
        lambda reason, events: dropped.update({reason: events}),
    )
    destination = FolderDestination(tmp_path)
    outlet = Outlet(destination, Counters(), Bounds(100, 1 << 20), lambda: 0.0)
    raw = destination.put_raw("a", [b"{}"])
    portion = Portion("a", b'{"n": 1}\n' * others + b'{"dataref": "%s"}\n' % raw.url.encode())
    portion.raws.append(raw)
    portion.shares.append(receipts.enter(("a",), others + 1))
    for path in _files(tmp_path):
        path.unlink()
    outlet.offer(portion, bounded=False)
    destination.sync()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))
    assert written == b'{"n": 1}\n' * others
    assert dropped == {"spool_removed": 1}
    assert delivered[""] == others
    assert outlet.held() == (0, 0)
    destination.close(1.0)


def _files(root: Path) -> Tuple[Path, ...]:
    return tuple(path for path in root.rglob("*") if path.is_file())
