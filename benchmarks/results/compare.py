"""Shows what became slower or faster between two runs, beyond noise.

`python -m benchmarks.results.compare OLD.json NEW.json`

The rule: rows with a peer are compared by their ratio, which a slow machine changes less than
times, others by the figure itself, curves by their exponent. A figure has changed when the
medians differ by more than three times the spread of both runs together, and by more than a
fifth. Exits with 1 when something became worse.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple, Sequence, Tuple

from .figures import Figure
from .markdown import table
from .run_file import Run

SPREADS = 3.0
LEAST_CHANGE = 0.2


class Change(NamedTuple):
    """One figure of both runs.

    Attributes:
        what: was measured.
        old, new: the figures.
        more_is_better: a rate, not a cost.
    """

    what: str
    old: Figure
    new: Figure
    more_is_better: bool

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the rule says that it has changed."""
        difference = abs(self.new.median - self.old.median)
        noise = SPREADS * math.hypot(self.old.spread, self.new.spread)
        return difference > noise and difference > LEAST_CHANGE * abs(self.old.median)

    @property
    def is_worse(self) -> bool:
        """Whether it has changed for the worse."""
        is_more = self.new.median > self.old.median
        return self.is_beyond_noise and is_more != self.more_is_better


def changes(old: Run, new: Run) -> List[Change]:
    """Return what both runs have measured, in the new one's order."""
    before = {name: figure for name, _what, figure, _better in _compared(old)}
    return [
        Change(what, before[name], figure, better)
        for name, what, figure, better in _compared(new)
        if name in before
    ]


def _compared(run: Run) -> Iterator[Tuple[str, str, Figure, bool]]:
    for result in run.results:
        kind = f", ratio to {result.peer_name}" if result.peer else f", {result.unit}"
        yield result.name, result.what + kind, result.compared, result.more_is_better
    for curve in run.curves:
        yield f"{curve.name} exponent", f"exponent: {curve.what}", curve.fitted, False


def main(arguments: Sequence[str]) -> int:
    """Print what has changed; return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.compare", description=__doc__)
    parser.add_argument("old", type=Path, help="speed.json of one run")
    parser.add_argument("new", type=Path, help="speed.json of another")
    options = parser.parse_args(arguments)
    old, new = (Run.loads(path.read_text(encoding="utf-8")) for path in (options.old, options.new))
    compared = changes(old, new)
    changed = [change for change in compared if change.is_beyond_noise]
    if changed:
        print(table(("what", "old", "new", "new / old", ""), [_row(change) for change in changed]))
    worse = sum(change.is_worse for change in changed)
    print(
        f"{len(compared)} figures compared: {worse} worse, {len(changed) - worse} better, "
        f"{len(compared) - len(changed)} within noise"
    )
    return 1 if worse else 0


def _row(change: Change) -> List[str]:
    old, new = (f"{each.median:.3g} \u00b1 {each.spread:.2g}" for each in (change.old, change.new))
    factor = f"{change.new.median / change.old.median:.2f}" if change.old.median else ""
    return [change.what, old, new, factor, "worse" if change.is_worse else "better"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
