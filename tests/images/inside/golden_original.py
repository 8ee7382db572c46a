"""Runs in an image of Python 3.6: the golden cases with mdc-bridge in front of the original.

Prints `{"equal": [...], "unequal": [...]}`, names of cases. Each has a service of its own in the
account of `AML_MODEL_DC_STORAGE`, so that several can run at a time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).parents[2] / "bridge" / "golden"))

from azure.storage.blob import BlobServiceClient
from outcomes import GOLDEN, golden_outcome, outcome_of

# A process that ends sooner loses its rows, with and without us.
_ORIGINAL_SECONDS = 3.0
_MARK = "outcome: "
# That of the golden cases.
_SERVICE = "default"
_AT_ONCE = 4


def main(names: List[str]) -> None:
    """Run all the cases, or call one."""
    if names:
        call(names[0])
        return
    cases = sorted(set(GOLDEN) - {"bad_desig"})
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        equal = [name for name, is_equal in zip(cases, pool.map(_is_equal, cases)) if is_equal]
    json.dump({"equal": equal, "unequal": sorted(set(cases) - set(equal))}, sys.stdout)


def call(name: str) -> None:
    """Call one case and print what came of it; the end of the process delivers."""
    from cases import CASES

    case = next(case for case in CASES if case.__name__ == name)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        returned = case()
    sys.stdout.write(f"{_MARK}{json.dumps([returned, printed.getvalue()])}\n")
    time.sleep(_ORIGINAL_SECONDS)


def _is_equal(name: str) -> bool:
    service = f"golden-{name}"
    output = subprocess.check_output(
        [sys.executable, __file__, name],
        env={**os.environ, "SERVICE_NAME": service},
        stderr=subprocess.DEVNULL,
    )
    lines = output.decode().replace(service, _SERVICE).splitlines()
    said = next(line for line in lines if line.startswith(_MARK))  # the original logs there, too
    returned, printed = json.loads(said[len(_MARK) :])
    with tempfile.TemporaryDirectory() as folder:
        _download(service, Path(folder))
        outcome = outcome_of(returned, printed, Path(folder))
    return bool(outcome == golden_outcome(GOLDEN[name]))


def _download(service: str, folder: Path) -> None:
    """Copy what the original wrote for a service to a folder, as if it were the default one."""
    account = BlobServiceClient.from_connection_string(os.environ["AML_MODEL_DC_STORAGE"])
    for container in account.list_containers():
        client = account.get_container_client(container.name)
        for blob in client.list_blobs():
            if f"/{service}/" in blob.name and not blob.name.endswith("/aml_telemetry.csv"):
                path = folder / container.name / blob.name.replace(service, _SERVICE)
                path.parent.mkdir(parents=True, exist_ok=True)
                content = client.download_blob(blob.name).readall()
                path.write_bytes(content.replace(service.encode(), _SERVICE.encode()))


if __name__ == "__main__":
    main(sys.argv[1:])
