"""Makes the wheel for Python 3.6 of the wheel for all others.

The sources are the same, with their annotations quoted, which is all of their syntax that 3.6 does
not know. What is in the way of the original package, which works on 3.6, is left out, and
`mdc_py36` comes instead, to stand in front of it.

    python -m py36.make_wheel WHEEL FOLDER

Prints the path of the wheel that it puts into the folder.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from .quoted_annotations import quote_annotations

_HERE = Path(__file__).parent
# The original package has the first two; the collector service needs a newer Python.
_LEFT_OUT = ("azureml/monitoring/", "azureml/datacollector/", "mdc_agent/")
_OWN = (*sorted(_HERE.glob("mdc_py36/*.py")), _HERE / "mdc_bridge_py36.pth")
# azure-identity comes with azureml-defaults; asked for by us too, pip of 3.6 looks for hours.
_LINES = {
    "WHEEL": {r"^Tag: .*$": "Tag: py36-none-any"},
    "METADATA": {
        r"^Requires-Python: .*$": "Requires-Python: >=3.6.1,<3.7",
        r"^Requires-Dist: azure-identity[^;\n]*\n": "",
    },
    "entry_points.txt": {r"^mdc-agent = .*\n": ""},
}


def make_wheel(wheel: Path, folder: Path) -> Path:
    """Make the wheel for Python 3.6.

    Args:
        wheel: of the same version for newer Pythons.
        folder: for the new one.

    Returns:
        Its path.

    Raises:
        zipfile.BadZipFile: the first wheel is none.
        ValueError: its metadata are not as expected.
    """
    with ZipFile(wheel) as given:
        files = {name: given.read(name) for name in given.namelist() if _is_taken(name)}
    files.update({path.relative_to(_HERE).as_posix(): path.read_bytes() for path in _OWN})
    files = {name: _changed(name, content) for name, content in files.items()}
    record = next(name for name in files if name.endswith(".dist-info/WHEEL"))
    record = record.replace("WHEEL", "RECORD")
    files[record] = "".join(map(_recorded, files.items())).encode() + f"{record},,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / re.sub(r"-py3-none-any", "-py36-none-any", wheel.name)
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made


def _is_taken(name: str) -> bool:
    return not name.startswith(_LEFT_OUT) and not name.endswith(".dist-info/RECORD")


def _changed(name: str, content: bytes) -> bytes:
    if name.endswith(".py"):
        return quote_annotations(content.decode()).encode()
    folder, _, file = name.rpartition("/")
    if not folder.endswith(".dist-info") or file not in _LINES:
        return content
    text = content.decode()
    for line, other in _LINES[file].items():
        text, count = re.subn(line, other, text, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"{name} has {count} lines {line} in place of one")
    return text.encode()


def _recorded(file: tuple[str, bytes]) -> str:
    """Return the line of a file as a wheel's RECORD has it."""
    name, content = file
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(content)}\n"


if __name__ == "__main__":
    print(make_wheel(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201
