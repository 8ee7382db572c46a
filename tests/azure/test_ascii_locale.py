"""Where the locale knows ASCII alone, names beyond it are still those of the blobs and folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from tests.azure.azurite import Azurite

_ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
_NAME = "größe-日本"
_SCRIPT = f"""
import os, sys
from azureml.monitoring import ModelDataCollector
import mdc_core
assert sys.getfilesystemencoding() != "utf-8" or sys.version_info >= (3, 15)
inputs = ModelDataCollector({_NAME!a}, "inputs", feature_names=["a"])
signals = ModelDataCollector("m", designation="signals", collection_name={_NAME!a})
inputs.collect([1])
signals.collect([2])
if os.environ.get("DIES"):
    while mdc_core.counts()[0].written < 2:
        pass
    os.kill(os.getpid(), 9)
assert mdc_core.flush(20), mdc_core.counts()
"""


def _run(environ: dict[str, str], *, dies: bool = False) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env={**os.environ, **_ASCII, "MDC_BRIDGE_MODE": "dual", **environ, "DIES": "1" * dies},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=60,
    )
    assert done.returncode == (-9 if dies else 0), done.stderr


def _names(folder: Path) -> set[str]:
    """Return the names of folders on the disk, as UTF-8."""
    return {
        os.fsencode(path.name).decode() for path in folder.rglob("*") if ".mdc" not in str(path)
    }


@pytest.mark.parametrize("dies", [False, True])
def test_folders(tmp_path: Path, dies: bool) -> None:
    """Lines and rows lie below the names that were asked for, also those of a dead process."""
    storage = {"MDC_STORAGE": str(tmp_path / "data")}
    _run(storage, dies=dies)
    _run(storage)
    text = "".join(each.read_text("utf-8") for each in tmp_path.rglob("*.csv"))
    assert text.count("\n") >= 4
    assert any("größe" in name for name in _names(tmp_path))


@pytest.mark.parametrize("dies", [False, True])
def test_accounts(azurite: Azurite, service: BlobServiceClient, tmp_path: Path, dies: bool) -> None:
    """Blobs have the names that they have in any locale, and each event is there once."""
    storage = {
        "MDC_STORAGE": azurite.place.connection_string,
        "MDC_SPOOL_DIR": str(tmp_path / "spool"),
        "MDC_CONTAINER": f"ascii-{dies}".lower(),
    }
    _run(storage, dies=dies)
    _run(storage)
    lines = _blobs(service, storage["MDC_CONTAINER"])
    assert sum(content.count(b"\n") for content in lines.values()) == 4
    assert any("größe" in name for name in _blobs(service, "modeldata"))


def _blobs(service: BlobServiceClient, container: str) -> dict[str, bytes]:
    client = service.get_container_client(container)
    return {each.name: client.download_blob(each.name).readall() for each in client.list_blobs()}
