"""Bytes of a spool are flipped, cut off and made NUL: the next process delivers all the rest."""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Dict, List, NamedTuple, Set, Tuple

from azure.storage.blob import BlobServiceClient
from tests.azure.azurite import Azurite, Place

from mdc_core.delivery.azure import Account
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.shared_csv_blob import spool_ending, spool_folder
from mdc_core.destinations.spooled import StorageAccountDestination
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import ConnectionString

from .row import Row

DAMAGES = 5000
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
    """Damage one spool after the other, each in one place of any of its files."""
    damages = 30 if short else DAMAGES
    chance = random.Random(9)
    failed: List[str] = []
    counted = torn = 0
    with tempfile.TemporaryDirectory() as folder, Azurite(Path(folder)) as azurite:
        client = BlobServiceClient.from_connection_string(azurite.place.connection_string)
        with client:
            for number in range(damages):
                root = Path(folder) / "spools" / str(number)
                key = f"s{number:05}"
                _leave(azurite.place, root, key)
                damage = _damaged(root, chance)
                one = _Process(azurite.place, root, key)
                one.append(_NEW)
                one.deliver()
                if not one.damaged:
                    damage = damage._replace(may_double="")
                wrong = _wrong(_found(client, key), damage)
                if wrong or one.waits():
                    failed.append(f"{damage.path} at {damage.start}: {wrong or 'something waits'}")
                counted += one.damaged
                torn += one.torn
                one.spool.close()
    return Row(
        f"{damages} flipped bytes, files cut off and runs of NUL, in all files of spools",
        "always starts, delivers what is whole, once but for a damaged note's file, and counts",
        f"{len(failed)} otherwise{'; '.join(['', *failed[:3]])}, {counted} notes counted as "
        f"damaged, {torn} torn ends set aside",
        not failed,
    )


class _Process:
    """Delivers a spool as the process that has it would, by a clock of its own."""

    def __init__(self, place: Place, root: Path, key: str) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self._now = 1000.0
        self._key = key
        self.damaged = 0
        self.outbox = Outbox(lambda: self._now)
        self.spool = Spool(root, self.outbox, 1 << 30, on_damaged=self._count)
        account = Account(ConnectionString(place.connection_string))
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
        self.damaged += 1


def _leave(place: Place, root: Path, key: str) -> None:
    """Leave the spool of a process that dies in the middle of its deliveries."""
    process = _Process(place, root, key)
    for number in _NUMBERS:
        if number == _DELIVERED:
            process.deliver()
        process.append(number)
    process.spool.sync()
    process.spool.abandon()


def _damaged(root: Path, chance: random.Random) -> _Damage:
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.stat().st_size)
    path = chance.choice(files)
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
            return f"{'lines' if match.group(1) == 'lines' else 'rows'} {match.group(2)}"
    return ""


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


def _wrong(found: Dict[_Place, int], damage: _Damage) -> str:
    """Return which numbers are missing or doubled that must not be; empty when none is."""
    touched = _touched(damage)
    wrong = []
    written = _written(damage)
    for at in range(_COLLECTIONS):
        for collection in (f"lines c{at}", f"rows c{at}"):
            for number in (*_NUMBERS, _NEW):
                times = found.get((collection, number), 0)
                may_miss = (collection, number) in touched
                may_double = collection == damage.may_double or times <= written[collection, number]
                if (not times and not may_miss) or (times > 1 and not may_double):
                    wrong.append(f"{times} times {number} in {collection}")
    return ", ".join(wrong)


def _written(damage: _Damage) -> Counter[_Place]:
    """Return how often each number stands in the damaged file: a flipped bit may make another."""
    match = _FOLDER.match(damage.path)
    if match is None:
        return Counter()
    collection = f"{'lines' if match.group(1) == 'lines' else 'rows'} {match.group(2)}"
    numbers = (int(line or row) for line, row in _NUMBER.findall(damage.after))
    return Counter((collection, number) for number in numbers)


def _touched(damage: _Damage) -> Set[_Place]:
    """Return the numbers whose lines, or neighbours' ends, are no longer as written."""
    match = _FOLDER.match(damage.path)
    if match is None:
        return set()
    kind = "lines" if match.group(1) == "lines" else "rows"
    stop = damage.stop
    if kind == "rows" and damage.after.count(b'"') % 2:
        stop = len(damage.before)  # all behind it is one row that does not end
    touched = set()
    for each in _NUMBER.finditer(damage.before):
        if each.start() - 2 < stop and each.end() + 2 > damage.start:
            touched.add((f"{kind} {match.group(2)}", int(each.group(1) or each.group(2))))
    return touched
