"""The spool is looked at, and not changed."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from mdc_bridge.doctor.spools import check_spool
from mdc_core.settings import Settings
from tests.bridge.doctor.conftest import only, statuses
from tests.ports import free_port

KILLED = """
import os, time, pandas
from azureml.ai.monitoring import Collector
import mdc_core
collector = Collector(name="model_inputs")
for number in range(3):
    collector.collect(pandas.DataFrame({"a": [number]}))
while sum(each.written for each in mdc_core.counts()) < 3:
    time.sleep(0.01)
os._exit(0)
"""


def _settings(spool: Path, **environ: str) -> Settings:
    return Settings.from_environ({"MDC_SPOOL_DIR": str(spool), **environ})


def _tree(folder: Path) -> dict[str, tuple[int, float]]:
    return {str(path): (path.stat().st_mode, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_spool_that_is_not_there(tmp_path: Path) -> None:
    checks = list(check_spool(_settings(tmp_path / "spool")))
    assert statuses(checks) == {"spool": "ok", "spool room": "ok"}
    assert not (tmp_path / "spool").exists()


def test_events_of_a_dead_process(tmp_path: Path) -> None:
    """They are counted in little memory, and still wait for the next process afterwards."""
    spool = tmp_path / "spool"
    subprocess.run(
        [sys.executable, "-c", KILLED],
        check=True,
        env={
            "PYTHONPATH": ":".join(sys.path),
            "AZUREML_MDC_ENABLED": "true",
            "AZUREML_MDC_PORT": str(free_port()),
            "MDC_SPOOL_DIR": str(spool),
        },
        timeout=60,
    )
    (segment,) = spool.rglob("*.jsonl")
    with segment.open("ab") as stream:
        stream.truncate(segment.stat().st_size + (64 << 20))
    before = _tree(spool)
    tracemalloc.start()
    for _ in range(2):
        check = only(check_spool(_settings(spool)), "waiting events")
        assert check.status.value == "warn"
        assert check.found.startswith("up to 3 lines (67")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert _tree(spool) == before


def test_little_room(tmp_path: Path) -> None:
    settings = _settings(tmp_path, MDC_SPOOL_BYTES=str(1 << 60))
    assert only(check_spool(settings), "spool room").status.value == "warn"


def test_spool_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "spool").symlink_to(tmp_path / "elsewhere")
    (check,) = check_spool(_settings(tmp_path / "spool"))
    assert check.status.value == "fail"
    assert "is a symbolic link" in check.found


def test_spool_that_all_share(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (check,) = check_spool(_settings(tmp_path))
    assert "is shared by all users" in check.found


def test_something_planted(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef").mkdir()
    (tmp_path / "0123456789abcdef" / "link").symlink_to("/etc/hostname")
    (check,) = check_spool(_settings(tmp_path))
    assert "link is a symbolic link" in check.found


def test_spool_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    (check,) = check_spool(_settings(tmp_path))
    assert f"belongs to user {me}" in check.found
