"""Appends of which the answers are lost: the blob has to hold what the spool holds."""

from __future__ import annotations

import random

from mdc_core.storage import ConnectionString
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, Fault, Request
from tests.azure.mirror import Mirror

from .parts import CONTAINER, server
from .row import Row


def run(short: bool) -> Row:
    """Append line by line, every fifth answer dropped at random; lines come during retries too."""
    appends = 200 if short else 1000
    chance = random.Random(1)

    def choose(request: Request) -> Fault:
        return DROP_RESPONSE if request.is_append and chance.random() < 0.2 else PASS

    with server() as place:
        place.proxy.choose = choose
        delivery = Mirror(
            ConnectionString(place.place.connection_string),
            CONTAINER,
            place.folder / "spool" / "segments",
        )
        number = 0
        while len(_appends(place.proxy.seen)) < appends or delivery.outbox.waiting_bytes():
            if len(_appends(place.proxy.seen)) < appends:
                delivery.append(b'{"n": %d}\n' % number)
                number += 1
            delivery.step()
        spool = delivery.spooled()
        blobs = place.blobs()
        sent = _appends(place.proxy.seen)
        dropped = sum(fault == DROP_RESPONSE for fault in sent)
        delivery.close()
    same = blobs == spool and sum(map(len, spool.values())) > 0
    return Row(
        f"{len(sent)} appends, the answers to {dropped} of them dropped",
        "blob byte-identical to the spool",
        f"{'identical' if same else 'DIFFERENT'}, {number} lines in {len(blobs)} blob",
        same and number == sum(content.count(b"\n") for content in blobs.values()),
    )


def _appends(seen: list[tuple[Request, Fault]]) -> list[Fault]:
    return [fault for request, fault in seen if request.is_append]
