"""The in-memory destination: what a folder would hold, readable by a test."""

from __future__ import annotations

from mdc_core.destinations import MemoryDestination
from mdc_core.layouts import JsonlFile

FOLDER = "modelDataCollector/e/d/{}/2026/11/21/09"
PATH = "modeldata/s/r/w/svc/m/1/{}/2026/11/21/data.csv"


def test_lines_of_a_folder_share_a_file_named_as_on_a_folder() -> None:
    """Paths are those that a folder or a container would hold."""
    memory = MemoryDestination()
    memory.append_lines(FOLDER.format("c"), b'{"a":1}\n')
    memory.append_lines(FOLDER.format("c"), b'{"a":2}\n')
    ((path, content),) = memory.files.items()
    assert JsonlFile.parse(path).collection == "c"
    assert content == b'{"a":1}\n{"a":2}\n'


def test_lines_are_read_by_collection() -> None:
    """Lines of other collections, and raw files, are not mixed in."""
    memory = MemoryDestination()
    memory.append_lines(FOLDER.format("c"), b'{"a":1}\n')
    memory.append_lines(FOLDER.format("other"), b'{"a":2}\n')
    memory.append_rows(PATH.format("c"), b"a\r\n", b"3\r\n")
    memory.put_raw("modelDataCollector/e/d/2026", [b"[]"])
    assert memory.lines("c") == [{"a": 1}]
    assert memory.lines("missing") == []


def test_rows_stand_below_one_header() -> None:
    """The first header stays on top, as in a shared file."""
    memory = MemoryDestination()
    memory.append_rows(PATH.format("inputs"), b"a\r\n", b"1\r\n")
    memory.append_rows(PATH.format("inputs"), b"b\r\n", b'"two\nlines"\r\n')
    memory.append_rows(PATH.format("labels"), b"c\r\n", b"3\r\n")
    assert memory.rows("inputs") == [["a"], ["1"], ["two\nlines"]]
    assert memory.rows("labels") == [["c"], ["3"]]


def test_a_raw_file_is_found_by_its_url() -> None:
    """Each large event has a file of its own, named in the URL."""
    memory = MemoryDestination("tests")
    first = memory.put_raw("modelDataCollector/e/d/2026", [b"[1", b"]"])
    second = memory.put_raw("modelDataCollector/e/d/2026", [b"[]"])
    assert (first.size, second.size) == (3, 2)
    contents = [memory.files[raw.url.replace("memory://tests/", "")] for raw in (first, second)]
    assert contents == [b"[1]", b"[]"]
