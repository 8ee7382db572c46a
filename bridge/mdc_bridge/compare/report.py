"""What a comparison found: the numbers, and examples of what lies behind them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from operator import add
from typing import Any, Optional

from ..moments import utc_text
from .samples import EXAMPLES, LISTED, SAMPLES, ColumnDifferences, Sample, WithoutOutputs


@dataclass
class Counts:
    """Numbers of rows, as the row rule of the JSONL counts them.

    Attributes:
        left, right: rows in the CSV and in the JSONL.
        missing_left, missing_right: rows that only the other side has.
        differing: rows of both sides whose values differ.
    """

    left: int = 0
    right: int = 0
    missing_left: int = 0
    missing_right: int = 0
    differing: int = 0

    @property
    def differences(self) -> int:
        """Rows that are not the same on both sides."""
        return self.missing_left + self.missing_right + self.differing

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, vars(self).values(), vars(other).values()))


@dataclass
class Dataset:
    """One collection of one deployment and model version, and the CSV folders it goes with.

    Attributes:
        endpoint, deployment, collection, version: of the JSONL.
        folders: of the CSV, `service/model/version/designation`.
        hours: counts by hour; by day for CSV rows whose hour nothing tells.
        columns: differences by column.
        renamed: rows whose column has another name in the CSV's header, by both names; values
            count, names do not.
        samples: examples of differences.
        matched_without_id: rows that were matched by their content or order, because the CSV has
            no correlation id for them.
        folded: CSV rows that stand for several rows: 1-D predictions, lists of lists.
        repeated_left, repeated_right: missing rows that are repeats of one that both sides have.
        in_doubt: CSV rows without a partner of which nothing tells whether they are of the period
            or the sample; they are not differences.
        without_outputs: for inputs; None for other collections.
        unreadable_left, unreadable_right: CSV rows and files, JSONL lines and files of it that
            could not be read.
    """

    endpoint: str
    deployment: str
    collection: str
    version: str
    folders: list[str] = field(default_factory=list)
    hours: dict[str, Counts] = field(default_factory=dict)
    columns: dict[str, ColumnDifferences] = field(default_factory=dict)
    renamed: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    matched_without_id: int = 0
    folded: int = 0
    repeated_left: int = 0
    repeated_right: int = 0
    in_doubt: int = 0
    without_outputs: Optional[WithoutOutputs] = None
    unreadable_left: int = 0
    unreadable_right: int = 0

    def wants(self, kind: str) -> bool:
        """Return whether there are too few samples of a kind."""
        return sum(sample.kind == kind for sample in self.samples) < SAMPLES

    def add_renamed(self, names: str, rows: int) -> None:
        """Count rows with columns of other names in the header."""
        if names in self.renamed or len(self.renamed) < LISTED:
            self.renamed[names] = self.renamed.get(names, 0) + rows

    def add(self, other: Dataset) -> None:
        """Add what was counted of other rows of it, later ones."""
        for hour, counts in other.hours.items():
            self.hours[hour] = self.hours.get(hour, Counts()) + counts
        for name, column in other.columns.items():
            known = self.columns.setdefault(name, ColumnDifferences())
            known.rows += column.rows
            known.examples += column.examples[: EXAMPLES - len(known.examples)]
        for names, rows in other.renamed.items():
            self.add_renamed(names, rows)
        for sample in other.samples:
            if self.wants(sample.kind):
                self.samples.append(sample)
        for name in ("matched_without_id", "folded", "repeated_left", "repeated_right", "in_doubt"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def name(self) -> str:
        """Endpoint, deployment, collection and version."""
        return f"{self.endpoint} / {self.deployment} / {self.collection} (v {self.version})"

    @property
    def unreadable(self) -> int:
        """What could not be read, on both sides."""
        return self.unreadable_left + self.unreadable_right

    @property
    def total(self) -> Counts:
        """The counts of all hours."""
        return sum(self.hours.values(), Counts())


@dataclass
class Side:
    """What was read of one side.

    Attributes:
        place: where, secrets masked.
        files: number of files.
        unreadable: files, rows and lines that could not be read.
        torn: last rows or lines without an end, which were skipped.
        problems: the first of both, in words.
        left_out: files that look like data and are of no form that is read.
        copies: files that are not read, because others hold their rows.
        not_read: the first of both, in words.
    """

    place: str
    files: int = 0
    unreadable: int = 0
    torn: int = 0
    problems: list[str] = field(default_factory=list)
    left_out: int = 0
    copies: int = 0
    not_read: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What `compare` found.

    Attributes:
        left, right: the CSV side and the JSONL side.
        since, until: the period, as asked for.
        sampled: percent of the correlation ids that the JSONL was to keep.
        sampled_out: CSV rows whose id was not to be kept.
        datasets: by endpoint, deployment, version and collection.
        hint: which names to give when the sides have no deployment in common, else empty.
    """

    left: Side
    right: Side
    since: Optional[str] = None
    until: Optional[str] = None
    sampled: float = 100.0
    sampled_out: int = 0
    datasets: list[Dataset] = field(default_factory=list)
    hint: str = ""

    @property
    def asked(self) -> str:
        """The period in words; empty for all time."""
        bounds = (("since", self.since), ("until", self.until))
        return " ".join(f"{name} {bound}" for name, bound in bounds if bound)

    @property
    def total(self) -> Counts:
        """The counts of all datasets."""
        return sum((dataset.total for dataset in self.datasets), Counts())

    @property
    def hours(self) -> dict[str, Counts]:
        """The counts of all datasets by hour."""
        hours: dict[str, Counts] = {}
        for dataset in self.datasets:
            for hour, counts in dataset.hours.items():
                hours[hour] = hours.get(hour, Counts()) + counts
        return hours

    @property
    def differences(self) -> int:
        """Rows that are not the same on both sides."""
        return self.total.differences

    @property
    def is_empty(self) -> bool:
        """Whether neither side has rows of the period, so that nothing was compared."""
        return not (self.total.left or self.total.right)

    @property
    def unreadable(self) -> int:
        """What could not be read, on both sides."""
        return self.left.unreadable + self.right.unreadable

    @property
    def left_out(self) -> int:
        """Files of both sides that look like data and are of no form that is read."""
        return self.left.left_out + self.right.left_out

    def to_json(self, made: Optional[datetime] = None) -> dict[str, Any]:
        """Return everything as values that JSON has, with the totals.

        Args:
            made: when the comparison began; left out for None, so that equal ones are equal.
        """
        content: dict[str, Any] = {} if made is None else {"made": utc_text(made)}
        content.update(
            asdict(self),
            total=asdict(self.total),
            differences=self.differences,
            is_empty=self.is_empty,
            unreadable=self.unreadable,
        )
        for entry, dataset in zip(content["datasets"], self.datasets):
            entry["total"] = asdict(dataset.total)
            entry["hours"] = {hour: entry["hours"][hour] for hour in sorted(entry["hours"])}
        return content
