"""What a migration has made, wherever it is, in a form that can be compared."""

from __future__ import annotations

from mdc_bridge.files import open_files

PRIVATE = ".mdc-bridge/"


def tree(place: str, container: str = "modeldata") -> dict[str, bytes]:
    """Return all files of a destination but notes of units, which hold versions of source files.

    URLs of the destination are replaced: they are the one thing in which places differ.
    """
    with open_files(place, "place", container) as files:
        paths = [info.path for info in files.find()]
        paths += [info.path for info in files.find(f"{PRIVATE}rejects")]
        url = files.url.encode()
        return {path: files.read(path).replace(url, b"{url}") for path in paths}
