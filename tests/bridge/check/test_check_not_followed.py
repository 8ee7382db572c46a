"""A collect is followed, or told not to be; it is never passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_bridge.check import Report, Verdict, check

MADE = "ModelDataCollector('m', 'inputs')"

# Ways to keep a collector and to collect a text with it, and whether they are followed.
WAYS = [
    ("dcs = {}\nfor m in ['a', 'b']:\n    dcs[m] = %s\ndcs['a'].collect('text')", True),
    ("dcs = {}\nfor m in names():\n    dcs[m] = (%s, 1)\ni, _ = dcs['a']\ni.collect('text')", True),
    ("dcs = dict()\ndcs['a'] = {'in': %s}\ndcs[x]['in'].collect('text')", True),
    ("dcs = {}\ndcs.setdefault('a', %s).collect('text')", False),
    ("dcs = {}\ndcs.update(a=%s)\ndcs['a'].collect('text')", True),
    ("dcs = {}\ndcs.update({'a': %s})\ndcs.get('a').collect('text')", True),
    ("dcs = {'a': %s}\nfor k, dc in dcs.items():\n    dc.collect('text')", True),
    ("dcs = {'a': %s}\nfor dc in dcs.values():\n    dc.collect('text')", True),
    (
        (
            "import collections\nd = collections.defaultdict(dict)\nd[a][b] = %s\n"
            "d[a][b].collect('text')"
        ),
        True,
    ),
    ("dcs = []\ndcs.append(%s)\ndcs[0].collect('text')", True),
    ("dcs = [None]\ndcs[0] = %s\ndcs[0].collect('text')", True),
    ("dcs = [%s for _ in range(2)]\nfor i, dc in enumerate(dcs):\n    dc.collect('text')", True),
    ("dcs = [%s]\nfor dc, x in zip(dcs, data):\n    dc.collect('text')", True),
    ("dc = %s\nglobals()['other'] = dc\nother.collect('text')", True),
    ("dc = %s\nglobals()['dc'].collect('text')", True),
    ("dc = %s\nglobals()[name].collect('text')", False),
    ("dc = %s\nglobals().get('dc').collect('text')", False),
    ("dc = %s\nvars()['dc'].collect('text')", True),
    ("dc = %s\neval('dc').collect('text')", False),
    ("class A: pass\na = A()\nsetattr(a, 'dc', %s)\na.dc.collect('text')", True),
    ("class A: pass\na = A()\na.dc = %s\ngetattr(a, 'dc').collect('text')", True),
    ("class A: pass\na = A()\na.dc = %s\ngetattr(a, name).collect('text')", False),
    ("dc = %s\ngetattr(dc, 'collect')('text')", True),
    ("dc = %s\ncollect = dc.collect\ncollect('text')", True),
    ("dc = %s\nmethods = {'in': dc.collect}\nmethods['in']('text')", True),
    ("class A:\n  def __init__(self):\n    self.log = %s.collect\nA().log('text')", True),
    ("(dc if x else %s).collect('text')", True),
    ("(dc := %s).collect('text')", True),
    ("(other or %s).collect('text')", True),
    ("def run(x, dc):\n    dc.collect('text')\ndc = %s", False),
    ("def log(dc):\n    dc.collect('text')\nlog(%s)", True),
    ("def log(*all):\n    all[0].collect('text')\nlog(%s)", False),
    ("def log(**all):\n    all['dc'].collect('text')\nlog(dc=%s)", False),
    ("from helpers import log\ndc = %s\nlog(dc, 'text')", False),
    ("import helpers\ndc = %s\nhelpers.log('text', to=dc)", False),
    (
        "import threading\ndc = %s\nthreading.Thread(target=dc.collect, args=('text',)).start()",
        False,
    ),
    ("dc = %s\npool.submit(dc.collect, 'text')", False),
    ("dc = %s\nawait_(loop.run_in_executor(None, dc.collect, 'text'))", False),
    ("dc = %s\nlist(map(dc.collect, ['text']))", True),
    ("import functools\nlog = functools.partial(%s.collect, 'text')\nlog()", False),
    ("from types import SimpleNamespace\ns = SimpleNamespace(dc=%s)\ns.dc.collect('text')", True),
    (
        (
            "from dataclasses import dataclass\n@dataclass\nclass S:\n    dc: object\n"
            "s = S(%s)\ns.dc.collect('text')"
        ),
        True,
    ),
    (
        (
            "from typing import NamedTuple\nclass S(NamedTuple):\n    dc: object\n"
            "s = S(dc=%s)\ns.dc.collect('text')"
        ),
        True,
    ),
    ("from helpers import dc\ndc.collect('text')\nused = %s", False),
    ("import helpers\nhelpers.dc.collect('text')\nused = %s", False),
    ("from helpers import make\nmake('inputs').collect('text')\nused = %s", False),
    ("app.state.dc = %s\napp.state.dc.collect('text')", True),
    ("class Base:\n    def make(self):\n        return %s\nBase().make().collect('text')", True),
    ("class A(ModelDataCollector): pass\nA('m', 'inputs').collect('text')\nused = %s", True),
    (
        (
            "class A:\n  def collect(self, x):\n    self.dc.collect(x)\n"
            "a = A()\na.dc = %s\na.collect('text')"
        ),
        True,
    ),
    (
        "class A:\n  def collect(self, x):\n    pass\ndc = %s\nx.y['z'].collect('text')",
        False,
    ),
    ("dc = %s\nx.y.add_correlations([1], c)", False),
    ("dc = %s\nexec('dc.collect(1)')", False),
    ("dc = %s\nexec(code)", False),
    ("dc = %s\nModelDataCollector.collect(dc, 'text')", False),
    ("dc = %s\ntype(dc).collect(dc, 'text')", False),
    ("import copy\ndc = %s\ncopy.copy(dc).collect('text')", False),
    ("first, *rest = [1, %s]\nrest[0].collect('text')", False),
    ("class S: pass\nfor d in names:\n  setattr(S, d + '_dc', %s)\nS.in_dc.collect('text')", False),
    (
        "import functools\n@functools.lru_cache()\ndef dc():\n  return %s\ndc().collect('text')",
        True,
    ),
    (
        "mod = importlib.import_module(x)\nmod.ModelDataCollector('m', 'inputs').collect('text')",
        True,
    ),
    (
        "class A:\n  @property\n  def dc(self):\n    return %s\nA().dc.collect('text')",
        True,
    ),
    (
        (
            "import collections\nd = collections.defaultdict(dict)\ndef get(t):\n"
            "  d[t]['i'] = %s\n  return d[t]\ndef run(x):\n  get(x)['i'].collect('text')"
        ),
        True,
    ),
    (
        (
            "import collections\nM = collections.namedtuple('M', 'i p')\nm = M(%s, 1)\n"
            "m.i.collect('text')"
        ),
        False,
    ),
    (
        "if x:\n  def make(): return %s\nelse:\n  def make(): return 1\nmake().collect('text')",
        False,
    ),
    ("from helpers import Log\nLog(model_name='m', designation='inputs')\nused = %s", False),
    ("make(name, identifier='inputs')\nused = %s", False),
    ("def init():\n    dc = %s\ndef run(x):\n    dc.collect('text')", False),
    ("with make(%s) as dc:\n    dc.collect('text')", False),
    ("dc = None\ndef run(x):\n    dc.collect('text')\nused = %s", False),
]


@pytest.mark.parametrize(("way", "is_followed"), WAYS)
def test_a_collect_is_followed_or_told(
    checked: Callable[..., Report], way: str, is_followed: bool
) -> None:
    """Whatever keeps the collector: a text in collect is named, or the call is."""
    text = way % MADE if "%s" in way else way
    report = checked(f"from azureml.monitoring import ModelDataCollector\n{text}\n")
    assert report.unreadable == ()
    found = {one.rule for one in report.findings}
    assert ("MDC303" in found) is bool(is_followed)
    assert is_followed or "MDC316" in found
    assert not report.is_fine()


@pytest.mark.parametrize(
    "other",
    [
        "import gc\ngc.collect(2)",
        "from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate().sql(q).collect()",
        "import polars as pl\npl.scan_csv(x).collect(streaming=True)",
        "frame.groupby('a').collect()",
        "print('made', dc)\nassert isinstance(dc, object)\nlogger.info('made %s', dc)",
        "dcs = [dc]\ndcs.append(dc)\nlen(dcs)\nstr(dc)",
        "class A:\n  def collect(self, x):\n    return x\nA().collect(1)",
        "class Log:\n  def send(self, dc):\n    dc.collect([1.5])\nLog().send(dc)",
    ],
)
def test_what_else_collects_is_left_alone(checked: Callable[..., Report], other: str) -> None:
    """A `collect` that clearly is another's is not a finding."""
    report = checked(
        "from azureml.monitoring import ModelDataCollector\n"
        f"dc = ModelDataCollector('m', 'inputs')\n{other}\n"
    )
    assert [one for one in report.findings if one.rule == "MDC316"] == []


def test_scripts_without_the_old_sdk_are_left_alone(checked: Callable[..., Report]) -> None:
    """Their collectors are of others."""
    report = checked("import azureml.core\nfrom helpers import dc\ndc.collect([1])\n")
    assert [one for one in report.findings if one.rule == "MDC316"] == []


def test_what_is_not_followed_is_no_success(checked: Callable[..., Report]) -> None:
    """It has a verdict of its own, which the summary counts."""
    report = checked(
        "from azureml.monitoring import ModelDataCollector\n"
        "from helpers import dc\nused = ModelDataCollector('m', 'inputs')\ndc.collect([1])\n"
    )
    assert report.count(Verdict.UNSEEN) == 1
    (found,) = (one for one in report.findings if one.verdict is Verdict.UNSEEN)
    assert found.message == ("dc is not known, so what its collect does is not known either")


def test_collectors_of_another_file(tmp_path: Path) -> None:
    """Files that are looked at together know each other's collectors."""
    made = "from azureml.monitoring import ModelDataCollector\ndef setup():\n  global dc, all\n"
    made += f"  dc = {MADE}\n  all = {{'in': dc}}\n"
    (tmp_path / "own_monitoring.py").write_text(made)
    (tmp_path / "again.py").write_text("from own_monitoring import dc as again\n")
    uses = {
        "a.py": "from own_monitoring import dc\ndef run(x):\n  dc.collect('text')\n",
        "b.py": "import own_monitoring as m\ndef run(x):\n  m.dc.collect('text')\n",
        "c.py": "from . import own_monitoring\nown_monitoring.all['in'].collect('text')\n",
        "d.py": "from again import again\nagain.collect('text')\n",
    }
    for name, text in uses.items():
        (tmp_path / name).write_text(text)
    report = check(tmp_path)
    assert report.unreadable == ()
    rules = {(one.place.path.rpartition("/")[2], one.rule) for one in report.findings}
    assert {(name, "MDC303") for name in uses} <= rules
    assert "MDC210" not in {rule for _, rule in rules}
