"""Variables that hold data with correlations, also those that held the data before."""

from __future__ import annotations

import pytest
from rewriting_cases import COLLECTORS, reason_of, rewritten, rewritten_run


def test_the_example_of_the_sdk() -> None:
    """The assignment is gone, and the outputs take the context."""
    after = rewritten_run(
        "out = score(data)\nc = i.collect(data)\nout = p.add_correlations(out, c)\np.collect(out)\n"
    )
    assert "add_correlations" not in after
    assert after.endswith('    p.collect(collected_frame(out, columns=["y"]), c)\n')


def test_other_lines_of_the_block() -> None:
    """What stands beside the assignment stays, and a block is never left empty."""
    after = rewritten_run(
        "out = score(data)\nc = i.collect(data)\nif len(data):\n"
        "    out = p.add_correlations(out, c); p.collect(out)\n"
    )
    assert "    pass; p.collect(" in after


def test_each_round_of_a_loop() -> None:
    """Data that are new in each round have the correlations of that round."""
    after = rewritten_run(
        "for row in data:\n    out = score(row)\n    c = i.collect(row)\n"
        "    out = p.add_correlations(out, c)\n    p.collect(out)\n"
    )
    assert "add_correlations" not in after


def test_the_same_name_in_another_function() -> None:
    """A local variable of that name there is another one."""
    after = rewritten(
        COLLECTORS + "def run(data):\n    out = score(data)\n    c = i.collect(data)\n"
        "    out = p.add_correlations(out, c)\n    p.collect(out)\n"
        "def score(x):\n    out = x\n    return out\n"
    )
    assert "add_correlations" not in after


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            (
                "out = s(d); c = i.collect(d); out = p.add_correlations(out, c)\n"
                "    p.collect(out)\n"
                "    return out"
            ),
            "used for more",
        ),
        (
            (
                "out = s(d); c = i.collect(d)\n    if d: out = p.add_correlations(out, c)\n"
                "    p.collect(out)"
            ),
            "not certain that out has correlations",
        ),
        (
            (
                "out = s(d); c = i.collect(d)\n    for x in d:\n"
                "        out = p.add_correlations(out, c); p.collect(out)"
            ),
            "of the round before",
        ),
        (
            (
                "out = s(d); c = i.collect(d); out = p.add_correlations(out, c); out = d\n"
                "    p.collect(out)"
            ),
            "has other values too",
        ),
        (
            (
                "global out; c = i.collect(d); out = p.add_correlations(out, c)\n"
                "    p.collect(out)\n"
                "def g():\n    return out"
            ),
            "has other values too",
        ),
    ],
)
def test_left_alone(body: str, reason: str) -> None:
    """Where the variable may be something else, or is used for more."""
    assert reason in reason_of(f"{COLLECTORS}\ndef run(d):\n    {body}\n")
