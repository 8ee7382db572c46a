"""Whatever Python is rewritten: nothing crashes, the result is Python, and a second run rests."""

from __future__ import annotations

import ast
import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_bridge.rewrite import rewrite_source
from tests.bridge.rewrite.agreement import SCRIPTS
from tests.examples_of import examples

TEXTS = {path.stem: path.read_text() for path in sorted(SCRIPTS.glob("*.py"))}
LINES = sorted({line for text in TEXTS.values() for line in text.splitlines(keepends=True)})
WORDS = ["inputs_dc", "data", "None", "self", "run", "collect", "*data", "(yield)", "x := 1", "[]"]


def _check(text: str) -> None:
    """Check that what is Python is Python rewritten too, and then stays as it is."""
    try:
        result = rewrite_source(text)
    except SyntaxError:
        with pytest.raises((SyntaxError, ValueError)):
            ast.parse(text)
        return
    ast.parse(result.text)
    again = rewrite_source(result.text)
    assert again.text == result.text
    assert (result.text == text) == (not result.changes)


@settings(max_examples=examples(40))
@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 2**32), st.integers(1, 4))
def test_mutated_scripts(name: str, seed: int, mutations: int) -> None:
    """Lines dropped, doubled, swapped, moved in from other scripts, words replaced."""
    chance = random.Random(seed)
    lines = TEXTS[name].splitlines(keepends=True)
    for _ in range(mutations):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(at, chance.choice(LINES))
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3:
            lines.insert(at, lines[other])
        else:
            words = lines[at].replace("(", " ( ").replace(")", " ) ").split(" ")
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            lines[at] = " ".join(words)
    _check("".join(lines))


def test_other_scripts_come_back_identical() -> None:
    """Scripts without the old SDK: five modules of the standard library."""
    folder = Path(sysconfig.get_path("stdlib"))
    for path in sorted(folder.glob("*.py"))[:5]:
        text = path.read_text()
        assert rewrite_source(text).text == text
        # Named, the old SDK makes it be looked at in full.
        named = f"{text}\nimport azureml.monitoring_of_others\n"
        assert rewrite_source(named).text == named
