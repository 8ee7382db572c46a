"""The report as one page for a browser: no script, no network, nothing outside of the file."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Union

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ..texts import counted
from .chart import chart_of, short_number
from .report import Dataset, Report
from .samples import Sample
from .time_slots import hour_end, hour_name

# Control characters as their pictures; what turns the direction of the text after it as an escape.
_VISIBLE: dict[int, Union[int, str]] = {
    **{code: 0x2400 + code for code in (*range(0x09), *range(0x0B, 0x20))},
    0x7F: 0x2421,
    **{code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x202A, 0x202F))},
    **{code: f"\\u{code:04x}" for code in range(0x2066, 0x206A)},
}
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
    environment = Environment(autoescape=True, finalize=_visible, undefined=StrictUndefined)
    environment.filters.update(
        chart_of=chart_of,
        counted=counted,
        hour_name=hour_name,
        number="{:,}".format,
        parted_samples=_parted_samples,
        short_number=short_number,
    )
    worst_first = sorted(
        report.datasets,
        key=lambda dataset: (dataset.total.differences, dataset.unreadable),
        reverse=True,
    )
    period, limits = _period(report)
    verdict, kind = _verdict(report)
    page: str = environment.from_string(_text("page.html.jinja")).render(
        report=report,
        datasets=worst_first,
        verdict=verdict,
        kind=kind,
        period=period,
        limits=limits,
        without_outputs=_without_outputs(report),
        kinds=_KINDS,
        sides=_SIDES,
        style=Markup(_text("page.css")),
    )
    return page


def _visible(value: Any) -> Any:
    """Return text with its control characters shown as such; what is not text, and HTML, stays."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode().translate(_VISIBLE)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _verdict(report: Report) -> tuple[str, str]:
    """Return what the page says first, and whether that is `good`, `bad` or `unsure`."""
    if report.differences:
        unread = ", not everything could be read" if report.unreadable else ""
        return counted(report.differences, "difference") + unread, "bad"
    if report.unreadable:
        return "Not everything could be read", "unsure"
    return ("No rows to compare", "unsure") if report.is_empty else ("No differences", "good")


def _period(report: Report) -> tuple[str, str]:
    """Return from when to when there are rows, and what limited the comparison."""
    hours = sorted(hour for dataset in report.datasets for hour in dataset.hours)
    span = f"{hour_name(hours[0])} to {hour_end(hours[-1])}, UTC" if hours else "no rows"
    note = report.asked or "everything there is"
    if report.sampled < 100:
        note += f"; {report.sampled:g}% sampled, {counted(report.sampled_out, 'CSV row')} left out"
    return span, note


def _without_outputs(report: Report) -> int:
    """Return how many ids have inputs and no outputs, on the side that has more of them."""
    found = [dataset.without_outputs for dataset in report.datasets if dataset.without_outputs]
    return max(sum(each.left or 0 for each in found), sum(each.right or 0 for each in found))


def _parted_samples(dataset: Dataset) -> tuple[list[Sample], list[Sample]]:
    """Return the samples that are shown at once, some of each kind, and the others."""
    first: list[Sample] = []
    rest: list[Sample] = []
    for kind in _KINDS:
        of_kind = [sample for sample in dataset.samples if sample.kind == kind]
        first += of_kind[:_OPEN_SAMPLES]
        rest += of_kind[_OPEN_SAMPLES:]
    return first, rest
