"""Without orjson the bytes are the same."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from mdc_core.encoding import plain_json

ANY_TEXT = st.text(st.characters(blacklist_categories=()))
# What stands where texts of a list meet, and what is put there while they are taken apart.
SEAMS = st.text(st.sampled_from('",\\\0\1\x7f\nx'), max_size=2)
DTYPES = ["?", *(f"{sign}{size}" for sign in "iu" for size in (1, 2, 4, 8)), "f4", "f8"]
# Where the form changes, and where precision ends.
EDGES = [
    sign * float(f"{digits}e{exponent}")
    for sign in (1, -1)
    for digits in ("1", "1.5", "9.999999", "1.2345678901234567")
    for exponent in (-308, -40, *range(-8, -2), 0, *range(11, 18), 22, 23, 37, 308)
]


def _numbers(values: numpy.ndarray) -> list[bytes]:
    """Return what orjson writes, with the sign that releases of its first years left out."""
    return [re.sub(rb"e(?=\d)", b"e+", text) for text in plain_json.numbers_of(values)]


@given(text=ANY_TEXT)
def test_texts(text: str) -> None:
    """Also those of control characters; lone surrogates are refused by both."""
    try:
        fast = plain_json.text_of(text)
    except TypeError:
        with pytest.raises(TypeError):
            plain_json.standard_text_of(text)
    else:
        assert plain_json.standard_text_of(text) == fast


@given(texts=st.lists(ANY_TEXT | SEAMS))
def test_texts_together(texts: list[str]) -> None:
    """Each of a list is as it is alone, whatever stands where one ends and the next begins."""
    try:
        alone = list(map(plain_json.text_of, texts))
    except TypeError:
        with pytest.raises(TypeError):
            plain_json.texts_of(texts)
    else:
        assert plain_json.texts_of(texts) == alone


def test_all_pairs_of_texts_that_look_like_seams_together() -> None:
    """Quotes, commas, backslashes and controls, alone and in twos, beside each other."""
    marks = ["", *(chr(code) for code in range(0x81)), "é", "\u2028", "\U0001f600"]
    twos = ["".join(two) for two in itertools.product(',"\\[\x7fx', repeat=2)]
    for first, second in itertools.product([*marks, *twos], repeat=2):
        alone = [plain_json.text_of(first), plain_json.text_of(second)]
        assert plain_json.texts_of([first, second]) == alone


def test_long_texts_together() -> None:
    """They are encoded one by one, to the same."""
    texts = ["x" * 700_000, '"', "y" * 700_000]
    assert plain_json.texts_of(texts) == list(map(plain_json.text_of, texts))


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
def test_numbers(dtype: str, data: Any) -> None:
    values = data.draw(numpy_strategies.arrays(dtype, st.integers(1, 30)))
    assert plain_json.standard_numbers_of(values) == _numbers(values)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_numbers_at_the_edges_of_forms(dtype: str) -> None:
    """Where a point gives way to an exponent, with the neighbours of each."""
    with numpy.errstate(all="ignore"):
        values = numpy.array([*EDGES, 0.0, -0.0, numpy.nan, numpy.inf], dtype=dtype)
        towards = [numpy.nextafter(values, numpy.array(end, dtype)) for end in (0, numpy.inf)]
    every = numpy.concatenate([values, *towards])
    assert plain_json.standard_numbers_of(every) == _numbers(every)


def test_what_scores_runs_without_orjson() -> None:
    """Both collectors, in a process that cannot import it."""
    program = (
        "import sys; sys.modules['orjson'] = None\n"
        "import numpy, pandas\n"
        "from azureml.monitoring import ModelDataCollector\n"
        "from azureml.ai.monitoring import Collector\n"
        "from mdc_core.testing import collecting\n"
        "with collecting() as collected:\n"
        "    ModelDataCollector('m', 'inputs', ['a', 'b']).collect(numpy.array([[1.5, 1e-7]]))\n"
        "    Collector(name='other').collect(pandas.DataFrame({'a': [1], 'b': ['ü']}))\n"
        "print(collected.lines('model_inputs')[0]['data'], collected.lines('other')[0]['data'])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout == "[{'a': 1.5, 'b': 1e-07}] [{'a': 1, 'b': 'ü'}]\n", ended.stderr
