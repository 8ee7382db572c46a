"""The wheel for Python 3.6, made of one for all others."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from zipfile import ZipFile

import pytest
from py36.make_wheel import make_wheel

pytestmark = pytest.mark.newest_only

INFO = "mdc_bridge-1.dist-info"
FILES = {
    "mdc_core/__init__.py": "from __future__ import annotations\nx: int = 1\n",
    "mdc_core/py.typed": "",
    "azureml/monitoring/__init__.py": "from mdc_legacy import ModelDataCollector\n",
    "azureml/datacollector/__init__.py": "from mdc_legacy import ModelDataCollector\n",
    "azureml/ai/monitoring/__init__.py": "from mdc_core import Collector\n",
    "mdc_agent/__init__.py": "",
    f"{INFO}/entry_points.txt": "[console_scripts]\nmdc-agent = mdc_agent.cli:main\n"
    "mdc-bridge = mdc_bridge.cli:main\n",
    f"{INFO}/METADATA": "Name: mdc-bridge\nRequires-Python: >=3.7\n"
    "Requires-Dist: azure-identity>=1.2\nRequires-Dist: numpy>=1.18\n"
    "Requires-Dist: azure-identity>=1.18; extra == 'tools'\n\n# Text\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{INFO}/RECORD": "of the other wheel\n",
}


def _wheel(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "mdc_bridge-1-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _made(folder: Path) -> dict[str, bytes]:
    made = make_wheel(_wheel(folder, FILES), folder / "made")
    assert made == folder / "made" / "mdc_bridge-1-py36-none-any.whl"
    with ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_for_python_3_6(tmp_path: Path) -> None:
    """The tag and what pip asks for say so; the sources have no annotations to evaluate."""
    files = _made(tmp_path)
    assert b"\nTag: py36-none-any\n" in files[f"{INFO}/WHEEL"]
    assert b"\nRequires-Python: >=3.6.1,<3.7\n" in files[f"{INFO}/METADATA"]
    assert files["mdc_core/__init__.py"] == b"\nx: 'int' = 1\n"


def test_it_asks_for_no_azure_identity(tmp_path: Path) -> None:
    """The image has one, and pip of that age does not end looking for both."""
    metadata = _made(tmp_path)[f"{INFO}/METADATA"].decode()
    asked_for = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert asked_for == [
        "Requires-Dist: numpy>=1.18",
        "Requires-Dist: azure-identity>=1.18; extra == 'tools'",
    ]


def test_it_leaves_the_original_alone(tmp_path: Path) -> None:
    """No file of it is in the original's packages; it is put in front when Python starts."""
    files = _made(tmp_path)
    assert not [name for name in files if name.startswith(("azureml/mon", "azureml/data"))]
    assert files["mdc_bridge_py36.pth"] == b"import mdc_py36.import_hook\n"
    assert {"mdc_py36/import_hook.py", "mdc_py36/in_front.py"} < set(files)


def test_it_has_no_collector_service(tmp_path: Path) -> None:
    """That needs a newer Python: neither its package nor its command is there."""
    files = _made(tmp_path)
    assert not [name for name in files if name.startswith("mdc_agent")]
    commands = files[f"{INFO}/entry_points.txt"]
    assert commands == b"[console_scripts]\nmdc-bridge = mdc_bridge.cli:main\n"


def test_every_file_is_recorded(tmp_path: Path) -> None:
    """Each has its digest and size in the record, which pip checks and uninstalls by."""
    files = _made(tmp_path)
    record = files.pop(f"{INFO}/RECORD").decode().splitlines()
    assert record.pop() == f"{INFO}/RECORD,,"
    for line, (name, content) in zip(record, files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert line == f"{name},sha256={digest},{len(content)}"
    assert len(record) == len(files)


@pytest.mark.parametrize("text", ["Name: x\n", "Requires-Python: >=3\nRequires-Python: >=4\n"])
def test_metadata_that_are_not_as_expected(tmp_path: Path, text: str) -> None:
    """A wheel that would say the wrong Python is not made."""
    files = {**FILES, f"{INFO}/METADATA": text}
    with pytest.raises(ValueError, match=r"METADATA has [02] lines \^Requires-Python"):
        make_wheel(_wheel(tmp_path, files), tmp_path)
