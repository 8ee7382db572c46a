"""The report as one page for a browser: no script, no network, nothing outside of the file."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ..texts import counted
from .chart import chart_of, short_number
from .report import Dataset, Report
from .samples import ColumnDifferences, Sample
from .time_slots import hour_end, hour_name

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What turns the direction of the text after it.
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400
_DELETE = "\x7f"
_OPEN_SAMPLES = 2
_KINDS = {
    "missing_left": "Only in the JSONL",
    "missing_right": "Only in the CSV",
    "differs": "Values differ",
    "order": "Another order",
}
_SIDES = {"left": "in the CSV", "right": "in the JSONL", "both": "on both sides"}


def render_page(report: Report) -> str:
    """Return the page of a report."""
    period, limits = _period(report)
    page: str = (
        _environment()
        .from_string(_text("page.html.jinja"))
        .render(
            report=report,
            datasets=_worst_first(report),
            verdict=_verdict(report),
            kind=_kind(report),
            period=period,
            limits=limits,
            tiles=_tiles(report),
            kinds=_KINDS,
            sides=_SIDES,
            style=Markup(_text("page.css")),
        )
    )
    return page


def _environment() -> Environment:
    environment = Environment(autoescape=True, finalize=_visible, undefined=StrictUndefined)
    environment.filters.update(
        chart_of=chart_of,
        columns_by_rows=_columns_by_rows,
        counted=counted,
        hour_name=hour_name,
        number="{:,}".format,
        parted_samples=_parted_samples,
        short_number=short_number,
    )
    return environment


def _visible(value: Any) -> Any:
    """Return text with its control characters shown as such; what is not text, and HTML, stays."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = value.encode("utf-8", "backslashreplace").decode()
    text = _DIRECTION.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return _CONTROL.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    character = match.group()
    return "\u2421" if character == _DELETE else chr(_PICTURES + ord(character))


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _verdict(report: Report) -> str:
    if report.differences:
        unread = ", not everything could be read" if report.unreadable else ""
        return counted(report.differences, "difference") + unread
    if report.unreadable:
        return "Not everything could be read"
    return "No rows to compare" if report.is_empty else "No differences"


def _kind(report: Report) -> str:
    is_good = not report.unreadable and not report.is_empty
    return "bad" if report.differences else "good" if is_good else "unsure"


def _period(report: Report) -> tuple[str, str]:
    """Return from when to when there are rows, and what limited the comparison."""
    hours = sorted(hour for dataset in report.datasets for hour in dataset.hours)
    span = f"{hour_name(hours[0])} to {hour_end(hours[-1])}, UTC" if hours else "no rows"
    asked = [
        f"{name} {moment}"
        for name, moment in (("since", report.since), ("until", report.until))
        if moment
    ]
    note = " ".join(asked) or "everything there is"
    if report.sampled < 100:
        note += f"; {report.sampled:g}% sampled, {counted(report.sampled_out, 'CSV row')} left out"
    return span, note


def _tiles(report: Report) -> list[tuple[str, int, str]]:
    """Return the numbers that matter, in large: name, number, and class where it is not 0."""
    total = report.total
    found = [dataset.without_outputs for dataset in report.datasets if dataset.without_outputs]
    without = max(sum(each.left or 0 for each in found), sum(each.right or 0 for each in found))
    return [
        ("Rows in the CSV", total.left, ""),
        ("Rows in the JSONL", total.right, ""),
        ("Only in the CSV", total.missing_right, "bad"),
        ("Only in the JSONL", total.missing_left, "bad"),
        ("Rows that differ", total.differing, "bad"),
        ("Ids without outputs", without, "note"),
    ]


def _columns_by_rows(dataset: Dataset) -> list[tuple[str, ColumnDifferences]]:
    return sorted(dataset.columns.items(), key=lambda item: (-item[1].rows, item[0]))


def _parted_samples(dataset: Dataset) -> tuple[list[Sample], list[Sample]]:
    """Return the samples that are shown at once, some of each kind, and the others."""
    first: list[Sample] = []
    rest: list[Sample] = []
    for kind in _KINDS:
        of_kind = [sample for sample in dataset.samples if sample.kind == kind]
        first += of_kind[:_OPEN_SAMPLES]
        rest += of_kind[_OPEN_SAMPLES:]
    return first, rest


def _worst_first(report: Report) -> list[Dataset]:
    """Return the collections by what was found in them; those that are equal as they were."""
    return sorted(
        report.datasets,
        key=lambda dataset: (dataset.total.differences, dataset.unreadable),
        reverse=True,
    )
