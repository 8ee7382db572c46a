"""Blobs read as streams: in ranges, the first of them ahead."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from azure.storage.blob import ContainerClient

from mdc_bridge.files import Files, open_files
from mdc_core.errors import MissingFileError
from tests.azure.azurite import Azurite

CONTENT = bytes(range(256)) * 40_000  # more than two ranges


@pytest.fixture
def files(azurite: Azurite, container: ContainerClient) -> Iterator[Files]:
    """The container as a tree of files, with a large and an empty one."""
    container.create_container()
    container.upload_blob("large", CONTENT)
    container.upload_blob("empty", b"")
    with open_files(azurite.place.connection_string, "SOURCE", container.container_name) as opened:
        yield opened


def test_a_large_blob(files: Files) -> None:
    """Pieces of any size make up the whole."""
    with files.open("large") as stream:
        pieces = list(iter(lambda: stream.read(130_001), b""))
    assert b"".join(pieces) == CONTENT


def test_seeking(files: Files) -> None:
    """Forward, back into the first range, and to the end."""
    with files.open("large") as stream:
        stream.seek(9_000_000)
        assert stream.read(10) == CONTENT[9_000_000:9_000_010]
        stream.seek(5)
        assert stream.read(10) == CONTENT[5:15]
        assert stream.seek(-3, io.SEEK_END) == len(CONTENT) - 3
        assert stream.read() == CONTENT[-3:]


def test_an_empty_blob(files: Files) -> None:
    """It has no range at all."""
    with files.open("empty") as stream:
        assert stream.read() == b""


def test_a_blob_that_is_not_there(files: Files) -> None:
    """It is reported by name when it is opened."""
    with pytest.raises(MissingFileError, match="missing"):
        files.open("missing")


def test_a_container_that_is_not_there(azurite: Azurite) -> None:
    """It is what is missing, whatever is looked for in it."""
    place = azurite.place.connection_string
    missing = pytest.raises(MissingFileError, match=r"^container nowhere")
    with open_files(place, "SOURCE", "nowhere") as opened, missing:
        list(opened.find("modelDataCollector"))
