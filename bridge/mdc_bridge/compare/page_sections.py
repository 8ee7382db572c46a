"""Parts of the page: the numbers in large, and what was found in one collection."""

from __future__ import annotations

from collections.abc import Iterable

from ..counted import counted
from .chart import chart
from .markup import escaped, isolated
from .report import Counts, Dataset, Report
from .samples import Cell, Place, Sample
from .time_slots import hour_name

_SHOWN_CELLS = 8
_OPEN_SAMPLES = 2
_SHOWN_COLUMNS = 15
_KINDS = {
    "missing_left": "Only in the JSONL",
    "missing_right": "Only in the CSV",
    "differs": "Values differ",
    "order": "Another order",
}
_SIDES = {"left": "in the CSV", "right": "in the JSONL", "both": "on both sides"}


def name_of(dataset: Dataset) -> str:
    """Return a collection's name: endpoint, deployment, collection, version."""
    return f"{dataset.endpoint} / {dataset.deployment} / {dataset.collection} (v {dataset.version})"


def tiles(report: Report) -> str:
    """Return the numbers that matter, in large."""
    total = report.total
    found = [dataset.without_outputs for dataset in report.datasets if dataset.without_outputs]
    without = max(sum(each.left or 0 for each in found), sum(each.right or 0 for each in found))
    entries = [
        ("Rows in the CSV", total.left, ""),
        ("Rows in the JSONL", total.right, ""),
        ("Only in the CSV", total.missing_right, "bad"),
        ("Only in the JSONL", total.missing_left, "bad"),
        ("Rows that differ", total.differing, "bad"),
        ("Ids without outputs", without, "note"),
    ]
    boxes = "".join(
        f'<div class="tile {kind if count else ""}"><dd>{count:,}</dd><dt>{name}</dt></div>'
        for name, count, kind in entries
    )
    return f'<dl class="tiles">{boxes}</dl>'


def heads_of(first: str) -> str:
    """Return the heads above rows of numbers; narrow screens show no sums, but all findings."""
    return (
        f'<th scope="col">{first}</th><th scope="col" class="sum">CSV</th>'
        '<th scope="col" class="sum">JSONL</th><th scope="col">Only CSV</th>'
        '<th scope="col">Only JSONL</th><th scope="col">Differ</th>'
    )


def findings_of(counts: Counts) -> str:
    """Return the cells of a row of numbers."""
    plain = (counts.left, counts.right)
    bad = (counts.missing_right, counts.missing_left, counts.differing)
    return "".join(f'<td class="sum">{count:,}</td>' for count in plain) + "".join(
        f'<td class="{"bad" if count else "none"}">{count:,}</td>' for count in bad
    )


def dataset_section(dataset: Dataset, anchor: str, is_open: bool) -> str:
    """Return everything about one collection.

    Args:
        dataset: the collection.
        anchor: id of the section.
        is_open: shown without a click.
    """
    total = dataset.total
    found = total.differences
    badge = ""
    if dataset.unreadable:
        badge += f'<span class="badge bad">{dataset.unreadable:,} could not be read</span>'
    if found:
        badge += f'<span class="badge bad">{counted(found, "difference")}</span>'
    badge = badge or '<span class="badge good">no differences</span>'
    folders = ", ".join(isolated(folder) for folder in dataset.folders[:5]) or "none"
    if len(dataset.folders) > 5:
        folders += f" and {len(dataset.folders) - 5:,} more"
    parts = [
        f'<p class="folders">CSV folders: {folders}</p>',
        chart(dataset.hours, name_of(dataset)),
        _hours(dataset),
        _notes(dataset),
        _columns(dataset),
        _samples(dataset),
        _without_outputs(dataset),
    ]
    return (
        f'<section class="card" id="{anchor}"><details{" open" * is_open}><summary><h2>'
        f"{isolated(name_of(dataset))}</h2>{badge}<small>{counted(total.left, 'CSV row')}, "
        f"{counted(total.right, 'JSONL row')}</small></summary>{''.join(parts)}</details></section>"
    )


def _hours(dataset: Dataset) -> str:
    if not dataset.hours:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escaped(hour_name(hour))}</th>{findings_of(counts)}</tr>'
        for hour, counts in sorted(dataset.hours.items())
    )
    return (
        '<details class="more"><summary>Numbers by hour</summary><div class="scroll">'
        f'<table class="numbers"><thead><tr>{heads_of("Hour (UTC)")}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _notes(dataset: Dataset) -> str:
    notes = []
    if dataset.matched_without_id:
        notes.append(
            f"{counted(dataset.matched_without_id, 'row')} without a correlation id in the CSV "
            "matched by values, then by order."
        )
    if dataset.folded:
        notes.append(
            f"{counted(dataset.folded, 'CSV row')} with several rows in one: so the old SDK writes "
            "a 1-D value, or a list of lists."
        )
    if dataset.repeated_left or dataset.repeated_right:
        notes.append(
            "Duplicates of rows that both sides have: "
            f"{dataset.repeated_left:,} in the CSV, {dataset.repeated_right:,} in the JSONL."
        )
    if dataset.in_doubt:
        notes.append(
            f"{counted(dataset.in_doubt, 'CSV row')} without a matching JSONL row may be outside "
            "the period or the sample; they are not counted as differences."
        )
    texts = [f"<li>{escaped(note)}</li>" for note in notes]
    texts += [
        f"<li>A column has another name in the CSV's header: {isolated(names)} "
        f"({counted(rows, 'row')}). The values count.</li>"
        for names, rows in dataset.renamed.items()
    ]
    return f'<ul class="notes">{"".join(texts)}</ul>' if texts else ""


def _columns(dataset: Dataset) -> str:
    if not dataset.columns:
        return ""
    ordered = sorted(dataset.columns.items(), key=lambda item: (-item[1].rows, item[0]))
    most = ordered[0][1].rows
    rows = "".join(
        f'<tr><th scope="row">{isolated(name)}</th><td class="count">{column.rows:,}</td>'
        f'<td class="share"><svg width="100%" height="10" aria-hidden="true"><rect '
        f'width="{column.rows / most * 100:.1f}%" height="10" rx="2"/></svg></td>'
        f'<td class="examples">{_examples(column.examples)}</td></tr>'
        for name, column in ordered[:_SHOWN_COLUMNS]
    )
    more = len(ordered) - _SHOWN_COLUMNS
    rest = f"<p>and {counted(more, 'more column')}</p>" if more > 0 else ""
    return (
        '<h3>Differences by column</h3><div class="scroll"><table class="columns"><thead><tr>'
        '<th scope="col">Column</th><th scope="col">Rows</th><th scope="col" class="share"></th>'
        '<th scope="col">For example: CSV » JSONL</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{rest}"
    )


def _examples(examples: Iterable[tuple[str, str]]) -> str:
    shown = [
        f"<span>{_value(left, 'csv')} <b>»</b> {_value(right, 'jsonl')}</span>"
        for left, right in examples
    ]
    return "".join(shown)


def _samples(dataset: Dataset) -> str:
    if not dataset.samples:
        return ""
    first: list[Sample] = []
    rest: list[Sample] = []
    for kind in _KINDS:
        of_kind = [sample for sample in dataset.samples if sample.kind == kind]
        first += of_kind[:_OPEN_SAMPLES]
        rest += of_kind[_OPEN_SAMPLES:]
    more = (
        f'<details class="more"><summary>{counted(len(rest), "more sample")}</summary>'
        f'<div class="samples">{"".join(map(_sample, rest))}</div></details>'
        if rest
        else ""
    )
    return (
        "<h3>Samples, side by side</h3>"
        f'<div class="samples">{"".join(map(_sample, first))}</div>{more}'
    )


def _sample(sample: Sample) -> str:
    identity = f"id {isolated(sample.id)}, row {sample.row}" if sample.id else "no correlation id"
    cells = sample.cells[:_SHOWN_CELLS]
    rows = "".join(_cells(cell, sample.kind) for cell in cells)
    more = len(sample.cells) - len(cells)
    rest = f'<tr><td colspan="3">and {counted(more, "more column")}</td></tr>' if more > 0 else ""
    return (
        f'<article class="sample {sample.kind}"><header><strong>{_KINDS[sample.kind]}</strong>'
        f"<span>{escaped(hour_name(sample.hour))} UTC</span><span>{identity}</span></header>"
        '<table><thead><tr><th scope="col">Column</th><th scope="col">CSV</th>'
        f'<th scope="col">JSONL</th></tr></thead><tbody>{rows}{rest}</tbody></table>'
        f"<footer>{_place('CSV', sample.left)}{_place('JSONL', sample.right)}</footer></article>"
    )


def _cells(cell: Cell, kind: str) -> str:
    left = '<td class="none">—</td>' if kind == "missing_left" else _td(cell.left, "csv")
    right = '<td class="none">—</td>' if kind == "missing_right" else _td(cell.right, "jsonl")
    return f'<tr><th scope="row">{isolated(cell.column)}</th>{left}{right}</tr>'


def _td(text: str, side: str) -> str:
    return f"<td>{_value(text, side)}</td>"


def _value(text: str, side: str) -> str:
    if not text:
        return '<i class="empty">empty</i>'
    return f'<code class="{side}">{isolated(text)}</code>'


def _place(side: str, place: Place | None) -> str:
    if place is None:
        return ""
    return f"<span>{side}: {isolated(place.path)}, line {place.line:,}</span>"


def _without_outputs(dataset: Dataset) -> str:
    found = dataset.without_outputs
    if found is None or not (found.left or found.right):
        return ""
    left = "not known, as its outputs carry no ids" if found.left is None else f"{found.left:,}"
    right = "not known, as it has no outputs" if found.right is None else f"{found.right:,}"
    items = "".join(
        f"<li><code>{isolated(identifier)}</code> <small>{escaped(hour_name(hour))}, "
        f"{_SIDES[side]}</small></li>"
        for identifier, side, hour in found.ids
    )
    more = max(found.left or 0, found.right or 0) - len(found.ids)
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    return (
        f"<h3>Correlation ids with inputs and no outputs</h3><p>In the CSV: {left}. In the JSONL: "
        f"{right}. A request that failed before its prediction leaves one; it is not a difference."
        f'</p><ul class="ids">{items}</ul>'
    )
