"""A program that takes from Python what only POSIX has, and then uses the tools and a collector.

Run as `python -m tests.platforms.without_posix FOLDER`, with an empty folder.
"""

from __future__ import annotations

import os
import sys

MODULES = ("fcntl", "grp", "pwd", "resource", "termios")
NAMES = (
    *("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "fdatasync", "fork", "geteuid", "getuid"),
    *("pread", "pwrite", "register_at_fork", "sched_getaffinity", "uname"),
)


def leave_out_posix() -> None:
    """Take it away, once other packages have decided what they use themselves."""
    import multiprocessing.pool  # noqa: F401
    import shutil  # noqa: F401
    import subprocess  # noqa: F401
    import tempfile

    import numpy  # noqa: F401
    import orjson  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import yaml  # noqa: F401

    assert not any(name.startswith("mdc_") for name in sys.modules)
    tempfile.gettempdir()
    for module in MODULES:
        sys.modules[module] = None  # type: ignore[assignment]
    for name in NAMES:
        if hasattr(os, name):
            delattr(os, name)


def collect() -> None:
    """Collect to the folder `collected` in both layouts, with both SDKs."""
    os.environ.update(MDC_STORAGE=os.path.abspath("collected"), MDC_BRIDGE_MODE="dual")

    import numpy
    import pandas

    import mdc_core
    from azureml.ai.monitoring import Collector
    from azureml.monitoring import ModelDataCollector

    old = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    old.collect(numpy.array([[1.5, 2.5], [3.5, 4.5]]))
    new = Collector(name="model_inputs")
    new.collect(pandas.DataFrame({"a": [1, 2]}))
    assert mdc_core.shutdown()
    counts = mdc_core.counts()
    assert not any(each.dropped for each in counts), counts


def use_the_tools() -> None:
    """Check, migrate, read and compare what was collected."""
    from mdc_bridge.check import check
    from mdc_bridge.compare import compare
    from mdc_bridge.migrate import migrate, plan
    from mdc_bridge.read import read

    with open("score.py", "w", encoding="utf-8") as script:
        script.write("from azureml.monitoring import ModelDataCollector\n")
    assert check(["score.py"]).findings
    # Apart from the lines of the same rows, which a migration leaves as they are.
    os.rename("collected/modeldata", "archive")
    migrate("archive", "migrated", plan("archive"))
    frame = read("migrated")
    assert len(frame) == 2, frame
    assert compare("archive", "migrated").differences == 0


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    leave_out_posix()
    collect()
    use_the_tools()
    print("done")  # noqa: T201
