"""Spark may be imported; its DataFrames may not be collected."""

from __future__ import annotations

import pytest

from tests.bridge.rewrite.rewriting_cases import COLLECTORS, reason_of, rewritten

SPARK = "from pyspark.sql import SparkSession\nimport mmlspark\n"


@pytest.mark.parametrize(
    "code",
    [
        "def run(data):\n    i.collect(data)\n",
        (
            "def train():\n    return SparkSession.builder.getOrCreate()\n"
            "def run(data):\n    i.collect(data)\n"
        ),
        (
            "def run(data):\n    df = SparkSession.builder.getOrCreate().createDataFrame(data)\n"
            "    i.collect(df.toPandas())\n"
        ),
        "def run(data):\n    n = len(mmlspark.load(data))\n    i.collect([n])\n",
    ],
)
def test_other_data(code: str) -> None:
    """Data that do not come from Spark, or have left it."""
    assert "ModelDataCollector" not in rewritten(SPARK + COLLECTORS + code)


@pytest.mark.parametrize(
    "code",
    [
        "def run(data):\n    i.collect(SparkSession.builder.getOrCreate().createDataFrame(data))\n",
        (
            "def run(data):\n    s = SparkSession.builder.getOrCreate()\n    df = s.read(data)\n"
            "    for part in df: i.collect(part)\n"
        ),
        "def make(x):\n    return SparkSession.x(x)\ndef run(data):\n    i.collect(make(data))\n",
        "def save(x):\n    i.collect(x)\ndef run(data):\n    save(SparkSession.x(data))\n",
        "class A: s = SparkSession\ndef run(data):\n    with A.s.read(data) as d: i.collect(d)\n",
    ],
)
def test_data_of_spark(code: str) -> None:
    """By way of variables, functions, loops and attributes."""
    assert "Spark" in reason_of(SPARK + COLLECTORS + code)


def test_everything_imported() -> None:
    """Names that cannot be seen may be anything."""
    assert "Spark" in reason_of(
        "from pyspark.sql.functions import *\n" + COLLECTORS + "i.collect(d)\n"
    )
