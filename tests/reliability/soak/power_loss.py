"""The power fails under a process that collects: its disk, an ext4, is as of one moment."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Dict, List

from tests.azure.azurite import ACCOUNT, Azurite, Place
from tests.azure.fault_proxy import FaultProxy

from .exits import found_numbers
from .row import Row

LOSSES = 50
_SCRIPT = Path(__file__).parents[1] / "scripts" / "losing_power.py"
_DISK_BYTES = 24 * 1024 * 1024
_SYNC_SECONDS = "0.2"
_PER_LOSS = 1_000_000
_DEADLINE = 60.0


def run(short: bool) -> Row:
    """Take an image of the disk while a process collects, kill it, and go on from the image."""
    losses = 2 if short else LOSSES
    chance = random.Random(9)
    synced: List[range] = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        azurite = stack.enter_context(Azurite(folder))
        proxy = stack.enter_context(FaultProxy(azurite.port))
        for number in range(losses):
            # In every other round the destination is away, so that all of it is in the spool.
            (proxy.refuse if number % 2 else proxy.restore)()
            environ = _environ(proxy, folder)
            first = number * _PER_LOSS
            count = _lose_power(folder, environ, first, chance.uniform(0.3, 2.0))
            synced.append(range(first, first + count))
            proxy.restore()
            with _mounted(folder / "image", folder / "disk"):
                subprocess.run(
                    [sys.executable, str(_SCRIPT), str(first + _PER_LOSS // 2), "0.1"],
                    env=environ,
                    check=True,
                    stdout=subprocess.DEVNULL,
                    timeout=2 * _DEADLINE,
                )
        rows, lines = found_numbers(azurite.place)
    events = sum(map(len, synced))
    missing = sum(each not in rows or each not in lines for part in synced for each in part)
    doubled = _doubled(rows) + _doubled(lines)
    return Row(
        f"{losses} losses of power on an ext4, the destination up and away by turns",
        "0 synced lost, 0 doubled",
        f"{missing} of {events} synced events lost, {doubled} lines and rows doubled",
        not missing and not doubled and all(synced),
    )


def can_mount() -> bool:
    """Return whether this process may make and mount a disk of its own."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _make_disk(Path(folder) / "image")
            with _mounted(Path(folder) / "image", Path(folder) / "disk"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def _lose_power(folder: Path, environ: Dict[str, str], first: int, seconds: float) -> int:
    """Leave the image of the disk as of one moment; return how many numbers were synced by then."""
    image, said = folder / "image", folder / "said"
    _make_disk(image)
    with _mounted(image, folder / "disk"), open(said, "wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, str(_SCRIPT), str(first), str(_DEADLINE)], env=environ, stdout=stdout
        )
        try:
            end = time.monotonic() + _DEADLINE
            while not _last(said):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("nothing is synced")
                time.sleep(0.02)
            time.sleep(seconds)
            process.send_signal(signal.SIGSTOP)
            synced = _last(said)
            _copy_of_one_moment(image, folder / "moment")
        finally:
            process.kill()
            process.wait()
    os.replace(folder / "moment", image)
    return synced


def _copy_of_one_moment(image: Path, copy: Path) -> None:
    """Copy a disk that may be written to: two copies that are alike are as of the time between.

    A copy of which the beginning is older than the end has lost what the disk never lost.
    """
    before = b""
    content = image.read_bytes()
    while content != before:
        before, content = content, image.read_bytes()
    copy.write_bytes(content)


def _last(said: Path) -> int:
    """Return the number in the last whole line."""
    lines = said.read_bytes().split(b"\n")[:-1]
    return int(lines[-1]) if lines else 0


def _make_disk(image: Path) -> None:
    with open(image, "wb") as file:
        file.truncate(_DISK_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def _mounted(image: Path, folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    subprocess.run(
        ["mount", "-o", "loop", str(image), str(folder)], check=True, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _doubled(found: Counter[int]) -> int:
    return sum(times - 1 for times in found.values())


def _environ(proxy: FaultProxy, folder: Path) -> Dict[str, str]:
    return {
        **os.environ,
        "MDC_BRIDGE_MODE": "dual",
        "MDC_STORAGE": Place(f"{proxy.url}/{ACCOUNT}").connection_string,
        "MDC_CONTAINER": "lines",
        "MDC_SPOOL_DIR": str(folder / "disk" / "volume" / "spool"),
        "MDC_SYNC_INTERVAL": _SYNC_SECONDS,
    }
