"""Two old scripts under the server of their image's time, and what they collected compared."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mdc_bridge.compare import compare
from tests.azure.azurite import Place
from tests.bridge.inference_server import ScoringServer, inference_server

from . import original
from .installation import Installed, run
from .locks import Image

REQUESTS = 30
INSIDE = Path(__file__).parent / "inside"
PLAIN = Path(__file__).parents[2] / "examples" / "aks_score.py"
CORRELATED = INSIDE / "correlated_score.py"

_COLUMNS = 10
_MOST_ROWS = 4
_HEALTHY_SECONDS = 180.0


class Scored(NamedTuple):
    """What came of the requests to one script, or to several.

    Attributes:
        requests: sent, and answered.
        rows: in the requests.
        csv, jsonl: rows collected, as `compare` counts them: of inputs and of predictions.
        differences: between both, and files that could not be read.
    """

    requests: int = 0
    rows: int = 0
    csv: int = 0
    jsonl: int = 0
    differences: int = 0

    def __add__(self, other: tuple[int, ...]) -> Scored:  # type: ignore[override]
        return Scored(*(one + another for one, another in zip(self, other)))

    @property
    def is_complete(self) -> bool:
        """Every row of a request is there twice in both formats, and they are the same."""
        return self.csv == self.jsonl == 2 * self.rows > 0 == self.differences


def score_all(image: Image, installed: Installed, account: Place) -> Scored:
    """Train, then run one script to a folder with two workers and one to a storage account.

    Raises:
        AssertionError: the server does not start, answer or end as it should.
        RuntimeError: there is no training.
    """
    models = installed.folder / "models"
    models.mkdir(exist_ok=True)
    train = original.inside(image, installed.folder) / "train.py"
    run(str(installed.python), str(train), str(models))
    collected = installed.folder / "collected"
    shutil.rmtree(collected, ignore_errors=True)
    is_original = original.is_in(image)
    place = account.connection_string
    csv = original.settings_for(installed.python, place) if is_original else {}
    serve = _Serving(image, installed, models, csv)
    return serve(PLAIN, str(collected), 2) + serve(CORRELATED, place, 1)


class _Serving(NamedTuple):
    image: Image
    installed: Installed
    models: Path
    csv: Mapping[str, str]

    def __call__(self, script: Path, storage: str, workers: int) -> Scored:
        """Run a script and send it requests; return what it collected."""
        spool = self.installed.folder / "spool"
        shutil.rmtree(spool, ignore_errors=True)
        settings = {
            "MDC_BRIDGE_MODE": "dual",
            "MDC_STORAGE": storage,
            "MDC_SPOOL_DIR": str(spool),
            "SERVICE_NAME": f"image-{self.image.name}-{workers}",
            "AZUREML_MODEL_DIR": str(self.models),
            "ENTRY_SCRIPT": str(script),
            "PYTHONPATH": str(INSIDE),
            **self.csv,
        }
        log = self.installed.folder / f"{script.stem}.log"
        sizes = [random.Random(number).randint(1, _MOST_ROWS) for number in range(REQUESTS)]
        with ScoringServer(
            self._command(script, workers), log, settings, _HEALTHY_SECONDS
        ) as server:
            for number, rows in enumerate(sizes):
                status, answer = server.score(json.dumps({"data": _rows(number, rows)}))
                assert (status, len(_answered(answer))) == (200, rows), f"{status}: {answer}"
            if self.csv:
                time.sleep(original.LOSES_SECONDS)
        archive = self.csv.get("AML_MODEL_DC_STORAGE", storage)
        report = compare(archive, storage, service=settings["SERVICE_NAME"])
        totals = report.total
        differences = totals.differences + report.unreadable
        return Scored(REQUESTS, sum(sizes), totals.left, totals.right, differences)

    def _command(self, script: Path, workers: int) -> Callable[[int], Sequence[str]]:
        python = self.installed.python
        if self.image.server is not None:
            return inference_server(python, script, self.models, workers)
        return lambda port: [
            *(str(python.parent / "gunicorn"), "--bind", f"127.0.0.1:{port}"),
            *("--workers", str(workers), "--timeout", "300", "flask_server:app"),
        ]


def _rows(number: int, rows: int) -> list[list[float]]:
    drawn = random.Random(f"rows of {number}")
    return [[round(drawn.uniform(-0.2, 0.2), 6) for _ in range(_COLUMNS)] for _ in range(rows)]


def _answered(answer: str) -> list[float]:
    """Return the predictions; some servers wrap what the script returns in a text."""
    try:
        found = json.loads(answer)
    except ValueError:
        return []
    return found if isinstance(found, list) else []
