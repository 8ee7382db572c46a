"""Collects, flushes, and waits to be told to end: `waiting.py KIND EVENTS`; prints its counts."""

from __future__ import annotations

import dataclasses
import json
import sys

from collecting import make_collect, ready

import mdc_core

collect = make_collect(sys.argv[1])
for number in range(int(sys.argv[2])):
    collect(number)
mdc_core.flush()
(counts,) = mdc_core.counts()
ready()
sys.stdout.write(json.dumps(dataclasses.asdict(counts)))
