"""Small scripts for the tests of single rules."""

from __future__ import annotations

import textwrap

from mdc_bridge.rewrite import rewrite_source

IMPORT = "from azureml.monitoring import ModelDataCollector\n"
COLLECTORS = (
    IMPORT
    + """
def init():
    global i, p
    i = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    p = ModelDataCollector("m", designation="predictions", feature_names=["y"])

"""
)
CONSTRUCTED = 'Collector(name="{}", on_error=logging.getLogger(__name__).warning)'


def rewritten(source: str) -> str:
    """Return a script rewritten, which must be whole and for good."""
    result = rewrite_source(textwrap.dedent(source))
    assert result.left_alone == ()
    assert rewrite_source(result.text).text == result.text
    return result.text


def rewritten_run(body: str) -> str:
    """Return the function run, rewritten, of a script with two collectors i and p."""
    source = f"{COLLECTORS}\ndef run(data):\n{textwrap.indent(textwrap.dedent(body), '    ')}"
    return rewritten(source).partition("def run(data):\n")[2]


def reason_of(source: str) -> str:
    """Return why a script is left alone, which must be the same to the byte."""
    source = textwrap.dedent(source)
    result = rewrite_source(source)
    assert result.text == source
    assert result.changes == ()
    (left,) = result.left_alone
    return f"{left.line}: {left.reason}"
