"""Requests interleaved over threads, tasks, pools and failures: whose id do their outputs have?"""

from __future__ import annotations

import contextlib
import logging
import random
import warnings
from collections.abc import Iterator

from mdc_core.testing import collecting

from .families import FAMILIES
from .row import Row
from .traffic import Judgement, Model, some_requests

OUTPUTS = 100_000
SHORT_OUTPUTS = 3_000
BATCH = 60


def run(short: bool) -> Row:
    """Handle requests in every way in turn, until there are outputs enough, and judge them."""
    judgement = judge(random.Random(17), SHORT_OUTPUTS if short else OUTPUTS)
    return Row(
        f"{judgement.outputs:,} outputs in {len(FAMILIES)} kinds of servers",
        "0 with another request's id, 0 with another's number of rows",
        f"{judgement.wrong_ids} wrong ids, {judgement.wrong_rows} wrong rows; "
        f"{judgement.share:.1f}% of the {judgement.linkable:,} with inputs are linked",
        judgement.wrong_ids == judgement.wrong_rows == 0,
    )


def judge(chance: random.Random, outputs: int) -> Judgement:
    """Return the judgement on at least so many outputs."""
    judgement = Judgement()
    first = 1
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore", UserWarning)  # of the inputs that are refused
        while judgement.outputs < outputs:
            for name, handle in FAMILIES.items():
                requests = some_requests(chance, first, BATCH)
                first += BATCH
                with collecting("modern") as collected:
                    handle(Model(), requests, chance)
                judgement.add(collected, requests, name)
    return judgement


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Leave out the counts of each batch, which say how many inputs were refused."""
    logger = logging.getLogger("mdc_core")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
