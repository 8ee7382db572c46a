"""A worker of Celery with tasks that wait for it: `tasks.py FOLDER POOL`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import celery.signals
import numbers_collected

TASKS = 400
SECONDS = 0.02


folder = Path(sys.argv[1])
app = celery.Celery("scores", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    },
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)


@app.task(name="score")
def score(number: int) -> None:
    """Score a number."""
    time.sleep(SECONDS)
    numbers_collected.collect(number)


@celery.signals.worker_process_init.connect
def in_child(**_: Any) -> None:
    """A child of the pool has started."""
    numbers_collected.at("init")


if __name__ == "__main__":
    (folder / "queue").mkdir()
    for number in range(TASKS):
        score.delay(number)
    options = ["--pool", sys.argv[2], "--concurrency", "2", "--loglevel", "WARNING"]
    app.worker_main(["worker", *options, "--without-gossip", "--without-mingle", *sys.argv[3:]])
