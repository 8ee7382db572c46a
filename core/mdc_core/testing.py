"""For the tests of scoring scripts: everything collected, in memory.

from mdc_core.testing import collecting

with collecting() as collected:
    score.init()
    score.run(request)
assert len(collected.lines("model_inputs")) == 1
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from .destination_choice import memory_destination
from .destinations import MemoryDestination
from .ids import new_uuid
from .runtime import EXIT_SECONDS, flush, shutdown

__all__ = ["MemoryDestination", "collecting"]

_SETTINGS = (
    "MDC_STORAGE",
    "MDC_BRIDGE_MODE",
    "AML_MODEL_DC_STORAGE",
    "AZUREML_MDC_CONFIG_PATH",
    "AZUREML_MDC_ENABLED",
    "AZUREML_MDC_SAMPLE_RATE",
    "AZUREML_MDC_WORKER_DISABLED",
)


@contextlib.contextmanager
def collecting(mode: str = "dual") -> Iterator[MemoryDestination]:
    """Collect into memory whatever collectors made inside the block collect.

    What was collected is there when it is read, inside the block and after it; collectors do not
    outlive the block.

    Args:
        mode: `MDC_BRIDGE_MODE` for the block.

    Yields:
        The destination, whose `lines`, `rows` and `files` say what was collected.
    """
    name = new_uuid()
    before = {setting: os.environ.pop(setting, None) for setting in _SETTINGS}
    os.environ.update(MDC_STORAGE=f"memory://{name}", MDC_BRIDGE_MODE=mode)
    destination = memory_destination(name)
    destination.before_reading = lambda: flush(EXIT_SECONDS)
    try:
        yield destination
    finally:
        shutdown()
        for setting, value in before.items():
            os.environ.pop(setting, None)
            if value is not None:
                os.environ[setting] = value
