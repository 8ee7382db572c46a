"""The packages that are installed, as their metadata folders say.

Read by ourselves: Python 3.7 has no `importlib.metadata`, and a scoring image need not have the
package that takes its place. Source: "Recording installed projects" of the packaging guide;
the older `.egg-info` of setuptools and distutils.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, Optional

from ..requirements import normal_name

UNKNOWN = "unknown"
_FOLDERS = ("*.dist-info", "*.egg-info")
_METADATA = ("METADATA", "PKG-INFO", "")  # distutils made a file of the folder's name
_RECORDS = ("RECORD", "installed-files.txt", "SOURCES.txt")


class Installed:
    """One installed package.

    Args:
        folder: of its metadata.
        header: what its metadata say.
    """

    def __init__(self, folder: Path, header: Message[Any, Any]) -> None:
        self._folder = folder
        self.name = str(header["Name"] or folder.name.partition("-")[0])
        self.version = str(header["Version"] or UNKNOWN)
        self.requires = [str(each) for each in header.get_all("Requires-Dist", [])]

    def files(self) -> list[str]:
        """Return the paths of its files, relative to where it is installed, as it recorded them."""
        # Split as text: to parse the records of a few hundred packages takes seconds.
        return [
            line.partition(",")[0]
            for line in (_first_text(self._folder, _RECORDS) or "").splitlines()
        ]

    def has(self, file: str) -> bool:
        """Return whether a file is where it was installed."""
        return (self._folder.parent / file).exists()


def installed() -> list[Installed]:
    """Return the packages that imports find, in the order in which they are looked for."""
    return list(_installed())


def named(name: str, packages: Sequence[Installed]) -> Optional[Installed]:
    """Return the package of a name, however that is spelt; None when it is not installed."""
    return next((each for each in packages if normal_name(each.name) == normal_name(name)), None)


def _installed() -> Iterator[Installed]:
    for place in dict.fromkeys(sys.path):
        root = Path(place or ".")
        for folder in sorted(path for pattern in _FOLDERS for path in root.glob(pattern)):
            text = _first_text(folder, _METADATA)
            if text is not None:
                yield Installed(folder, HeaderParser().parsestr(text))


def _first_text(folder: Path, names: Sequence[str]) -> Optional[str]:
    for name in names:
        try:
            return (folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return None
