"""Every image installed, driven and looked at: a row for each."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Optional

from tests.azure.azurite import Azurite, Place

from . import original
from .installation import Installed, install, run
from .interpreters import find_interpreter
from .locks import Image
from .scoring import Scored, score_all

SHORT = ("1.34-py36", "1.34-py37", "1.48-py38", "1.62-py312")
_AT_ONCE = 2
_JSONL_TOO = {"MDC_BRIDGE_MODE": "dual", "MDC_STORAGE": "memory://golden"}

HEAD = (
    "environment",
    "Python",
    "numpy, pandas, scikit-learn",
    "server",
    "installed without an upgrade",
    "requests",
    "rows in CSV",
    "rows in JSONL",
    "differences",
    "golden cases equal",
    "seconds",
)


class Outcome(NamedTuple):
    """What came of one image.

    Attributes:
        image: which.
        installed: None where it was not run, or could not be installed.
        scored: what the scripts collected.
        golden: names of the golden cases that are equal, of those that are not, and of those for
            which these packages make another text.
        seconds: it took.
        failure: what went wrong, "" where nothing did.
        is_run: this machine has a Python for it.
    """

    image: Image
    installed: Optional[Installed] = None
    scored: Scored = Scored()
    golden: tuple[Sequence[str], ...] = ((), (), ())
    seconds: float = 0.0
    failure: str = ""
    is_run: bool = True

    @property
    def is_right(self) -> bool:
        """Nothing was upgraded, nothing is missing, nothing differs."""
        if self.failure or self.installed is None or self.installed.changed:
            return False
        return self.scored.is_complete and bool(self.golden[0]) and not self.golden[1]

    @property
    def row(self) -> tuple[str, ...]:
        """Its line of the table."""
        packages = self.image.packages
        model = ", ".join(packages[name] for name in ("numpy", "pandas", "scikit-learn"))
        server = self.image.server
        head = (
            self.image.name,
            self.image.python,
            model,
            f"inference server {server}" if server else f"Flask {packages['flask']}",
        )
        if not self.is_run:
            return (*head, f"not run: no python{self.image.python}", *[""] * (len(HEAD) - 5))
        if self.installed is None:
            return (*head, "FAILED", *[""] * (len(HEAD) - 5))
        changed = self.installed.changed
        equal, unequal, others = map(len, self.golden)
        golden = f"{equal} of {equal + unequal}"
        return (
            *head,
            f"NO: {', '.join(changed)}" if changed else f"yes, {len(self.installed.came)} came",
            *map(str, (self.scored.requests, self.scored.csv, self.scored.jsonl)),
            str(self.scored.differences) if self.scored.requests else "FAILED",
            f"{golden}; {others} of other versions" if others else golden,
            f"{self.seconds:.0f}",
        )


def run_matrix(images: Sequence[Image], wheel: Path, home: Path) -> Iterator[Outcome]:
    """Yield what came of each image, two of which run at a time."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        azurite = stack.enter_context(Azurite(Path(folder)))
        pool = stack.enter_context(ThreadPoolExecutor(_AT_ONCE))
        yield from pool.map(lambda image: _run(image, wheel, home, azurite.place), images)


def _run(image: Image, wheel: Path, home: Path, account: Place) -> Outcome:
    begun = time.monotonic()
    outcome = Outcome(image)
    interpreter = find_interpreter(image.python)
    if interpreter is None:
        return outcome._replace(is_run=False)
    try:
        installed = install(image, interpreter, original.beside(image, wheel, home), home)
        outcome = outcome._replace(installed=installed)
        outcome = outcome._replace(golden=_golden(image, installed))
        outcome = outcome._replace(scored=score_all(image, installed, account))
    except Exception as error:  # noqa: BLE001  the other images go on
        outcome = outcome._replace(failure=f"{type(error).__name__}: {error}")
    return outcome._replace(seconds=time.monotonic() - begun)


def _golden(image: Image, installed: Installed) -> tuple[Sequence[str], ...]:
    inside = original.inside(image, installed.folder)
    if not original.is_in(image):
        named = json.loads(run(str(installed.python), str(inside / "golden.py")))
    else:
        with Azurite(installed.folder) as account:
            settings = original.settings_for(installed.python, account.place.connection_string)
            program = str(inside / "golden_original.py")
            named = json.loads(run(str(installed.python), program, **settings, **_JSONL_TOO))
    return named["equal"], named["unequal"], named.get("other", ())
