"""What was sent against what both trees hold, each in both directions.

Everything is compared as a multiset, so a row that occurs twice is as wrong as one that is not
there at all; numbers must be equal to the last bit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from .collected import Collected, JsonlLine, Row
from .traffic import Exchange

MODEL_INPUTS = "model_inputs"
MODEL_OUTPUTS = "model_outputs"


@dataclass(frozen=True)
class Check:
    """A comparison of two sides.

    Attributes:
        what: what was compared, in words.
        compared: number of items on the left side.
        only_left, only_right: items without a partner on the other side.
    """

    what: str
    compared: int
    only_left: int
    only_right: int

    @property
    def unmatched(self) -> int:
        """Items without a partner, on either side."""
        return self.only_left + self.only_right


def run_checks(
    exchanges: Sequence[Exchange], collected: Collected, features: Sequence[str]
) -> list[Check]:
    """Compare the exchanges with the files, and the files with one another.

    Args:
        exchanges: what was sent and returned.
        collected: what was found in the files.
        features: names of the columns sent.
    """
    inputs = collected.lines.get(MODEL_INPUTS, [])
    outputs = collected.lines.get(MODEL_OUTPUTS, [])
    sent = [tuple(tuple(zip(features, row)) for row in exchange.rows) for exchange in exchanges]
    returned = [tuple(exchange.predictions) for exchange in exchanges]
    sent_rows = [row for rows in sent for row in rows]
    return [
        _check("rows sent = CSV inputs", sent_rows, [row.row for row in collected.csv_inputs]),
        _check(
            "rows sent = JSONL model_inputs",
            sent_rows,
            [row for line in inputs for row in line.rows],
        ),
        _check(
            "CSV inputs = JSONL, by id and position",
            _placed((row.id, row.row) for row in collected.csv_inputs),
            _placed((line.id, row) for line in inputs for row in line.rows),
        ),
        _check(
            "model_inputs = model_outputs, by id and rows",
            [(line.id, len(line.rows)) for line in inputs],
            [(line.id, len(line.rows)) for line in outputs],
        ),
        _check(
            "requests and responses = JSONL, by id",
            list(zip(sent, returned)),
            _joined(inputs, outputs),
        ),
        _check("predictions returned = CSV rows", returned, collected.csv_predictions),
    ]


def predictions_of(line: JsonlLine) -> tuple[float, ...]:
    """Return the predictions of a `model_outputs` line.

    Raises:
        ValueError: its rows have other columns than `prediction`.
    """
    if any([name for name, _ in row] != ["prediction"] for row in line.rows):
        raise ValueError(f"the model_outputs line of {line.id} has other columns")
    return tuple(row[0][1] for row in line.rows)


def _check(what: str, left: Sequence[Hashable], right: Sequence[Hashable]) -> Check:
    ours, theirs = Counter(left), Counter(right)
    return Check(what, len(left), _size(ours - theirs), _size(theirs - ours))


def _size(items: Counter[Hashable]) -> int:
    return sum(items.values())


def _placed(rows: Iterable[tuple[str, Row]]) -> list[tuple[str, int, Row]]:
    """Return each row with its id and its position among the rows of that id."""
    seen: Counter[str] = Counter()
    placed = []
    for correlation_id, row in rows:
        placed.append((correlation_id, seen[correlation_id], row))
        seen[correlation_id] += 1
    return placed


def _joined(
    inputs: Sequence[JsonlLine], outputs: Sequence[JsonlLine]
) -> list[tuple[tuple[Row, ...], tuple[float, ...]]]:
    """Return every pair of an inputs and an outputs line of one id, as a reader would join them."""
    by_id: dict[str, list[JsonlLine]] = defaultdict(list)
    for line in outputs:
        by_id[line.id].append(line)
    return [(line.rows, predictions_of(other)) for line in inputs for other in by_id[line.id]]
