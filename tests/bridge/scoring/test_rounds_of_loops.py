"""Loops that serve a request in each round, made at random: no output has another round's id."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.scoring.request_scope import request_scope
from mdc_core.testing import collecting

ROUNDS = 6
PROGRAMS = 60

HEADS = (
    "for n in numbers():",
    "while more():\n    n = next_number()",
    "while True:\n    if not more(): break\n    n = next_number()",
)
SIMPLE = (
    *("i(n)", "i(n)", "p(n)", "p(n)", "i(n); p(n)", "some_i(n)", "some_p(n)", "always_i(n)"),
    *("c() and i(n)", "i(n) if c() else None", "fail()", "continue", "other(n)"),
    *("[i(n) for _ in few()]", "[p(n) for _ in few()]", "[c() and i(n) for _ in few()]"),
    *("list(i_in_parts(n))", "list(p_in_parts(n))", "return_early(n)"),
)
BLOCKS = (
    ("if c():", "else:"),
    ("if c():",),
    ("for _ in few():",),
    ("while c():",),
    ("try:", "except ValueError:"),
    ("try:", "finally:"),
    ("try:", "except ValueError:", "else:"),
    ("with suppress(ValueError):",),
    ("for _ in few():", "else:"),
    *((("match n % 2:\n    case 0:", "    case _:"),) if sys.version_info >= (3, 10) else ()),
)
HELPERS = """
def some_i(n):
    if c(): i(n)
def some_p(n):
    if c(): p(n)
def always_i(n):
    try: i(n)
    finally: c()
def return_early(n):
    if c(): return
    always_i(n)
def i_in_parts(n):
    for _ in few():
        if c(): i(n)
        yield
def p_in_parts(n):
    yield
    p(n)
"""


def _indented(text: str, by: int = 4) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


def _block(chance: random.Random, depth: int) -> str:
    lines = []
    for _ in range(chance.randint(1, 3)):
        if depth and chance.random() < 0.6:
            for head in chance.choice(BLOCKS):
                lines.append(head)
                inside = 8 if "case" in head else 4
                lines.append(_indented(_block(chance, depth - 1), inside))
        else:
            lines.append(chance.choice(SIMPLE))
    return "\n".join(lines)


def _program(chance: random.Random) -> str:
    while True:
        program = _any_program(chance)
        with contextlib.suppress(SyntaxError):  # up to Python 3.7 of a `continue` in `finally`
            compile(program, "<program>", "exec")
            return program


def _any_program(chance: random.Random) -> str:
    body = _block(chance, chance.randint(0, 3))
    if chance.random() < 0.7:
        body += chance.choice(("\np(n)", "\nif c(): p(n)", "\nfor _ in few(): p(n)"))
    guarded = chance.random() < 0.3
    if guarded:
        body = f"try:\n{_indented(body)}\nexcept ValueError:\n    p(n)"
    loop = chance.choice(HEADS) + "\n" + _indented(body)
    return f"{HELPERS}\ndef main():\n{_indented(loop)}\n"


class _World:
    """What the programs call: collectors, chance, and numbers that no other round has."""

    def __init__(self, chance: random.Random) -> None:
        self.number = 0
        self.left = 0
        inputs, outputs = ModelDataCollector("m", "inputs"), ModelDataCollector("m", "predictions")
        others = ModelDataCollector("other", "inputs")

        def fail() -> None:
            if chance.random() < 0.5:
                raise ValueError

        self.names: dict[str, Any] = {
            "inputs": inputs,
            "outputs": outputs,
            "other": lambda n: others.collect(np.array([float(n)])),
            "c": lambda: chance.random() < 0.5,
            "few": lambda: range(chance.randint(0, 2)),
            "fail": fail,
            "suppress": contextlib.suppress,
            "numbers": self._numbers,
            "more": lambda: self.left > 0,
            "next_number": self._next_number,
            "row": lambda n: np.array([float(n)]),
        }

    def _next_number(self) -> int:
        self.left -= 1
        self.number += 1
        return self.number

    def _numbers(self) -> Iterator[int]:
        while self.left:
            yield self._next_number()

    def run(self, program: str) -> None:
        for of, name in (("inputs", "i"), ("outputs", "p")):
            program = _called_directly(program, name, of)
        names = dict(self.names)
        exec(compile(program, "<program>", "exec"), names)
        self.left = ROUNDS
        with contextlib.suppress(ValueError):
            names["main"]()


def _called_directly(program: str, name: str, collector: str) -> str:
    words = program.split(f"{name}(n)")
    # Not the ends of longer names, as in `some_i(n)`.
    joined = words[0]
    for word in words[1:]:
        is_longer = joined[-1:].isalnum() or joined.endswith("_")
        joined += (f"{name}(n)" if is_longer else f"{collector}.collect(row(n))") + word
    return joined


def _judge(chance: random.Random, scope: Callable[[], Any]) -> tuple[int, int, list[str]]:
    """Return numbers of outputs and of those linked, and the programs with wrong ones."""
    count = linked = 0
    wrong = []
    for _ in range(PROGRAMS):
        program = _program(chance)
        with collecting("modern") as collected:
            world = _World(chance)
            with scope():
                world.run(program)
        owners = {
            line["correlationid"]: line["data"][0]["column_0"]
            for line in collected.lines("model_inputs")
        }
        for line in collected.lines("model_outputs"):
            number = line["data"][0]["column_0"]
            owner = owners.get(line["correlationid"])
            count += 1
            linked += owner == number
            if owner not in (None, number):
                wrong.append(program)
    return count, linked, wrong


@pytest.mark.parametrize("scope", [contextlib.nullcontext, request_scope])
@pytest.mark.parametrize("seed", range(2))
def test_programs_made_at_random(seed: int, scope: Callable[[], Any]) -> None:
    """Whatever skips a round's inputs: its outputs have their inputs' id, or their own."""
    count, linked, wrong = _judge(random.Random(seed), scope)
    assert not wrong, wrong[0]
    assert count > 4 * PROGRAMS
    assert linked > count / 20
