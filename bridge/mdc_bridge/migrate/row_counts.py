"""What became of CSV rows, counted: of a unit, and of a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass
class RowCounts:
    """Numbers of CSV rows, and of the lines that they became.

    Attributes:
        rows: CSV rows that are in the lines.
        rejected: CSV rows that are not.
        lines: JSONL lines.
        left_out: CSV rows of another time than what is wanted.
        collected: CSV rows that collected lines have already.
        unreadable_lines: collected lines that could not be read, so that their rows may be there
            twice.
        without_correlation: rows whose id is made of their place.
        cut: lines that end before their id does, because its rows are too many for one.
        infinities: cells that hold one, which JSON has no number for, and became null.
        other_times: rows whose time is not that of the first row of their id, which is the line's.
        reasons: rejected rows by reason.
    """

    rows: int = 0
    rejected: int = 0
    lines: int = 0
    left_out: int = 0
    collected: int = 0
    unreadable_lines: int = 0
    without_correlation: int = 0
    cut: int = 0
    infinities: int = 0
    other_times: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def include(self, other: RowCounts) -> None:
        """Add other rows' counts."""
        for each in fields(RowCounts):
            if each.name != "reasons":
                number = getattr(self, each.name) + getattr(other, each.name)
                setattr(self, each.name, number)
        for reason, rows in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + rows
