"""Bytes of a spool are flipped, cut off and made NUL: the next process delivers all the rest."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Dict, List, Match, NamedTuple, Set, Tuple

from azure.storage.blob import BlobServiceClient

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.shared_csv_blob import spool_ending, spool_folder
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import ConnectionString
from tests.azure.azurite import Azurite, Place

from .row import Row

DAMAGES = 5000
_PROCESSES = 2
# Where there is one, a disk in memory: nothing here loses its power.
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_COLLECTIONS = 2
_NUMBERS = range(6)
_DELIVERED = 3  # of these, before the process dies
_NEW = 9  # by the process that comes after it
_HEADER = b"n\r\n"
_ROUNDS = 20
_CONTAINER = "damaged"
_NUMBER = re.compile(rb'"n":(\d)\}|^(\d)\r$', re.MULTILINE)
_FOLDER = re.compile(r"(lines|csv/modeldata)/s\d+/(c\d)/")

# Of a number in a collection's lines or rows.
_Place = Tuple[str, int]


class _Damage(NamedTuple):
    """Bytes of a file that were changed.

    Attributes:
        path: of the file.
        start, stop: of the bytes.
        before, after: contents.
        may_double: the collection of which the note says no more what is delivered, when that is
            counted.
    """

    path: str
    start: int
    stop: int
    before: bytes
    after: bytes
    may_double: str


def run(short: bool) -> Row:
    """Damage one spool after the other, each in one place of any file of each of its collections.

    A collection's damage may cost that collection alone, so that each is judged by itself.
    """
    damages = 30 if short else DAMAGES
    parts = [(seed, damages // _PROCESSES) for seed in range(_PROCESSES)]
    if short:
        results = [_run_part((0, damages))]
    else:
        with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
            results = list(pool.map(_run_part, parts))
    done = sum(each.damages for each in results)
    failed = [text for each in results for text in each.failed]
    return Row(
        f"{done} flipped bytes, files cut off and runs of NUL, in all files of "
        f"{sum(each.spools for each in results)} spools",
        "always starts, delivers what is whole, once but for a damaged note's file, and counts",
        f"{len(failed)} otherwise{'; '.join(['', *failed[:3]])}, "
        f"{sum(each.counted for each in results)} notes counted as "
        f"damaged, {sum(each.torn for each in results)} torn ends set aside",
        not failed and done >= damages,
    )


class _Result(NamedTuple):
    """What became of some damages."""

    damages: int
    spools: int
    failed: List[str]
    counted: int
    torn: int


def _run_part(part: Tuple[int, int]) -> _Result:
    """Do a share of the damages, by a seed, with a server of its own."""
    seed, damages = part
    chance = random.Random(9 + seed)
    failed: List[str] = []
    done = spools = counted = torn = 0
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder, Azurite(Path(folder)) as azurite:
        client = BlobServiceClient.from_connection_string(azurite.place.connection_string)
        with client:
            while done < damages:
                root = Path(folder) / "spools" / str(spools)
                key = f"s{spools:05}"
                _leave(azurite.place, root, key)
                damaged = _damaged(root, chance)
                one = _Process(azurite.place, root, key)
                one.append(_NEW)
                one.deliver()
                damaged = [
                    each._replace(may_double=each.may_double if one.has_counted(each.path) else "")
                    for each in damaged
                ]
                wrong = _wrong(_found(client, key), damaged)
                if wrong or one.waits():
                    places = ", ".join(f"{each.path} at {each.start}" for each in damaged)
                    failed.append(f"{places}: {wrong or 'something waits'}")
                spools += 1
                done += len(damaged)
                counted += len(one.damaged)
                torn += one.torn
                one.spool.close()
                shutil.rmtree(root)
    return _Result(done, spools, failed, counted, torn)


class _Process:
    """Delivers a spool as the process that has it would, by a clock of its own."""

    def __init__(self, place: Place, root: Path, key: str) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self._now = 1000.0
        self._key = key
        self.damaged: List[str] = []
        self.outbox = Outbox(lambda: self._now)
        self.spool = Spool(root, self.outbox, 1 << 30, on_damaged=self._count)
        account = ConnectedAccount(ConnectionString(place.connection_string))
        uploader = StorageAccountDestination(account, _CONTAINER, root, 1 << 30, 1.0).make_uploader(
            self.spool
        )
        self._loop = DeliveryLoop(
            uploader, self.outbox, int, 1.0, lambda: None, "Azurite", lambda: self._now
        )
        self.torn = self.spool.adopt()

    def append(self, number: int) -> None:
        for at in range(_COLLECTIONS):
            lines = b'{"n":%d}\n' % number
            self.spool.append(f"lines/{self._key}/c{at}", lines, b"", ".jsonl")
            folder = spool_folder(f"modeldata/{self._key}/c{at}/data.csv")
            self.spool.append(folder, b"%d\r\n" % number, _HEADER, spool_ending(_HEADER))

    def deliver(self) -> None:
        for _ in range(_ROUNDS):
            self._now += self._loop.step()
            self.spool.tidy()
            if not self.waits():
                return

    def waits(self) -> bool:
        return any(file.waiting for file in self.outbox.unfinished())

    def _count(self, what: str) -> None:
        self.damaged.append(what)

    def has_counted(self, path: str) -> bool:
        """Return whether a file, given below the root, was counted as damaged."""
        return any(what.endswith(path) for what in self.damaged)


def _leave(place: Place, root: Path, key: str) -> None:
    """Leave the spool of a process that dies in the middle of its deliveries."""
    process = _Process(place, root, key)
    for number in _NUMBERS:
        if number == _DELIVERED:
            process.deliver()
        process.append(number)
    process.spool.sync()
    process.spool.abandon()


def _damaged(root: Path, chance: random.Random) -> List[_Damage]:
    """Damage one file of each collection: its content or its note; and one of all others."""
    groups: Dict[str, List[Path]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.stat().st_size:
            match = _FOLDER.match(str(path.relative_to(root)))
            own = f"{_kind(match)} {match.group(2)}" if match else _collection_of(root, path.name)
            groups.setdefault(own, []).append(path)
    return [_damage(root, chance.choice(groups[each]), chance) for each in sorted(groups)]


def _damage(root: Path, path: Path, chance: random.Random) -> _Damage:
    before = path.read_bytes()
    start = chance.randrange(len(before))
    way = chance.choice(["flip", "cut", "nul"])
    if way == "flip":
        stop = start + 1
        middle = bytes([before[start] ^ 1 << chance.randrange(8)])
    elif way == "cut":
        stop, middle = len(before), b""
    else:
        stop = min(len(before), start + chance.randrange(1, 65))
        middle = bytes(stop - start)
    after = before[:start] + middle + before[stop:]
    path.write_bytes(after)
    # One byte must cost nothing: a note is there twice.
    noted = "" if way == "flip" or path.parent.name != "notes" else _collection_of(root, path.name)
    return _Damage(str(path.relative_to(root)), start, stop, before, after, noted)


def _collection_of(root: Path, name: str) -> str:
    """Return the collection of which a file is; empty for others."""
    for path in root.rglob(name):
        match = _FOLDER.match(str(path.relative_to(root)))
        if match:
            return f"{_kind(match)} {match.group(2)}"
    return ""


def _kind(match: Match[str]) -> str:
    return "lines" if match.group(1) == "lines" else "rows"


def _found(client: BlobServiceClient, key: str) -> Counter[_Place]:
    """Return how often each number is in the blobs of each collection's lines and rows."""
    found: Counter[_Place] = Counter()
    for container, prefix in ((_CONTAINER, f"lines/{key}/"), ("modeldata", f"{key}/")):
        blobs = client.get_container_client(container)
        for blob in blobs.list_blobs(name_starts_with=prefix):
            kind = "lines" if container == _CONTAINER else "rows"
            collection = f"{kind} {blob.name[len(prefix) :].split('/')[0]}"
            content = blobs.download_blob(blob.name).readall()
            for line, row in _NUMBER.findall(content):
                found[collection, int(line or row)] += 1
    return found


def _wrong(found: Dict[_Place, int], damages: List[_Damage]) -> str:
    """Return which numbers are missing or doubled that must not be; empty when none is."""
    touched = {place for damage in damages for place in _touched(damage)}
    doubling = {damage.may_double for damage in damages}
    wrong = []
    written: Counter[_Place] = Counter()
    for damage in damages:
        written.update(_written(damage))
    for at in range(_COLLECTIONS):
        for collection in (f"lines c{at}", f"rows c{at}"):
            for number in (*_NUMBERS, _NEW):
                times = found.get((collection, number), 0)
                may_miss = (collection, number) in touched
                may_double = collection in doubling or times <= written[collection, number]
                if (not times and not may_miss) or (times > 1 and not may_double):
                    wrong.append(f"{times} times {number} in {collection}")
    return ", ".join(wrong)


def _written(damage: _Damage) -> Counter[_Place]:
    """Return how often each number stands in the damaged file: a flipped bit may make another."""
    match = _FOLDER.match(damage.path)
    if match is None:
        return Counter()
    collection = f"{_kind(match)} {match.group(2)}"
    numbers = (int(line or row) for line, row in _NUMBER.findall(damage.after))
    return Counter((collection, number) for number in numbers)


def _touched(damage: _Damage) -> Set[_Place]:
    """Return the numbers whose lines, or neighbours' ends, are no longer as written."""
    match = _FOLDER.match(damage.path)
    if match is None:
        return set()
    kind = _kind(match)
    stop = damage.stop
    if kind == "rows" and damage.after.count(b'"') % 2:
        stop = len(damage.before)  # all behind it is one row that does not end
    touched = set()
    for each in _NUMBER.finditer(damage.before):
        if each.start() - 2 < stop and each.end() + 2 > damage.start:
            touched.add((f"{kind} {match.group(2)}", int(each.group(1) or each.group(2))))
    return touched
