"""An archive of small files of every layout and every kind of raggedness, all mixed.

The same arguments make the same archive; what a file holds depends only on its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import count, islice, product
from pathlib import Path
from typing import NamedTuple

from .ragged import NAMES, ragged_file

DAY = datetime(2018, 11, 20, tzinfo=timezone.utc)
_SUBSCRIPTION = "12345678-1234-1234-1234-123456789abc"
_MODEL_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
_HOURS = ("08", "17")


class _Model(NamedTuple):
    service: str
    name: str
    version: str


_MODELS = (
    _Model("churn", "best_model", "1"),
    _Model("churn", "best_model", "2"),
    _Model("churn", "second-model", "1"),
    _Model("fraud detection", "fraud model", "7"),
    _Model("pricing", "price", "12"),
)
_LAYOUTS = {
    "2019": "{sub}/Group/ws/{service}/{model}/{version}/{designation}/{day}/{file}",
    "hours": "{sub}/group/ws/{service}/{model}/{version}/{designation}/{day}/{hour}/{file}",
    "mounted": "modeldata/{sub}/group/ws/{service}/{model}/{version}/{designation}/{day}/{file}",
    "deeper": (
        "mnt/archive/modeldata/{sub}/group/ws/{service}/{model}/{version}/{designation}/{day}/{file}"
    ),
    "2018": "{sub}/group/account/{service}/a1b2c3-{model}-{version}/{designation}/{day}/{file}",
    "guid": "{sub}/group/account/{service}/{id}-{model}-{version}/{designation}/{day}/{file}",
    "unknown": "unknown/unknown/unknown-{model}-unknown/{designation}/{day}/{file}",
}
_FILES = {
    "inputs": ("data.csv", "inputs.csv"),
    "predictions": ("data.csv", "predictions.csv"),
    "labels": ("labels.csv",),
    "signals": ("clicks.csv", "page views.csv"),
    "general": ("default.csv",),
}


def mixed_archive(files: int = 1000) -> dict[str, bytes]:
    """Return an archive: the content of each of so many CSV files by path."""
    return {path: ragged_file(path, *about) for path, *about in islice(_places(), files)}


def write_archive(folder: Path, archive: dict[str, bytes]) -> None:
    """Write an archive below a folder."""
    for path, content in archive.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _places() -> Iterator[tuple[str, str, str, datetime, tuple[str, ...]]]:
    """Yield paths, each with the arguments of `ragged_file` that go with it."""
    for number in count():
        day = DAY + timedelta(days=number)
        for (layout, pattern), model in product(_LAYOUTS.items(), _MODELS):
            # Not every model of every layout is used every day, and the one has no service.
            if (number + len(layout) + len(model.name)) % 3 or (
                layout == "unknown" and model is not _MODELS[0]
            ):
                continue
            about = (f"{_SUBSCRIPTION}/group/ws", *model)
            for hour, designation in product(_HOURS if layout == "hours" else ("",), NAMES):
                for name in _names(designation, number, layout):
                    path = pattern.format(
                        sub=_SUBSCRIPTION,
                        id=_MODEL_ID,
                        service=model.service,
                        model=model.name,
                        version=model.version,
                        designation=designation,
                        day=f"{day:%Y/%m/%d}",
                        hour=hour,
                        file=name,
                    )
                    calls = f"{layout} {model} {day} {hour} {name == 'data.csv'}"
                    when = day + timedelta(hours=int(hour or number % 24))
                    yield path, calls, designation, when, about


def _names(designation: str, number: int, layout: str) -> Sequence[str]:
    """Return the names of a folder's files: the old one, the new one, or both."""
    names = _FILES[designation]
    if layout in ("2018", "guid", "unknown"):
        return ("data.csv",)
    return names if number % 4 == 0 else (names[number % len(names)],)
