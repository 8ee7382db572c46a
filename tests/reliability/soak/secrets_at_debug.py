"""A hundred secrets down every error path, with all loggers at DEBUG."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
from pathlib import Path

from tests.azure.azurite import Azurite
from tests.azure.certificates import write_certificate
from tests.azure.fault_proxy import FaultProxy
from tests.azure.secret_paths import Output, Paths, Secret

from .row import Row


def run(short: bool) -> Row:
    """Search logs, exceptions, settings and spool files for each secret."""
    count = 2 if short else 100
    searched = found = 0
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        certificate, key = write_certificate(folder)
        os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
        stack.callback(os.environ.pop, "REQUESTS_CA_BUNDLE")
        azurite = stack.enter_context(Azurite(folder))
        azurite_https = stack.enter_context(Azurite(folder, certificate, key))
        proxy = stack.enter_context(FaultProxy(azurite.port))
        paths = Paths(azurite_https, proxy, folder).all()
        for number in range(count):
            secret, output = Secret(random.Random(number)), Output()
            for path in paths:
                path(secret, output)
            text = output.text()
            searched += len(text)
            found += secret.found_in(text)
    return Row(
        f"{count} secrets through {len(paths)} error paths at DEBUG",
        "0 in any output",
        f"{found} in {searched / (1 << 20):.1f} MB of output",
        found == 0 and len(paths) >= 30 and searched > 0,
    )
