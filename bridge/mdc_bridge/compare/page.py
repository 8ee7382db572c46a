"""The report as one page for a browser: no script, no network, nothing outside of the file."""

from __future__ import annotations

from importlib.resources import files

from ..counted import counted
from .chart import chart
from .markup import escaped, isolated
from .page_sections import dataset_section, findings_of, heads_of, name_of, tiles
from .report import Counts, Dataset, Report, Side
from .time_slots import hour_end, hour_name

# Whatever a cell holds, the browser loads and runs nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SHOWN_PROBLEMS = 20
# The worst; a page of hundreds that are open cannot be looked through.
_OPEN = 3


def render_page(report: Report) -> str:
    """Return the page of a report."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    title = f"{_verdict(report)} — CSV and JSONL compared"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escaped(title)}</title><style>{style}</style></head><body><main>"
        f"{_head(report)}{tiles(report)}{_problems(report)}{_overview(report)}"
        f"{_datasets(report)}</main></body></html>\n"
    )


def _verdict(report: Report) -> str:
    if report.differences:
        unread = ", not everything could be read" if report.unreadable else ""
        return counted(report.differences, "difference") + unread
    if report.unreadable:
        return "Not everything could be read"
    return "No rows to compare" if report.is_empty else "No differences"


def _head(report: Report) -> str:
    is_good = not report.unreadable and not report.is_empty
    kind = "bad" if report.differences else "good" if is_good else "unsure"
    sign = {"bad": "&times;", "unsure": "!", "good": "="}[kind]
    total = report.total
    hint = f"<p>{escaped(report.hint)}</p>" if report.hint else ""
    details = [
        ("CSV", isolated(report.left.place), counted(report.left.files, "file")),
        ("JSONL", isolated(report.right.place), counted(report.right.files, "file")),
        ("Period", *_period(report)),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{place}<small>{escaped(note)}</small></dd></div>"
        for name, place, note in details
    )
    return (
        f'<header class="{kind}"><p class="sign" aria-hidden="true">{sign}</p><div>'
        f"<h1>{escaped(_verdict(report))}</h1><p>{counted(total.left, 'CSV row')} against "
        f"{counted(total.right, 'JSONL row')}, in "
        f"{counted(len(report.datasets), 'collection')}</p>"
        f"{hint}</div></header>"
        f"<dl>{rows}</dl>"
    )


def _period(report: Report) -> tuple[str, str]:
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
    return escaped(span), note


def _problems(report: Report) -> str:
    return _side_problems("CSV", report.left) + _side_problems("JSONL", report.right)


def _side_problems(name: str, side: Side) -> str:
    if not (side.unreadable or side.torn):
        return ""
    told = []
    if side.unreadable:
        told.append(f"{side.unreadable:,} could not be read")
    if side.torn:
        told.append(f"{counted(side.torn, 'truncated last row')} skipped")
    items = "".join(f"<li>{isolated(problem)}</li>" for problem in side.problems[:_SHOWN_PROBLEMS])
    more = len(side.problems) - _SHOWN_PROBLEMS
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    return (
        f'<section class="card problems"><h2>{name}: {", ".join(told)}</h2>'
        f'<ul class="code">{items}</ul></section>'
    )


def _overview(report: Report) -> str:
    """Return the sum over all collections, where there are several."""
    if len(report.datasets) < 2:
        return ""
    hours: dict[str, Counts] = {}
    for dataset in report.datasets:
        for hour, counts in dataset.hours.items():
            hours.setdefault(hour, Counts()).add(counts)
    unreadable = '<th scope="col">Unreadable</th>' if report.unreadable else ""
    rows = "".join(
        f'<tr><th scope="row"><a href="#d{index}">{isolated(name_of(dataset))}</a></th>'
        f"{findings_of(dataset.total)}{_unreadable(report, dataset)}</tr>"
        for index, dataset in enumerate(_worst_first(report))
    )
    return (
        f'<section class="card"><h2>All collections</h2>{chart(hours, "all collections")}'
        f'<div class="scroll"><table class="numbers"><thead><tr>{heads_of("Collection")}'
        f"{unreadable}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _unreadable(report: Report, dataset: Dataset) -> str:
    if not report.unreadable:
        return ""
    return f'<td class="{"bad" if dataset.unreadable else "none"}">{dataset.unreadable:,}</td>'


def _datasets(report: Report) -> str:
    return "".join(
        dataset_section(dataset, f"d{index}", is_open=index < _OPEN and _is_worth(report, dataset))
        for index, dataset in enumerate(_worst_first(report))
    )


def _is_worth(report: Report, dataset: Dataset) -> bool:
    """Return whether a collection is to be looked at: it differs, or there is no other."""
    differs = dataset.total.differences or dataset.unreadable
    return bool(differs) or len(report.datasets) == 1


def _worst_first(report: Report) -> list[Dataset]:
    """Return the collections by what was found in them; those that are equal as they were."""
    return sorted(
        report.datasets,
        key=lambda dataset: (dataset.total.differences, dataset.unreadable),
        reverse=True,
    )
