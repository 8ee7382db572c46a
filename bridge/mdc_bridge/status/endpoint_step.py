"""Step 6: the YAML of the endpoint's deployment, and whether it collects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ..deployment.remarks import FILL_IN
from ..texts import read_text
from ..yaml_text import load
from .services import WebService
from .steps import State, Step


def endpoint_step(service: WebService) -> Step:
    """Return step 6.

    Raises:
        StoreError: a file is missing, or is not YAML.
    """
    if not service.deployments:
        return Step(6, State.LEFT, "no YAML of an endpoint: mdc-bridge deployment")
    steps = [_step(path) for path in service.deployments]
    return next((step for step in steps if step.state is State.DONE), steps[0])


def _step(path: str) -> Step:
    name = os.path.basename(path)
    value = load(read_text(path), name)
    collector = value.get("data_collector") if isinstance(value, dict) else None
    collections = collector.get("collections") if isinstance(collector, dict) else None
    enabled = sorted(_enabled(collections))
    unfilled = sorted(_unfilled(value, ""))
    found = {"file": name, "collections": enabled, "fill_in": unfilled}
    if collections is None:
        return Step(6, State.LEFT, f"{name} has no data_collector", found)
    if not enabled:
        return Step(6, State.LEFT, f"{name}: no collection is enabled", found)
    if unfilled:
        return Step(6, State.LEFT, f"{name}: {FILL_IN} at {', '.join(unfilled)}", found)
    return Step(6, State.DONE, f"{name} collects {', '.join(enabled)}", found)


def _enabled(collections: Any) -> Iterator[str]:
    for name, settings in collections.items() if isinstance(collections, dict) else ():
        if isinstance(settings, dict) and str(settings.get("enabled")).lower() == "true":
            yield str(name)


def _unfilled(value: Any, key: str) -> Iterator[str]:
    """Yield the keys whose values are still to be given."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _unfilled(each, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _unfilled(each, key)
    elif isinstance(value, str) and FILL_IN in value:
        yield key
