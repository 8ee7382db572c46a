"""More appends than a blob has blocks: segments have to be continued in new ones before."""

from __future__ import annotations

from mdc_core.delivery.append_blob import FULL_BLOCKS
from mdc_core.storage import ConnectionString
from tests.azure.azurite import Place
from tests.azure.mirror import Mirror

from .parts import CONTAINER, server
from .row import Row


def run(short: bool) -> Row:
    """Append a line at a time; the short version rolls after 400 blocks instead of 49,000."""
    appends, full_blocks = (1000, 400) if short else (120_000, FULL_BLOCKS)
    with server() as place:
        # Straight to Azurite: nothing fails here but what the limit makes fail.
        place.proxy.close()
        direct = Place(place.container.url.rpartition("/")[0])
        delivery = Mirror(
            ConnectionString(direct.connection_string),
            CONTAINER,
            place.folder / "spool" / "segments",
            full_blocks,
        )
        for number in range(appends):
            delivery.append(b'{"n": %d}\n' % number)
            while delivery.outbox.waiting_bytes():
                delivery.step()
        blocks = [
            place.container.get_blob_client(blob.name).get_blob_properties()
            for blob in place.container.list_blobs()
        ]
        contents = b"".join(place.blobs().values()).splitlines()
        delivery.close()
    lost = len({b'{"n": %d}' % number for number in range(appends)} - set(contents))
    doubled = len(contents) - len(set(contents))
    most = max(int(each.append_blob_committed_block_count or 0) for each in blocks)
    return Row(
        f"{appends:,} appends",
        "three blobs, 0 lost, 0 doubled",
        f"{len(blocks)} blobs of at most {most:,} blocks, {lost} lost, {doubled} doubled",
        len(blocks) == 3 and not lost and not doubled,
    )
