"""Collects to a disk that is full after some kilobytes: `filling.py LIMIT EVENTS LIFTED`.

The limit is that of the process for each file. Prints the counts, and which numbers were refused.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import signal
import sys

import pandas
from collecting import ready

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core import Settings
from mdc_core.runtime import pipeline_for


def main() -> None:
    limit, events, lifted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "lifted"
    refused: list[Exception] = []
    legacy = ModelDataCollector("model", designation="inputs", feature_names=["n", "text"])
    modern = Collector(name="numbers", on_error=refused.append)
    pipeline = pipeline_for(Settings.from_environ())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    for number in range(events):
        legacy.collect([number, 'with "quotes" and\na line break'])
        modern.collect(pandas.DataFrame({"n": [number]}))
    full = mdc_core.flush(1.0)
    if lifted:
        ready()
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert mdc_core.flush(30.0)
    mdc_core.shutdown(1.0)
    report = {"flushed": full, "refused": len(refused), **dataclasses.asdict(pipeline.counts())}
    sys.stdout.write(json.dumps(report))


main()
