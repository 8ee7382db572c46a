"""Variables that hold data with correlations, also those that held the data before."""

from __future__ import annotations

import textwrap

import pytest

from tests.bridge.rewrite.rewriting_cases import COLLECTORS, reason_of, rewritten, rewritten_run


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
            "also used for something",
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
            "from the previous iteration",
        ),
        (
            (
                "out = s(d); c = i.collect(d); out = p.add_correlations(out, c); out = d\n"
                "    p.collect(out)"
            ),
            "is also assigned other values",
        ),
        (
            (
                "global out; c = i.collect(d); out = p.add_correlations(out, c)\n"
                "    p.collect(out)\n"
                "def g():\n    return out"
            ),
            "is also assigned other values",
        ),
    ],
)
def test_left_alone(body: str, reason: str) -> None:
    """Where the variable may be something else, or is used for more."""
    assert reason in reason_of(f"{COLLECTORS}\ndef run(d):\n    {body}\n")


OTHER_VARIABLES = [
    "def log(result): print(result)",
    "def log(*result): return result",
    "def log(a, result=None):\n    result = a\n    return result",
    "def log(): return [result for result in range(3)]",
    "def log(): return {result: 1 for a in [1] for result in [a]}",
    "log = lambda result: result + 1",
    "class Log:\n    result = 1\n    def log(self, result): self.result = result",
    "def log():\n    result = 1\n    def inner():\n        nonlocal result\n        result += 1",
    "async def log(result): return result",
    "result = 1",
    "def log():\n    global result\n    result = 2",
]
SAME_VARIABLE = [
    "keep = [lambda: result]",
    "keep = [n for n in [1] if result is None]",
    "def inner(a=result): pass",
    "def inner():\n    nonlocal result\n    result = 1",
    "for result in [1]: pass",
]
DOCUMENTED = """
def run(data):
    {inside}
    c = i.collect(data)
    result = model.predict(data).reshape(-1, 1)
    {before}
    result = p.add_correlations(result, c)
    p.collect(result)
    {after}
"""


@pytest.mark.parametrize("other", OTHER_VARIABLES)
def test_variables_of_the_same_name_elsewhere_are_not_meant(other: str) -> None:
    """Parameters, comprehensions and what else another scope calls so."""
    plain = DOCUMENTED.format(inside="", before="", after="")
    other += "\n" + other.replace("result", "c")
    assert rewritten(COLLECTORS + other + plain).endswith(rewritten(COLLECTORS + plain)[-100:])
    if other.startswith(("def", "class", "async", "log")) and "global" not in other:
        nested = DOCUMENTED.format(
            inside=textwrap.indent(other, "    ").lstrip(), before="", after=""
        )
        assert ", context" not in rewritten(COLLECTORS + nested)


@pytest.mark.parametrize("same", SAME_VARIABLE)
def test_the_variable_itself_in_a_nested_scope(same: str) -> None:
    """What a nested function or comprehension reads or sets is not another variable."""
    inside = textwrap.indent(same, "    ").lstrip()
    source = COLLECTORS + DOCUMENTED.format(inside="", before="", after=inside)
    assert "result" in reason_of(source)


def test_a_parameter_named_like_a_collector() -> None:
    """It does not change the collector's variable."""
    other = "def prepare(i, p=1):\n    i = i + p\n    return [i for i in [i]]\n"
    plain = DOCUMENTED.format(inside="", before="", after="")
    assert rewritten(COLLECTORS + other + plain)
