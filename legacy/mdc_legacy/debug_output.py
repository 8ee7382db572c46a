"""The old SDK's debug mode: header and rows of a call on standard output, at once."""

from __future__ import annotations

import logging

from mdc_core.data.events import CsvTarget, Event
from mdc_core.encoding.csv_rows import csv_pieces
from mdc_core.interrupts import is_interrupt

logger = logging.getLogger("mdc_bridge")


def show_rows(event: Event, target: CsvTarget) -> None:
    """Print what the CSV gets; a closed or full stdout, or another encoding, is not a fault."""
    try:
        pieces = csv_pieces(event, target)
        print(b"".join(piece.header + piece.rows for piece in pieces).decode())  # noqa: T201
    except BaseException as error:
        if is_interrupt(error):
            raise
        logger.debug("mdc-bridge: the rows cannot be printed: %s", type(error).__name__)
