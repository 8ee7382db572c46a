"""The place in front of the original, taken when Python starts and given back with the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOM = HERE.parents[1] / "py36"
_SCRIPT = """
import sys, site
site.addsitedir(sys.argv[1])
from azureml.monitoring import ModelDataCollector
from azureml.monitoring.modeldatacollector import ModelDataCollector as same
assert same is ModelDataCollector
print(*(each.__module__ for each in ModelDataCollector.__mro__[:-1]))
print(ModelDataCollector("churn", "inputs").collect([1])["$aml_dc_correlation_id"] != "")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder of installed packages: the stand-in where the original lies."""
    package = tmp_path / "azureml" / "monitoring"
    package.mkdir(parents=True)
    extend = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
    (package.parent / "__init__.py").write_text(extend)
    (package / "__init__.py").write_text("from .modeldatacollector import *\n")
    (package / "modeldatacollector.py").write_text((HERE / "stand_in.py").read_text())
    return tmp_path


def _printed(site: Path, *path: Path) -> list[str]:
    ours = [each for each in sys.path if each and not (Path(each) / "azureml").exists()]
    ours += [
        str(Path(__import__(name).__file__).parents[1])
        for name in ("mdc_core", "mdc_bridge", "mdc_legacy")
    ]
    found = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(site)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [site, *path, *ours]))},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return found.stdout.splitlines() + found.stderr.splitlines()


def _start(site: Path) -> None:
    (site / "mdc_bridge_py36.pth").write_text((ROOM / "mdc_bridge_py36.pth").read_text())


def test_without_the_wheel(site: Path) -> None:
    """The original is alone."""
    assert _printed(site) == ["azureml.monitoring.modeldatacollector", "True"]


def test_with_the_wheel(site: Path) -> None:
    """Scripts get the class in front, from wherever they import it."""
    _start(site)
    (mro, works) = _printed(site, ROOM)
    assert mro == "mdc_py36.in_front mdc_py36.in_front azureml.monitoring.modeldatacollector"
    assert works == "True"


def test_a_broken_installation_leaves_the_original(site: Path) -> None:
    """Where ours cannot be imported the original is as it was, and that is logged."""
    _start(site)
    (site / "mdc_bridge").mkdir()
    (site / "mdc_bridge" / "__init__.py").write_text("raise ImportError('no pandas')\n")
    printed = _printed(site, ROOM)
    assert printed[:2] == ["azureml.monitoring.modeldatacollector", "True"]
    assert "mdc-bridge: only the original collects, no JSONL is written" in printed
