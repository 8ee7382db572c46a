"""Puts mdc-bridge in front of the original package when that is imported.

`mdc_bridge_py36.pth` imports this whenever Python starts, so scripts stay as they are, the order in
which the packages were installed does not matter, and no file of the original is changed: when
mdc-bridge is uninstalled, the original is alone again.
"""

from __future__ import annotations

import logging
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Optional

# Scripts import the class from here, or from `azureml.monitoring`, which takes it from here.
ORIGINAL = "azureml.monitoring.modeldatacollector"


class OriginalFinder(MetaPathFinder):
    """Finds the original as Python does, and has `in_front_of` change its class."""

    def find_spec(
        self, fullname: str, path: Any = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if fullname != ORIGINAL:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _OriginalLoader(spec.loader.name, spec.loader.path)
        return spec


class _OriginalLoader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        try:
            from .in_front import in_front_of

            module.ModelDataCollector = in_front_of(module.ModelDataCollector)  # type: ignore[attr-defined]
        except Exception:  # the original is of use without us
            logging.getLogger("mdc_bridge").exception(
                "mdc-bridge: only the original collects, no JSONL is written"
            )


sys.meta_path.insert(0, OriginalFinder())
