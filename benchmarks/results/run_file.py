"""A run as JSON, to be compared with another."""

from __future__ import annotations

import json
from typing import Any, Dict, List, NamedTuple

from .curves import Curve
from .figures import Figure, Result, Wanted


class Run(NamedTuple):
    """All of one run.

    Attributes:
        machine: what it ran on, text by name.
        results: the rows.
        curves: the growth of costs.
    """

    machine: Dict[str, str]
    results: List[Result]
    curves: List[Curve]

    def dumps(self) -> str:
        """Return it as JSON."""
        tables = {
            "machine": self.machine,
            "rows": [_row_object(result) for result in self.results],
            "curves": [_curve_object(curve) for curve in self.curves],
        }
        return json.dumps(tables, indent=1)

    @classmethod
    def loads(cls, text: str) -> Run:
        """Return the run of a JSON text."""
        tables = json.loads(text)
        return cls(
            tables["machine"],
            [_row_of(found) for found in tables["rows"]],
            [_curve_of(found) for found in tables["curves"]],
        )


def _row_object(result: Result) -> Dict[str, Any]:
    return {
        "name": result.name,
        "what": result.what,
        "unit": result.unit,
        "ours": _figure_object(result.ours),
        "peer_name": result.peer_name,
        "peer": result.peer and _figure_object(result.peer),
        "ratio": result.ratio and _figure_object(result.ratio),
        "wanted": result.wanted and result.wanted._asdict(),
        "more_is_better": result.more_is_better,
        "met": result.is_met,
    }


def _row_of(found: Dict[str, Any]) -> Result:
    return Result(
        found["name"],
        found["what"],
        found["unit"],
        _figure_of(found["ours"]),
        found["peer_name"],
        found["peer"] and _figure_of(found["peer"]),
        found["wanted"] and Wanted(**found["wanted"]),
        found["more_is_better"],
    )


def _curve_object(curve: Curve) -> Dict[str, Any]:
    return {
        "name": curve.name,
        "what": curve.what,
        "unit": curve.unit,
        "sizes": curve.sizes,
        "costs": [_figure_object(cost) for cost in curve.costs],
        "exponent": _figure_object(curve.fitted),
        "exponent_at_the_end": _figure_object(curve.at_the_end),
        "met": curve.is_met,
    }


def _curve_of(found: Dict[str, Any]) -> Curve:
    costs = [_figure_of(cost) for cost in found["costs"]]
    return Curve(found["name"], found["what"], found["unit"], found["sizes"], costs)


def _figure_object(figure: Figure) -> Dict[str, Any]:
    return {"median": figure.median, "spread": figure.spread, "rounds": figure.rounds}


def _figure_of(found: Dict[str, Any]) -> Figure:
    return Figure(found["rounds"])
