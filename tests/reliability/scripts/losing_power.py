"""Collects both ways and says how much is synced: `losing_power.py FIRST SECONDS`."""

from __future__ import annotations

import sys
import time

import mdc_core
from azureml.monitoring import ModelDataCollector


def main() -> None:
    number, end = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    collector = ModelDataCollector("model", designation="predictions", feature_names=["n", "t"])
    while time.monotonic() < end:
        for _ in range(10):
            collector.collect([number, "x"])
            number += 1
        time.sleep(0.02)
        sys.stdout.write(f"{mdc_core.counts()[0].synced}\n")
        sys.stdout.flush()
    sys.exit(0 if mdc_core.flush(60.0) else 9)


main()
